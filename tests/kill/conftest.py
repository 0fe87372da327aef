"""What every kill stands on: the environment of a district of its own."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a district of its own: embedded, or a new database beside the one the tests use."""
    given = {name: value for name, value in os.environ.items() if not name.startswith(("RENWANG_", "DJANGO_"))}
    given |= {"RENWANG_DATA": str(tmp_path / "data"), "RENWANG_LOG_LEVEL": "ERROR", "PYTHONPATH": str(ROOT)}
    url = given.pop("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield given
        return
    import psycopg

    name = f"renwang_kill_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield given | {"DATABASE_URL": urlsplit(url)._replace(path=f"/{name}").geturl()}
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
