"""Two officers at the same moment: only where the database has several writers."""

import itertools
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from renwang.foundation.access.rules import Actor
from renwang.loop.assignments import actions
from renwang.loop.assignments.models import Assignment

needs_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="needs PostgreSQL: an embedded file has one writer at a time"
)


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_officers_who_assign_the_same_households_at_once_leave_one_holder_each(
    make_family, make_user, small_district, now
) -> None:
    subjects = [make_family("孤", size=1).household.pk for _ in range(20)]
    users = [make_user(f"w{number}", helper=small_district.village.code).pk for number in range(4)]
    start = threading.Barrier(len(users))
    problems: list[Exception] = []

    def give(user: int, at: int) -> None:
        try:
            start.wait(timeout=10)
            for turn in range(3):
                pairs = [(user, subject) for subject in (subjects if at % 2 else reversed(subjects))]
                when = now + timedelta(seconds=turn)
                actions.assign(actor=Actor.system(), now=when, duty="helper", pairs=pairs)
        except Exception as problem:  # noqa: BLE001  # told below, in the test's own thread
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=give, args=(user, at)) for at, user in enumerate(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert problems == []
    for subject in subjects:
        rows = list(Assignment.objects.filter(subject_id=subject).order_by("pk"))
        assert [row.until is None for row in rows].count(True) == 1
        assert all(before.until == after.since for before, after in itertools.pairwise(rows))


@pytest.mark.django_db
def test_the_database_itself_refuses_a_second_holder(family, make_user, now) -> None:
    user = make_user("w")
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(duty_id="helper", user=user, subject=family.household, since=now)
    assert connection.vendor
