"""What waits as bytes comes back as it was."""

import datetime as dt
import random

import pytest

from renwang.loop.registry.engine.packing import PART, Packed, Passing
from renwang.loop.registry.rules import EnrolmentIn, HouseholdIn, PersonIn, Relation, Sex


def household(number: int) -> HouseholdIn:
    person = PersonIn(
        f"赵{number}", Relation.HEAD, "", Sex.MALE, dt.date(1950, 1, 1), "15400000001", "health\t健康", number
    )
    return HouseholdIn(
        number=f"H{number}", division="990704001", lon=119.2, members=(person, PersonIn("钱二")),
        enrolments=(EnrolmentIn("poor", dt.date(2014, 1, 1), "因病"),), particulars="hamlet\t东", is_loose=bool(number % 2),
    )  # fmt: skip


def test_a_list_kept_as_bytes_is_read_in_any_order_and_changed_in_any_place() -> None:
    plain = [household(number) for number in range(PART * 3 + 17)]
    packed: Packed[HouseholdIn] = Packed()
    for one in plain:
        packed.append(one)
    assert len(packed) == len(plain)
    with pytest.raises(IndexError):
        packed[len(plain)]
    chance = random.Random(7)
    for _turn in range(200):
        place = chance.randrange(len(plain))
        if chance.random() < 0.3:
            plain[place] = packed[place] = household(chance.randrange(1_000_000))
        assert packed[place] == plain[place]
    assert list(packed) == plain
    assert packed[PART - 2 : PART + 2] == plain[PART - 2 : PART + 2]
    packed.append(household(-1))
    assert packed[len(plain)] == household(-1) and packed[0] == plain[0]


def test_what_passes_is_gone_once_it_was_taken() -> None:
    passing: Passing[int] = Passing()
    for part in ([1, 2], [3]):
        passing.put(part)
    assert list(passing.taken()) == [[1, 2], [3]]
    assert list(passing.taken()) == []
