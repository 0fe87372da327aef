"""An office's workbook: every row gets its verdict, nothing wrong gets in, and what was killed goes on."""

import datetime as dt
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from conftest import District
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry, Promise
from renwang.loop.registry import actions, handlers
from renwang.loop.registry.models import (
    Enrolment,
    Household,
    ImportBatch,
    ImportRow,
    Membership,
    Person,
    Subject,
)
from renwang.loop.registry.rules import HouseholdIn, PersonIn, Relation
from renwang.loop.registry.rules.verdicts import in_words

from .test_register_households import id_of
from .workbooks import HEAD, workbook

STREET = "九龙街道"
BORN = dt.date(1950, 3, 8)


def row(number: str, name: str, id_number: object, relation: str, **told: object) -> list[object]:
    values = {
        "户编号": number,
        "姓名": name,
        "证件号码": id_number,
        "与户主关系": relation,
        "乡镇": STREET,
        "行政村": "示范一村",
        "户属性": "一般贫困户",
        "致贫原因": "因病",
        **told,
    }
    return [values.get(title) for title in HEAD]


GOOD = [
    row("F1", "刘德顺", id_of(1), "户主", 联系电话="15400000001", 地址="西街1号"),
    row("F1", "王秀英", id_of(2, sex="2"), "配偶", 性别="女"),
    row("F2", "赵小六", id_of(3), "户主"),
]


def send(
    actor: Actor, now: dt.datetime, content: bytes, area: str = "370704006", filename: str = "台账.xlsx"
) -> ImportBatch:
    received = actions.receive_workbook(actor=actor, now=now, area=area, filename=filename, content=content)
    handlers.keep_check({"batch_id": received.batch_id}, now=now)
    return ImportBatch.objects.get(pk=received.batch_id)


def enter(actor: Actor, now: dt.datetime, batch: ImportBatch) -> ImportBatch:
    actions.apply_import(actor=actor, now=now, batch_id=batch.pk)
    handlers.keep_apply({"batch_id": batch.pk}, now=now)
    batch.refresh_from_db()
    return batch


def verdicts(batch: ImportBatch) -> dict[int, tuple[str, str, str]]:
    return {r.row_no: (r.verdict, r.field, in_words(r.message)) for r in ImportRow.objects.filter(batch=batch)}


def test_an_outsider_may_not_send_a_workbook_nor_a_helper(
    small_district: District, outsider: Actor, helper: Actor, now: dt.datetime
) -> None:
    for actor in (outsider, helper):
        with pytest.raises(NotAllowed):
            send(actor, now, workbook(GOOD))
    assert not ImportBatch.objects.exists()


