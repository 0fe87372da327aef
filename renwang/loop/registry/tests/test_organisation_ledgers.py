"""Ledgers of enterprises: what they tell of firms known already, what is refused, and how they are taken back."""

import datetime as dt

import pytest

from conftest import District
from renwang.foundation.access.rules import Actor
from renwang.loop.registry import actions, handlers
from renwang.loop.registry.engine.identifiers import make_credit_code
from renwang.loop.registry.models import (
    ImportBatch,
    ImportRow,
    ImportTrace,
    Organisation,
    Particulars,
    SearchKey,
    Subject,
)
from renwang.loop.registry.queries.search import search
from renwang.loop.registry.rules.verdicts import read

from .ledgers import book, counts, enter, send, verdicts

pytestmark = pytest.mark.django_db
CODE, OTHER = (make_credit_code("990704", number) for number in ("MA000001", "MA000002"))
HEAD = ["企业名称", "统一社会信用代码", "联系人", "联系电话", "村", "地址", "职工人数"]
FIRM = ["某某机械厂", CODE, "张某", "0536-7661234", "示范一村", "东街1号", 120]


def taken(actor: Actor, now: dt.datetime, *rows: list[object]) -> ImportBatch:
    return enter(actor, now, send(actor, now, book([HEAD, *rows]), ask=False))


def undone(actor: Actor, now: dt.datetime, batch: ImportBatch) -> ImportBatch:
    actions.undo_import(actor=actor, now=now, batch_id=batch.pk)
    handlers.keep_undo({"batch_id": batch.pk}, now=now)
    batch.refresh_from_db()
    return batch


def kept(batch: ImportBatch) -> list[tuple[str, str]]:
    return list(ImportTrace.objects.filter(batch=batch).exclude(kept="").values_list("what", "kept"))


def test_a_new_firm_goes_with_all_that_was_told_of_it(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    batch = taken(street_officer, now, FIRM, ["某某食品厂", OTHER, None, None, "示范二村", None, 30])
    assert Particulars.objects.count() == 2 and SearchKey.objects.exists()
    assert undone(street_officer, now, batch).status == "undone" and not kept(batch)
    for model in (Subject, Organisation, Particulars, SearchKey):
        assert not model._default_manager.exists()


def test_a_known_firm_is_again_what_it_was_in_every_column_and_found_under_its_name(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    taken(street_officer, now, FIRM[:6])
    before = list(Organisation.objects.values("credit_code", "contact_name", "phone", "phone_idx", "address"))
    later = now + dt.timedelta(hours=1)
    batch = taken(street_officer, later, ["新新农机厂", CODE, "李某", "15400000009", "示范二村", "西街2号", 80])
    assert counts(batch) == {"changed": 1} and Particulars.objects.exists()
    assert [one.name for one in search(street_officer, "新新")] == ["新新农机厂"]
    undone(street_officer, later, batch)
    assert list(Organisation.objects.values("credit_code", "contact_name", "phone", "phone_idx", "address")) == before
    firm = Subject.objects.get()
    assert (firm.name, firm.division_id) == ("某某机械厂", small_district.village.code)
    assert not Particulars.objects.exists() and not kept(batch)
    assert not search(street_officer, "新新") and [one.id for one in search(street_officer, "某某")] == [firm.pk]
    assert set(SearchKey.objects.values_list("code", flat=True)) == {small_district.village.code}


def test_what_another_ledger_told_since_stays_and_that_is_told(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    taken(street_officer, now, FIRM)
    second = taken(street_officer, now, [*FIRM[:2], "李某", FIRM[3], "示范一村", "西街2号", 90])
    taken(street_officer, now, [*FIRM[:2], "王某", FIRM[3], "示范一村", "西街2号", 90])
    undone(street_officer, now, second)
    firm = Organisation.objects.get()
    assert (firm.contact_name, firm.address) == ("王某", "东街1号")
    assert Particulars.objects.get().told == "other:职工人数\t120"
    assert kept(second) == [("organisation.contact_name", "edited")]


def test_one_row_that_names_a_firm_twice_is_taken_back_in_the_opposite_order(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    taken(street_officer, now, ["某某机械厂", None, "张某", None, "示范一村", None, None])
    again = [["某某机械厂", None, who, None, "示范一村", "东街1号", None] for who in ("李某", "王某")]
    batch = taken(street_officer, now, *again)
    assert Organisation.objects.get().contact_name == "王某"
    undone(street_officer, now, batch)
    firm = Organisation.objects.get()
    assert (firm.contact_name, firm.address) == ("张某", "") and not kept(batch)


def test_a_code_that_stands_in_two_sheets_is_told_with_its_sheet(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    content = book(
        [HEAD, FIRM, ["某某食品厂", OTHER, None, None, "示范二村", None, 30]],
        sheets={"二": [HEAD, ["别的厂", CODE, None, None, "示范二村", None, None]]},
    )
    batch = enter(street_officer, now, send(street_officer, now, content, ask=False))
    assert verdicts(batch) == {2: "new", 3: "new", 10_000_002: "invalid"}
    assert read(ImportRow.objects.get(verdict="invalid").message) == ("same_credit_code", {"row": "2"})
    assert Organisation.objects.count() == 2


def test_a_firm_that_another_area_has_is_refused_before_anything_is_entered(
    small_district: District, street_officer: Actor, district: Actor, now: dt.datetime
) -> None:
    rows = [HEAD, [*FIRM[:4], "示范三村", None, None]]
    enter(district, now, send(district, now, book(rows), ask=False, area="370704"))
    batch = send(street_officer, now, book([HEAD, FIRM, ["某某食品厂", OTHER, None, None, "示范二村"]]), ask=False)
    assert verdicts(batch) == {2: "invalid", 3: "new"}
    assert ImportRow.objects.get(verdict="invalid").message == "foreign_organisation"
    assert enter(street_officer, now, batch).status == "applied"
    known = Organisation.objects.get(credit_code=CODE)
    assert known.subject.division_id == "370704003201" and known.address == ""
    assert Organisation.objects.count() == 2
