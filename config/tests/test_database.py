"""One DATABASE_URL moves the same code."""

import pytest

from config import database


@pytest.mark.parametrize(
    "url",
    [
        *("", "mysql://host/name", "renwang.sqlite3", "sqlite:///", "postgresql://host"),
        *("postgresql://u@host:port/name", "postgresql://u:a[b@host/name", "postgresql://u:a/b@host/name"),
        *("sqlite://renwang.sqlite3", "sqlite:////srv/ward #1/db", "sqlite:////srv/why?/db"),
    ],
)
def test_an_address_we_cannot_use_is_refused_in_words(url: str) -> None:
    with pytest.raises(database.UnknownDatabase, match="DATABASE_URL"):
        database.parse(url)


def test_a_refusal_never_tells_the_password() -> None:
    with pytest.raises(database.UnknownDatabase) as refused:
        database.parse("mysql://renwang:hunter2@host/name")
    assert "hunter2" not in str(refused.value)
    for url in ("postgresql://u:hunter2[@host/name", "postgresql://u:hunter2/x@host/name"):
        with pytest.raises(database.UnknownDatabase) as refused:
            database.parse(url)
        assert "hunter2" not in str(refused.value)
        assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_a_file_is_written_durably_and_by_one_writer_at_a_time() -> None:
    told = database.parse("sqlite:////srv/renwang.sqlite3")
    assert told["NAME"] == "/srv/renwang.sqlite3"
    assert told["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in told["OPTIONS"]["init_command"]


def test_a_server_is_reached_with_what_the_address_says() -> None:
    told = database.parse("postgresql://ren%40wang:p%2Fw@db.internal:5433/district?sslmode=verify-full")
    assert (told["USER"], told["PASSWORD"], told["HOST"], told["PORT"], told["NAME"]) == (
        "ren@wang",
        "p/w",
        "db.internal",
        "5433",
        "district",
    )
    assert told["OPTIONS"] == {"sslmode": "verify-full", "options": database.POSTGRESQL_OPTIONS}
    assert told["CONN_HEALTH_CHECKS"]


def test_a_server_is_reached_through_its_socket() -> None:
    told = database.parse("postgresql:///district?host=/run/postgresql")
    assert (told["HOST"], told["OPTIONS"]) == ("/run/postgresql", {"options": database.POSTGRESQL_OPTIONS})


def test_whoever_sets_options_of_their_own_keeps_them() -> None:
    told = database.parse("postgresql://u@host/district?options=-c%20jit%3Don")
    assert told["OPTIONS"] == {"options": "-c jit=on"}