def test_a_ledger_is_checked_and_then_entered(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    batch = send(street_officer, now, workbook(GOOD))
    assert (batch.status, batch.rows, batch.rows_new, batch.rows_invalid) == ("checked", 3, 3, 0)
    assert not Household.objects.exists()
    enter(street_officer, now, batch)
    assert batch.status == "applied" and batch.applied_to == 5
    assert Household.objects.count() == 2 and Person.objects.count() == 3
    assert Enrolment.objects.filter(programme_id="poor_household", reason="因病").count() == 2
    assert Promise.objects.filter(kind="registry.check_workbook").count() == 1
    assert "刘德顺" not in str(list(Entry.objects.values_list("facts", flat=True)))


def test_entered_twice_changes_nothing_and_the_same_file_is_told(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    content = workbook(GOOD)
    enter(street_officer, now, send(street_officer, now, content))
    before = list(Subject.objects.order_by("pk").values())
    again = actions.receive_workbook(
        actor=street_officer, now=now, area="370704006", filename="台账.xlsx", content=content
    )
    assert again.seen_before
    handlers.keep_check({"batch_id": again.batch_id}, now=now)
    batch = ImportBatch.objects.get(pk=again.batch_id)
    assert batch.rows_unchanged == 3
    enter(street_officer, now, batch)
    assert list(Subject.objects.order_by("pk").values()) == before


def test_a_file_still_in_hand_is_not_taken_in_twice(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    first = send(street_officer, now, workbook_bytes := workbook(GOOD))
    assert send(street_officer, now, workbook_bytes).pk == first.pk


@pytest.mark.parametrize(
    ("told", "field", "said"),
    [
        (
            {"证件号码": id_of(9)[:-1] + ("1" if id_of(9)[-1] != "1" else "2")},
            "id_number",
            f"check digit.*{id_of(9)[-1]}",
        ),
        ({"证件号码": "37070419"}, "id_number", "18 characters"),
        ({"证件号码": 990704195003080191}, "id_number", "digits are lost"),
        ({"联系电话": "1540000000A"}, "phone", "letters"),
        ({"行政村": "没有村"}, "village", "Unknown village"),
        ({"行政村": "示范三村", "乡镇": "凤凰街道"}, "village", "outside your area"),
        ({"姓名": ""}, "name", "No name"),
        ({"与户主关系": "朋友的朋友"}, "relation", "Unknown relation"),
        ({"出生日期": "2050-01-01"}, "born_on", "still to come"),
        ({"出生日期": "昨天"}, "born_on", "no date"),
        ({"户属性": "神仙户"}, "kind", "Unknown type"),
        ({"与户主关系": "配偶"}, "relation", "no head"),
    ],
)
def test_a_wrong_row_says_which_field_and_what_was_expected(
    small_district: District, street_officer: Actor, now: dt.datetime, told: dict[str, object], field: str, said: str
) -> None:
    import re

    with translation.override("zh-hans"):
        batch = send(street_officer, now, workbook([*GOOD, _with(told)]))
    with translation.override("en"):
        verdict, where, message = verdicts(batch)[6]
    assert (verdict, where) == ("invalid", field)
    assert re.search(said, message), message
    assert "孙七" not in message and "1540000000A" not in message
    enter(street_officer, now, batch)
    assert Household.objects.count() == 2  # the good ones are in


def _with(told: dict[str, object]) -> list[object]:
    wanted = dict(zip(HEAD, row("F9", "孙七", id_of(9), "户主"), strict=True)) | told
    return [wanted[title] for title in HEAD]


def test_two_heads_and_a_number_twice_are_told(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    rows = [
        *GOOD,
        row("F3", "甲", id_of(11), "户主"),
        row("F3", "乙", id_of(12), "户主"),
        row("F4", "丙", id_of(1), "户主"),
    ]
    batch = send(street_officer, now, workbook(rows))
    with translation.override("en"):
        found = verdicts(batch)
    assert "Two heads" in found[6][2] and "Two heads" in found[7][2]
    assert found[8][:2] == ("invalid", "id_number") and "row 3" in found[8][2]


def test_a_wrong_member_does_not_hold_the_household_back_but_a_wrong_head_does(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    rows = [
        GOOD[0],
        row("F1", "王秀英", "123", "配偶"),
        row("F2", "赵小六", "123", "户主"),
        row("F2", "赵子", id_of(5), "之子"),
    ]
    batch = enter(street_officer, now, send(street_officer, now, workbook(rows)))
    assert batch.rows_invalid == 3
    assert list(Person.objects.values_list("subject__name", flat=True)) == ["刘德顺"]


def test_who_is_registered_elsewhere_is_not_taken_away(
    small_district: District, street_officer: Actor, outsider: Actor, now: dt.datetime
) -> None:
    enter(street_officer, now, send(street_officer, now, workbook(GOOD)))
    theirs = [row("X1", "刘德顺", id_of(1), "户主", 乡镇="凤凰街道", 行政村="示范三村")]
    batch = send(outsider, now, workbook(theirs), area="370704003")
    assert batch.rows_invalid == 1


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (b"PK\x03\x04 broken", "台账.xlsx"),
        (b"%PDF-1.4", "台账.xlsx"),
        (workbook([["a", "b"]], head=("商品", "价格")), "台账.xlsx"),
        (workbook([]), "台账.xlsx"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_reason(
    small_district: District, street_officer: Actor, now: dt.datetime, content: bytes, filename: str
) -> None:
    batch = send(street_officer, now, content, filename=filename)
    assert batch.status == "refused" and batch.problem
    with pytest.raises(actions.StaleImport):
        actions.apply_import(actor=street_officer, now=now, batch_id=batch.pk)


def test_a_discarded_import_enters_nothing(small_district: District, street_officer: Actor, now: dt.datetime) -> None:
    batch = send(street_officer, now, workbook(GOOD))
    actions.discard_import(actor=street_officer, now=now, batch_id=batch.pk)
    with pytest.raises(actions.StaleImport):
        actions.apply_import(actor=street_officer, now=now, batch_id=batch.pk)
    assert not Household.objects.exists()


def test_an_import_that_was_killed_goes_on_where_it_stopped(
    small_district: District, street_officer: Actor, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renwang.loop.registry.queries.imports.STEP", 2)
    rows = [row(f"K{n}", f"赵{'甲乙丙丁戊己庚'[n]}", id_of(20 + n), "户主") for n in range(7)]
    batch = send(street_officer, now, workbook(rows))
    actions.apply_import(actor=street_officer, now=now, batch_id=batch.pk)
    real, calls = actions.enter_import_rows, 0

    def killed(**told: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return real(**told)  # type: ignore[arg-type]

    monkeypatch.setattr(actions, "enter_import_rows", killed)
    with pytest.raises(KeyboardInterrupt):
        handlers.keep_apply({"batch_id": batch.pk}, now=now)
    assert Household.objects.count() == 4
    monkeypatch.setattr(actions, "enter_import_rows", real)
    handlers.keep_apply({"batch_id": batch.pk}, now=now)
    batch.refresh_from_db()
    assert batch.status == "applied" and Household.objects.count() == 7
    handlers.keep_apply({"batch_id": batch.pk}, now=now)
    assert Household.objects.count() == 7


def test_the_command_tells_what_it_did(small_district: District, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook([*GOOD, row("F3", "坏", "123", "户主")]))
    out = StringIO()
    call_command("import_register", str(path), "--dry-run", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert {name: told[name] for name in ("rows", "new", "changed", "unchanged", "conflict", "doubtful", "invalid", "ignored")} == {
        "rows": 4, "new": 3, "changed": 0, "unchanged": 0, "conflict": 0, "doubtful": 0, "invalid": 1, "ignored": 0,
    }  # fmt: skip
    assert told["mapping"]["证件号码"] == "id_number" and told["mapping"]["户属性"] == "kind"
    assert not ImportBatch.objects.exists()
    out = StringIO()
    call_command("import_register", str(path), "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert told["status"] == "applied" and told["faults"][0]["row"] == 6 and Household.objects.count() == 2
    call_command("import_register", str(path), stdout=StringIO())
    assert Household.objects.count() == 2
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04")
    with pytest.raises(CommandError):
        call_command("import_register", str(broken))


def test_who_died_does_not_come_back_by_an_old_ledger(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    enter(street_officer, now, send(street_officer, now, workbook(GOOD)))
    wife = Membership.objects.get(person__name="王秀英")
    actions.end_membership(actor=street_officer, now=now, membership_id=wife.pk, is_gone=True)
    again = [*GOOD, row("F2", "赵小七", id_of(4), "之子")]
    batch = send(street_officer, now, workbook(again, title="旧台账"))
    told = verdicts(batch)
    assert [told[place][0] for place in (3, 4, 5, 6)] == ["unchanged", "invalid", "unchanged", "new"]
    assert "died" in told[4][2] or "死亡" in told[4][2]
    enter(street_officer, now, batch)
    assert Person.objects.filter(subject__name="王秀英").count() == 1
    assert not Subject.objects.get(name="王秀英").is_current


def test_who_was_written_off_by_mistake_comes_back_by_id_number_and_not_twice(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    enter(street_officer, now, send(street_officer, now, workbook(GOOD)))
    wife = Membership.objects.get(person__name="王秀英")
    actions.end_membership(actor=street_officer, now=now, membership_id=wife.pk, is_gone=True)
    told = PersonIn("王秀英", Relation.SPOUSE, id_number=id_of(2, sex="2"))
    home = HouseholdIn(number="F1", division=small_district.village.code, members=(told,))
    with pytest.raises(actions.PersonGone):
        actions.register_households(actor=street_officer, now=now, households=[home], source="form")
    actions.add_member(actor=street_officer, now=now, household_id=wife.household_id, person=told)
    assert Subject.objects.get(name="王秀英").is_current
    assert Person.objects.filter(subject__name="王秀英").count() == 1
