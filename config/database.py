"""From one DATABASE_URL to Django's settings: the same code on an embedded file and on PostgreSQL."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# What PostgreSQL takes a look-up for is set for a turning disk; a register that fits into memory is read whole instead, for ever
# more slowly as it grows. To compile a query takes longer than ours do.
POSTGRESQL_OPTIONS = "-c random_page_cost=1.1 -c jit=off"
# WAL lets readers read while one writes; FULL means that what was acknowledged survives a power cut; IMMEDIATE takes
# the write lock at the beginning, so that two writers wait for each other instead of failing half-way.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
    ),
}


class UnknownDatabase(ValueError):
    """DATABASE_URL is not one we can use."""


def parse(url: str) -> dict[str, Any]:
    """Return the entry of DATABASES for a URL.

    ``sqlite:////absolute/file``, ``sqlite:///relative/file``, ``postgresql://user:password@host:port/name?sslmode=…``
    and ``postgresql:///name?host=/run/postgresql`` (socket). Raises UnknownDatabase, without telling the password.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        # Its own message could quote the password.
        raise UnknownDatabase(
            "DATABASE_URL is not an address. Signs such as / : @ [ ] # ? in a password are written as %2F %3A %40 …"
        ) from None
    if parts.scheme == "sqlite":
        if parts.netloc or parts.query or parts.fragment:
            raise UnknownDatabase(
                "DATABASE_URL names a file as sqlite:////absolute/file or sqlite:///relative/file; "
                "signs such as ? # % in it are written as %3F %23 %25."
            )
        return _sqlite(unquote(parts.path.removeprefix("/")))
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgresql(url)
    raise UnknownDatabase(
        f"DATABASE_URL begins with {parts.scheme or 'nothing'!r}; it must be sqlite:///… or postgresql://…"
    )


def _sqlite(name: str) -> dict[str, Any]:
    if not name:
        raise UnknownDatabase("DATABASE_URL=sqlite:///… names no file.")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name if name == ":memory:" else str(Path(name).absolute()),
        # Opening the file and its four PRAGMAs costs more than most queries.
        "CONN_MAX_AGE": None,
        "OPTIONS": dict(SQLITE_OPTIONS),
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise UnknownDatabase("DATABASE_URL names no database: postgresql://user@host/name")
    options: dict[str, Any] = {"options": POSTGRESQL_OPTIONS, **dict(parse_qsl(parts.query))}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": options.pop("port", None) or str(parts.port or ""),
        # A connection per thread lives on: connecting costs more than a check-in. A dead one is noticed and replaced.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
