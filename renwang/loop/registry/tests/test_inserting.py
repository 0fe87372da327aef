"""Rows that are taken in by the database while the process goes on: all of them or none, and never unnoticed."""

from collections.abc import Iterable

import pytest
from django.db import IntegrityError, transaction

from renwang.foundation.audit.actions.bulk import inserting, take_ids
from renwang.loop.registry.models import SearchKey, Subject

pytestmark = pytest.mark.django_db
COLUMNS = ("subject_id", "code", "key")


def rows(count: int) -> list[tuple[int, str, str]]:
    return [(number // 4 + 1, "990704001", f"key\t{number}\\") for number in range(count)]


@pytest.mark.parametrize("count", [0, 3, 5_000])
def test_what_was_inserted_meanwhile_is_there_afterwards(count: int) -> None:
    insert(iter(rows(count)), [])
    assert list(SearchKey.objects.order_by("pk").values_list(*COLUMNS)) == rows(count)


@pytest.mark.parametrize("count", [3, 5_000])
def test_a_row_that_the_database_refuses_is_heard_of_and_leaves_nothing(count: int) -> None:
    doubled = [*rows(count), rows(count)[-1]]
    with pytest.raises(IntegrityError):
        insert(doubled, [(9, "990704001", "later")])
    assert not SearchKey.objects.exists()


def test_a_slip_in_the_block_is_told_and_leaves_nothing() -> None:
    with pytest.raises(ZeroDivisionError):
        insert(rows(5_000), (1 / 0 for _row in range(1)))  # type: ignore[arg-type, misc]
    assert not SearchKey.objects.exists()


@transaction.atomic
def insert(*given: Iterable[tuple[int, str, str]]) -> None:
    with inserting() as meanwhile:
        for some in given:
            meanwhile.rows(SearchKey, COLUMNS, some)


def test_no_id_is_given_twice() -> None:
    first, second = take_ids(Subject, 3), take_ids(Subject, 0)
    with transaction.atomic():
        third = take_ids(Subject, 2_000)
    assert (len(first), second, len(third)) == (3, [], 2_000)
    assert first == sorted(set(first)) and third == sorted(set(third))
