"""What a play needs of a test's database."""

from collections.abc import Iterator

import pytest
from django.db import connection


def analyse(_what: str) -> None:
    """Let PostgreSQL count its rows: while a play runs nobody does it by itself, and it would plan for empty tables."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def part_from_threads() -> None:
    """End the connections of a play's threads: they would hold the test's database open for ever, and connect anew."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def let_go(transactional_db: None) -> Iterator[None]:
    """Give a play a database of its own; its threads let go of it at the end."""
    yield
    part_from_threads()
