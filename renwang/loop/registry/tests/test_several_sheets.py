"""One ledger over several sheets: a number or a person that stands in two of them is told, and nobody is entered twice."""

import datetime as dt

import pytest
from django.utils import translation

from conftest import District
from renwang.foundation.access.rules import Actor
from renwang.loop.registry.models import Household, ImportBatch, ImportRow, Membership, Person
from renwang.loop.registry.rules import reading
from renwang.loop.registry.rules.verdicts import in_words

from .ledgers import book, counts, enter, id_of, send, verdicts

pytestmark = pytest.mark.django_db
HEAD = ["户编号", "姓名", "身份证号", "与户主关系", "村"]


def told(batch: ImportBatch, row: int) -> str:
    with translation.override("en"):
        return in_words(ImportRow.objects.get(batch=batch, row_no=row).message)


def test_a_person_who_stands_in_two_sheets_is_entered_once_and_told_with_the_row(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    first = [HEAD, ["F1", "刘德顺", id_of(1), "户主", "示范一村"]]
    second = [HEAD, ["F2", "刘德顺", id_of(1), "户主", "示范二村"], ["F3", "赵小六", id_of(3), "户主", "示范二村"]]
    third = [HEAD, ["F4", "赵小六", id_of(3), "户主", "示范二村"]]
    batch = send(street_officer, now, book(first, sheets={"二": second, "三": third}))
    assert verdicts(batch) == {2: "new", 10_000_002: "invalid", 10_000_003: "new", 20_000_002: "invalid"}
    assert "row 2 already" in told(batch, 10_000_002)
    assert "row 3 of sheet 2 already" in told(batch, 20_000_002)
    enter(street_officer, now, batch)
    assert Person.objects.count() == Household.objects.count() == 2


def test_a_household_number_with_a_head_in_two_sheets_is_held_back_in_both(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    first = [HEAD, ["1", "刘德顺", id_of(1), "户主", "示范一村"], ["2", "孙二", id_of(4), "户主", "示范一村"]]
    second = [HEAD, ["1", "赵小六", id_of(3), "户主", "示范一村"]]
    batch = enter(street_officer, now, send(street_officer, now, book(first, sheets={"二": second})))
    assert verdicts(batch) == {2: "invalid", 3: "new", 10_000_002: "invalid"}
    assert told(batch, 2) == told(batch, 10_000_002) == "Two heads in one household: rows 2, 2 of sheet 2."
    assert [one.number for one in Household.objects.all()] == ["2"]


def test_a_household_whose_members_stand_on_two_sheets_is_one(
    small_district: District, street_officer: Actor, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "CHUNK", 2)  # and its rows in several parts
    first = [HEAD, *[[f"K{n}", f"赵{'甲乙丙丁戊'[n]}", id_of(20 + n), "户主", "示范一村"] for n in range(5)]]
    second = [HEAD, ["K0", "王秀英", id_of(2, "2"), "配偶", "示范一村"], ["K9", "孙九", id_of(9), "户主", "示范一村"]]
    batch = send(street_officer, now, book(first, sheets={"二": second}))
    assert counts(batch) == {"new": 7}
    enter(street_officer, now, batch)
    assert Household.objects.count() == 6
    assert Membership.objects.get(person__name="王秀英").household.household.number == "K0"
    assert counts(send(street_officer, now, book(first, sheets={"二": [*second, []]}))) == {"unchanged": 7}


def test_a_household_block_that_lies_over_two_parts_stays_one(
    small_district: District, street_officer: Actor, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "CHUNK", 3)
    rows: list[list[object]] = [["户主姓名", "姓名", "身份证号", "与户主关系", "村", "地址"]]
    families = ("钱大海 周明 吴刚 郑勇", "孙建国 王海 冯军 陈涛", "李秀兰 褚亮 卫东 蒋伟")
    for home, (head, *sons) in enumerate(map(str.split, families)):
        rows.append([head, head, id_of(40 + home * 4), "户主", "示范一村", f"东街{home}号"])
        rows += [[None, son, id_of(41 + home * 4 + place), "之子", None, None] for place, son in enumerate(sons)]
    batch = send(street_officer, now, book(rows))
    assert counts(batch) == {"new": 12}
    enter(street_officer, now, batch)
    homes = Household.objects.order_by("subject__name").select_related("subject")
    assert {one.subject.name: one.address for one in homes} == {
        "钱大海": "东街0号",
        "孙建国": "东街1号",
        "李秀兰": "东街2号",
    }
    assert [one.subject.members.count() for one in homes] == [4, 4, 4]


def test_a_list_of_persons_may_name_their_households_and_does_not_stumble_over_them(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    enter(
        street_officer,
        now,
        send(
            street_officer,
            now,
            book(
                [
                    HEAD,
                    ["F1", "刘德顺", id_of(1), "户主", "示范一村"],
                    ["F1", "王秀英", id_of(2, "2"), "配偶", "示范一村"],
                ]
            ),
        ),
    )
    head = ["户编号", "户主姓名", "姓名", "身份证号", "与户主关系", "电话", "村"]
    rows = [
        ["F1", "刘德顺", "刘德顺", id_of(1), "户主", "15400000001", "示范一村"],
        ["F1", "刘德顺", "王秀英", id_of(2, "2"), "配偶", "15400000002", "示范一村"],
        ["F1", "刘德顺", "返乡人", id_of(8), "之子", "15400000003", "示范一村"],
    ]
    batch = send(street_officer, now, book([head, *rows]), about="persons")
    assert counts(batch) == {"changed": 2, "new": 1}
    enter(street_officer, now, batch)
    living = Membership.objects.filter(until__isnull=True, household__household__number="F1")
    assert sorted(living.values_list("person__name", "relation")) == [("刘德顺", "head"), ("王秀英", "spouse")]
    assert Person.objects.count() == 3


def test_a_household_number_that_is_too_long_is_refused_and_not_cut(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    rows = [[f"{'9' * 30}A{n}", f"钱{n}", id_of(30 + n), "户主", "示范一村"] for n in range(2)]
    batch = send(street_officer, now, book([HEAD, *rows, ["8" * 30, "孙二", id_of(4), "户主", "示范一村"]]))
    assert verdicts(batch) == {2: "invalid", 3: "invalid", 4: "new"}
    assert "at most 30 characters" in told(batch, 2)
    enter(street_officer, now, batch)
    assert Household.objects.get().number == "8" * 30
