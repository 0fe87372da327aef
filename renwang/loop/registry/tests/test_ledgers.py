"""An office's ledger comes in as it is, and what nobody knows of it is kept."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from conftest import District, MakeUser
from renwang.foundation.access.rules import Actor, GrantSeen, NotAllowed
from renwang.loop.registry import actions, handlers
from renwang.loop.registry.models import (
    Attribute,
    Household,
    ImportRow,
    Membership,
    Particulars,
    Person,
    SavedColumn,
    Subject,
)
from renwang.loop.registry.queries.particulars import particulars_of

from .ledgers import book, counts, enter, id_of, send, taken, verdicts

pytestmark = pytest.mark.django_db

HEAD = ["序号", "户主姓名", "姓名", "身份证号", "与户主关系", "联系方式", None, "村", "健康状况", "帮扶单位"]
LOWER = [None, None, None, None, None, "手机", "座机", None, None, None]
LEDGER = [
    ["九龙街道2020年贫困户台账"],
    HEAD,
    LOWER,
    [1, "刘德顺", "刘德顺", id_of(1), "户主", "15400000001/15400000009", None, "示范一村", "长期慢性病", "区扶贫办"],
    [None, None, "王秀英", id_of(2, "2"), "配偶", None, None, None, "健康", None],
    [
        2,
        "赵小六",
        "赵小六",
        f" {id_of(3)} ",
        "户主",
        "１５４０００００００３",
        None,
        "示范一村村委会",
        None,
        "区农业局",
    ],
    ["合计", None, None, 3, None, None, None, None, None, None],
    ["填表人：孙某某"],
]
MERGES = (
    "A1:J1",
    "A2:A3",
    "B2:B3",
    "C2:C3",
    "D2:D3",
    "E2:E3",
    "F2:G2",
    "H2:H3",
    "I2:I3",
    "J2:J3",
    "A4:A5",
    "B4:B5",
    "H4:H5",
)


def office(code: str) -> Actor:
    return Actor(user_id=None, name=code, grants=(GrantSeen(f"{code}_officer", "370704"),))


def test_a_helper_may_neither_settle_columns_nor_take_an_import_back(
    small_district: District, street_officer: Actor, helper: Actor, now: dt.datetime
) -> None:
    batch = send(street_officer, now, book(LEDGER, MERGES))
    with pytest.raises(NotAllowed):
        actions.settle_columns(actor=helper, now=now, batch_id=batch.pk, fields={})
    with pytest.raises(NotAllowed):
        actions.undo_import(actor=helper, now=now, batch_id=batch.pk)
    with pytest.raises(NotAllowed):
        actions.own_field(actor=street_officer, now=now, field="phone", office="civil")


def test_a_ledger_as_the_office_keeps_it_is_asked_about_once_and_entered(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    batch = send(street_officer, now, book(LEDGER, MERGES))
    assert batch.status == "mapping"
    asked = batch.columns.exclude(how__in=("title", "saved"))
    assert {column.title: column.field for column in asked} == {
        "联系方式/座机": "other:联系方式/座机",
        "帮扶单位": "other:帮扶单位",
    }
    actions.settle_columns(actor=street_officer, now=now, batch_id=batch.pk, fields={}, save_as="贫困户台账")
    handlers.check_batch(batch.pk, now=now)
    batch.refresh_from_db()
    assert (batch.status, counts(batch)) == ("checked", {"new": 3, "ignored": 2})
    enter(street_officer, now, batch)
    assert Household.objects.count() == 2 and Membership.objects.filter(relation="spouse").count() == 1
    assert {person.phone for person in Person.objects.all()} == {"15400000001", "15400000003", None}
    wife = Subject.objects.get(name="王秀英", kind="person")
    assert wife.division_id == small_district.village.code


def test_the_same_form_next_day_needs_no_click_and_one_more_column_asks_about_itself_only(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    batch = send(street_officer, now, book(LEDGER, MERGES))
    column = batch.columns.get(title="帮扶单位")
    actions.settle_columns(actor=street_officer, now=now, batch_id=batch.pk, fields={column.pk: "address"})
    assert SavedColumn.objects.get(key="帮扶单位").field == "address"
    next_day = [[*row, *([None] * (10 - len(row)))] for row in LEDGER]
    next_day[0][0] = "九龙街道2020年贫困户台账（2月18日）"
    assert send(street_officer, now, book(next_day, MERGES)).status == "checked"
    wider = [
        [*row, more]
        for row, more in zip(next_day, [None, "复工意愿", None, "愿意", None, "不愿意", None, None], strict=True)
    ]
    asked = send(street_officer, now, book(wider, MERGES))
    assert asked.status == "mapping"
    assert [one.title for one in asked.columns.exclude(how__in=("title", "saved"))] == ["复工意愿"]


def test_two_columns_cannot_be_one_field(small_district: District, street_officer: Actor, now: dt.datetime) -> None:
    batch = send(street_officer, now, book(LEDGER, MERGES))
    column = batch.columns.get(title="联系方式/座机")
    with pytest.raises(actions.DoubledField):
        actions.settle_columns(actor=street_officer, now=now, batch_id=batch.pk, fields={column.pk: "phone"})


def test_what_nobody_knows_is_kept_sealed_for_the_office_and_shown_to_it_alone(
    small_district: District, now: dt.datetime
) -> None:
    from django.db import connection

    relief, civil = office("relief"), office("civil")
    enter(relief, now, send(relief, now, book(LEDGER, MERGES), ask=False, office="relief"))
    head = Subject.objects.get(name="刘德顺", kind="person")
    told = particulars_of(viewer=relief, subject_ids=[head.pk])
    assert told[head.pk]["relief"] == {"health": "长期慢性病", "other:帮扶单位": "区扶贫办"}
    assert particulars_of(viewer=civil, subject_ids=[head.pk]) == {}
    assert Attribute.objects.get(office="relief", code="other:帮扶单位").title == "帮扶单位"
    with connection.cursor() as cursor:
        cursor.execute("SELECT told FROM registry_particulars")
        assert all("慢性".encode() not in bytes(row[0]) for row in cursor.fetchall())


def test_the_household_page_shows_an_offices_own_columns_to_that_office(
    small_district: District, now: dt.datetime, make_user: MakeUser
) -> None:
    relief = office("relief")
    enter(relief, now, send(relief, now, book(LEDGER, MERGES), ask=False, office="relief"))
    home = Subject.objects.get(name="刘德顺", kind="household")
    for code, is_shown in (("relief", True), ("civil", False)):
        client = Client()
        user = make_user(code, **{f"{code}_officer": "370704"})
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(f"/register/{home.pk}/").content.decode()
        assert ("区扶贫办" in page) is is_shown and ("长期慢性病" in page) is is_shown


def test_the_same_again_changes_nothing_and_a_narrower_ledger_takes_nothing_away(
    small_district: District, now: dt.datetime
) -> None:
    relief = office("relief")
    enter(relief, now, send(relief, now, book(LEDGER, MERGES), ask=False, office="relief"))
    before = list(Particulars.objects.order_by("pk").values("pk", "told"))
    again = enter(relief, now, send(relief, now, book([*LEDGER, []], MERGES), ask=False, office="relief"))
    assert counts(again) == {"unchanged": 3, "ignored": 2}
    narrow = [["姓名", "身份证号", "健康状况"], ["刘德顺", id_of(1), "长期慢性病"]]
    assert counts(taken(relief, now, narrow, office="relief")) == {"unchanged": 1}
    assert list(Particulars.objects.order_by("pk").values("pk", "told")) == before


def test_a_change_is_told_from_old_to_new_and_numbers_stay_masked(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    head = ["姓名", "身份证号", "与户主关系", "电话", "村", "住址"]
    taken(street_officer, now, [head, ["刘德顺", id_of(1), "户主", "15400000001", "示范一村", "东街1号"]])
    batch = send(street_officer, now, book([head, ["刘德顺", id_of(1), "户主", "15400000002", "示范一村", "东街2号"]]))
    row = ImportRow.objects.get(batch=batch)
    assert row.verdict == "changed" and row.detail is not None
    assert "phone\t154****0001\t154****0002" in row.detail and "address\t东街1号\t东街2号" in row.detail
    assert "15400000002" not in row.detail


def test_where_two_offices_disagree_the_first_stays_until_the_field_has_an_owner(
    small_district: District, now: dt.datetime
) -> None:
    relief, civil = office("relief"), office("civil")
    head = ["姓名", "身份证号", "与户主关系", "电话", "村", "婚姻状况"]
    taken(relief, now, [head, ["刘德顺", id_of(1), "户主", "15400000001", "示范一村", None]], office="relief")
    told = [head, ["刘德顺", id_of(1), "户主", "15400000002", "示范一村", "已婚"]]
    batch = enter(civil, now, send(civil, now, book(told), ask=False, office="civil"))
    assert counts(batch) == {"conflict": 1}
    person = Person.objects.get()
    assert person.phone == "15400000001"  # what was told first stays
    assert Particulars.objects.get(subject_id=person.pk, office="civil").told == "marriage\t已婚"  # the rest is entered
    call_command("own_field", "phone", "civil", stdout=StringIO())
    again = enter(civil, now, send(civil, now, book([*told, []]), ask=False, office="civil"))
    assert counts(again) == {"changed": 1}
    assert Person.objects.get().phone == "15400000002"


def test_who_may_be_somebody_known_is_doubtful_and_stays_out(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    head = ["户编号", "姓名", "身份证号", "与户主关系", "村"]
    taken(street_officer, now, [head, ["F1", "刘德顺", id_of(1), "户主", "示范一村"]])
    rows = [
        head,
        ["F1", "刘德顺", id_of(7), "户主", "示范一村"],
        ["F1", "王秀英", id_of(2, "2"), "配偶", "示范一村"],
        [None, "刘德顺", None, "户主", "示范一村"],
    ]
    batch = send(street_officer, now, book(rows))
    assert verdicts(batch) == {2: "doubtful", 3: "new", 4: "doubtful"}
    enter(street_officer, now, batch, anyway=True)
    assert Person.objects.filter(subject__name="刘德顺").count() == 1


def test_a_list_of_persons_leaves_everybody_in_their_household(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    enter(street_officer, now, send(street_officer, now, book(LEDGER, MERGES), ask=False))
    rows = [["姓名", "身份证号", "手机"], ["王秀英", id_of(2, "2"), "15400000005"], ["返乡人", id_of(8), "15400000006"]]
    batch = send(street_officer, now, book(rows))
    assert batch.about == "persons" and verdicts(batch) == {2: "changed", 3: "invalid"}  # a new one needs a village
    enter(street_officer, now, batch)
    wife = Membership.objects.get(person__name="王秀英", until__isnull=True)
    assert wife.household.name == "刘德顺" and wife.relation == "spouse"
    assert Person.objects.get(subject__name="王秀英").phone == "15400000005"


def test_enterprises_come_in_with_their_own_columns(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    from renwang.loop.registry.engine.identifiers import make_credit_code

    code = make_credit_code("990704", "MA000001")
    rows = [
        ["企业名称", "统一社会信用代码", "联系人", "联系电话", "村", "职工人数"],
        ["某某机械厂", code, "张某", "0536-7661234", "示范一村", 120],
        ["某某食品厂", code[:-1] + "A", "李某", "15400000001", "示范一村", 30],
    ]
    batch = send(street_officer, now, book(rows), ask=False)
    assert batch.about == "organisations" and verdicts(batch) == {2: "new", 3: "invalid"}
    enter(street_officer, now, batch)
    firm = Subject.objects.get(kind="organisation")
    assert Particulars.objects.get(subject=firm).told == "other:职工人数\t120"
    assert counts(send(street_officer, now, book([*rows[:2], []]), ask=False)) == {"unchanged": 1}


def test_every_sheet_with_names_is_read_and_the_others_are_told(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    head = ["姓名", "身份证号", "与户主关系", "村"]
    content = book(
        [head, ["刘德顺", id_of(1), "户主", "示范一村"]],
        sheets={
            "二村": [head, ["赵小六", id_of(3), "户主", "示范二村"], ["坏", "123", "户主", "示范二村"]],
            "说明": [["本表每日上报"]],
        },
    )
    batch = enter(street_officer, now, send(street_officer, now, content))
    assert Household.objects.count() == 2 and batch.unread == "说明"
    assert verdicts(batch) == {2: "new", 10_000_002: "new", 10_000_003: "invalid"}


@given(
    st.dates(dt.date(1900, 1, 1), dt.date(2021, 12, 31)),
    st.integers(0, 499),
    st.sampled_from("12"),
    st.sampled_from("0123456789X"),
)
def test_the_quick_way_to_read_an_id_number_finds_what_the_thorough_one_finds(
    born_on: dt.date, seq: int, sex: str, last: str
) -> None:
    from renwang.loop.registry.engine.identifiers import read_resident_id
    from renwang.loop.registry.rules.parsing import parsers

    today = dt.date(2020, 2, 17)
    read = parsers(today, None)["id_number"]
    number = id_of(seq, sex, born_on)
    for given_number in (number, number[:17] + last):
        told, (found, problem) = read_resident_id(given_number, today=today), read(given_number)
        assert (found.value == told.value and not problem) if told.is_valid else (problem and not found.value)
