"""PostgreSQL counts what has grown within minutes, and only that."""

import time
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from renwang.foundation.audit.actions import count_what_has_grown, counting
from renwang.foundation.audit.models import WorkerBeat

NOW = datetime(2020, 2, 17, 1, 0, tzinfo=UTC)


def counted(table: str) -> int:
    """Return how many rows PostgreSQL plans with; -1 where it has never counted them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [table])
        return int(cursor.fetchone()[0])


@pytest.fixture
def grown(monkeypatch: pytest.MonkeyPatch) -> int:
    """Fill the table of workers within one statement, and return how many rows it has now."""
    monkeypatch.setattr(counting, "EVERY", 0.0)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute('ANALYZE "audit_workerbeat"')
    WorkerBeat.objects.bulk_create([WorkerBeat(name=f"worker-{n}", at=NOW) for n in range(2000)])
    return WorkerBeat.objects.count()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="an embedded file plans by its indexes alone")
def test_inside_a_transaction_nothing_is_counted_and_between_two_what_has_grown(grown: int) -> None:
    time.sleep(1.1)  # the server tells each second what has changed
    with transaction.atomic():
        count_what_has_grown()
    assert counted("audit_workerbeat") < grown
    for _look in range(20):
        WorkerBeat.objects.filter(name="nobody").delete()
        count_what_has_grown()
        if counted("audit_workerbeat") == grown:
            return
        time.sleep(0.3)
    pytest.fail("a table that has grown from nothing to thousands of rows was not counted")


@pytest.mark.django_db(transaction=True)
def test_where_there_is_nothing_to_count_by_it_does_no_harm(grown: int) -> None:
    count_what_has_grown()
    count_what_has_grown()
    assert WorkerBeat.objects.count() == grown
