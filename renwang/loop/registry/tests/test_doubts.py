"""Pairs that may be one human being: set down once, decided by a person, taken back as any merge."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import translation

from conftest import District, Family, MakeFamily
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.registry.actions import (
    LooksWrong,
    StaleDoubt,
    apply_import,
    decide_doubt,
    file_doubts,
    undo_import,
    undo_merge,
)
from renwang.loop.registry.handlers import keep_apply, keep_undo
from renwang.loop.registry.models import Doubt, Merge, Person, Subject
from renwang.loop.registry.queries import pairs as pairs_of
from renwang.loop.registry.queries.likeness import likely
from renwang.loop.registry.queries.matching import matches
from renwang.loop.registry.rules import DOUBT_MOVES, DoubtStatus, HouseholdIn, PersonIn, Relation

from .test_imports import enter, row, send, verdicts
from .test_register_households import id_of
from .workbooks import workbook

BORN = dt.date(1980, 3, 5)
FIRST = [row("F1", "王建国", id_of(1), "户主", 联系电话="15400000001", 地址="西街1号")]
# The same man in another office's ledger: another character, no ID number, a household number of its own.
AGAIN = [row("Q7", "王健国", "", "户主", 出生日期="1950-03-09", 联系电话="15400000001", 地址="西街1号")]


@pytest.fixture
def other(make_family: MakeFamily) -> Family:
    return make_family("刘德顺")


def pair(family: Family, other: Family, actor: Actor, now: dt.datetime) -> Doubt:
    told = file_doubts(actor=actor, now=now, pairs=[(family.head.pk, other.head.pk, 0.71)], source="import:1")
    return Doubt.objects.get(pk=told.doubt_ids[0])


def test_a_helper_and_an_outsider_may_neither_set_down_nor_decide(
    family: Family, other: Family, helper: Actor, outsider: Actor, district: Actor, now: dt.datetime
) -> None:
    doubt = pair(family, other, district, now)
    for actor in (helper, outsider):
        with pytest.raises(NotAllowed):
            file_doubts(actor=actor, now=now, pairs=[(family.head.pk, other.head.pk, 0.9)])
        with pytest.raises(NotAllowed):
            decide_doubt(actor=actor, now=now, doubt_id=doubt.pk, decision=DoubtStatus.APART)
    assert list(pairs_of.doubts(viewer=outsider)) == []
    doubt.refresh_from_db()
    assert doubt.status == DoubtStatus.OPEN


def test_a_pair_is_asked_once_in_whichever_order_and_never_again_once_decided(
    family: Family, other: Family, district: Actor, now: dt.datetime
) -> None:
    doubt = pair(family, other, district, now)
    decide_doubt(actor=district, now=now, doubt_id=doubt.pk, decision=DoubtStatus.APART, reason="两个人")
    again = [
        (other.head.pk, family.head.pk, 0.99),
        (family.head.pk, other.head.pk, 0.99),
        (family.head.pk, family.head.pk, 1),
    ]
    assert file_doubts(actor=district, now=now, pairs=again).doubt_ids == ()
    assert Doubt.objects.count() == 1


def test_two_imports_that_set_down_one_pair_at_once_ask_it_once(
    family: Family, other: Family, district: Actor, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair(family, other, district, now)
    # The second has looked before the first had written: it knows of no pair that was asked.
    from django.db.models.query import QuerySet

    seen = QuerySet.values_list

    def blind(rows: QuerySet[Doubt], *fields: str, **told: bool) -> object:
        return [] if fields == ("known_id", "new_id") else seen(rows, *fields, **told)

    monkeypatch.setattr(QuerySet, "values_list", blind)
    for known, new in ((family, other), (other, family)):
        told = file_doubts(actor=district, now=now, pairs=[(known.head.pk, new.head.pk, 0.9)], source="import:2")
        assert told.doubt_ids == ()
    assert Doubt.objects.count() == 1


def test_the_second_of_two_officers_is_told_so_on_the_page(
    family: Family, other: Family, district: Actor, now: dt.datetime, make_user: object, client: Client
) -> None:
    doubt = pair(family, other, district, now)
    decide_doubt(actor=district, now=now, doubt_id=doubt.pk, decision=DoubtStatus.SAME, reason="村里问过")
    officer = make_user("officer", street_officer=family.household.division_id[:9])  # type: ignore[operator]
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    for answer in (
        client.get(f"/register/doubts/{doubt.pk}/", follow=True),
        client.post(f"/register/doubts/{doubt.pk}/decide/", {"decision": "apart"}, follow=True),
    ):
        assert answer.status_code == 200 and "已" in str(next(iter(answer.context["messages"])))
    assert client.get("/register/doubts/999999/").status_code == 404
    doubt.refresh_from_db()
    assert doubt.status == DoubtStatus.SAME and Merge.objects.get().undone_at is None


def test_only_the_first_of_two_officers_decides(
    family: Family, other: Family, district: Actor, street_officer: Actor, now: dt.datetime
) -> None:
    doubt = pair(family, other, district, now)
    decide_doubt(actor=district, now=now, doubt_id=doubt.pk, decision=DoubtStatus.APART)
    for decision in (DoubtStatus.SAME, DoubtStatus.LATER, DoubtStatus.APART):
        with pytest.raises(StaleDoubt):
            decide_doubt(actor=street_officer, now=now, doubt_id=doubt.pk, decision=decision)
    assert not Merge.objects.exists()
    with pytest.raises(StaleDoubt):
        decide_doubt(actor=district, now=now, doubt_id=0, decision=DoubtStatus.APART)


def test_the_same_is_a_merge_and_taking_it_back_says_they_are_two(
    family: Family, other: Family, district: Actor, now: dt.datetime
) -> None:
    doubt = pair(family, other, district, now)
    told = decide_doubt(actor=district, now=now, doubt_id=doubt.pk, decision=DoubtStatus.SAME, reason="村里问过")
    assert told.merge_id is not None
    gone = Subject.objects.get(pk=other.head.pk)
    assert (gone.is_current, gone.merged_into_id) == (False, family.head.pk)
    undo_merge(actor=district, now=now, merge_id=told.merge_id)
    doubt.refresh_from_db()
    assert Subject.objects.get(pk=other.head.pk).is_current
    assert doubt.status == DoubtStatus.APART
    assert file_doubts(actor=district, now=now, pairs=[(family.head.pk, other.head.pk, 0.9)]).doubt_ids == ()


def test_what_was_put_off_stays_on_a_list_of_its_own_until_it_is_decided(
    family: Family, other: Family, district: Actor, now: dt.datetime
) -> None:
    doubt = pair(family, other, district, now)
    decide_doubt(actor=district, now=now, doubt_id=doubt.pk, decision=DoubtStatus.LATER)
    assert not pairs_of.doubts(viewer=district, status=DoubtStatus.OPEN).exists()
    assert pairs_of.doubts(viewer=district, status=DoubtStatus.LATER).get() == doubt
    decide_doubt(actor=district, now=now, doubt_id=doubt.pk, decision=DoubtStatus.APART)
    assert not pairs_of.doubts(viewer=district, status=DoubtStatus.LATER).exists()


def test_the_ledger_tells_the_decision_and_no_name(
    family: Family, other: Family, district: Actor, now: dt.datetime
) -> None:
    doubt = pair(family, other, district, now)
    decide_doubt(actor=district, now=now, doubt_id=doubt.pk, decision=DoubtStatus.SAME, reason="村里问过")
    entry = Entry.objects.get(name="registry.decide_doubt")
    assert entry.facts["decision"] == "same"
    assert not any(name in str(entry.facts) for name in (family.head.name, other.head.name))


def test_every_move_of_a_doubt_leads_on_and_none_back() -> None:
    assert set(DOUBT_MOVES) == set(DoubtStatus)
    assert all(DoubtStatus.OPEN not in targets for targets in DOUBT_MOVES.values())


# --- from a ledger -----------------------------------------------------------------------------------------------------


def test_a_slip_in_a_second_ledger_is_linked_and_the_registers_spelling_stays(
    small_district: District, district: Actor, now: dt.datetime
) -> None:
    enter(district, now, send(district, now, workbook(FIRST)))
    batch = send(
        district,
        now,
        workbook([row("F1", "王健国", "", "户主", 出生日期="1950-03-08", 联系电话="15400000001", 地址="西街1号")]),
    )
    people = Person.objects.count()
    born = Person.objects.get().born_on
    enter(district, now, batch)
    assert born is not None
    assert Person.objects.count() == people
    assert Subject.objects.get(kind="person").name == "王建国"
    assert not Doubt.objects.exists()


def test_a_doubtful_row_is_entered_and_waits_for_a_decision_and_is_not_asked_twice(
    small_district: District, district: Actor, now: dt.datetime
) -> None:
    enter(district, now, send(district, now, workbook(FIRST)))
    # The phone is the same and the name sounds alike; nothing else is told.
    again = workbook([row("", "王健国", "", "户主", 联系电话="15400000001", 出生日期="1951-07-21")])
    batch = send(district, now, again)
    with translation.override("en"):
        assert [told[0] for told in verdicts(batch).values()] == ["doubtful"]
    with pytest.raises(LooksWrong):  # the whole ledger is doubtful: stop and ask
        enter(district, now, batch)
    assert not Doubt.objects.exists()
    apply_import(actor=district, now=now, batch_id=batch.pk, anyway=True)
    keep_apply({"batch_id": batch.pk}, now=now)
    doubt = Doubt.objects.get()
    assert (doubt.known.name, doubt.new.name, doubt.source) == ("王建国", "王健国", f"import:{batch.pk}")
    told = decide_doubt(actor=district, now=now, doubt_id=doubt.pk, decision=DoubtStatus.SAME)
    assert told.merge_id
    enter(
        district,
        now,
        send(
            district,
            now,
            workbook(
                [
                    *AGAIN[:0],
                    row("", "王健国", "", "户主", 联系电话="15400000001", 出生日期="1951-07-21", 致贫原因="因学"),
                ]
            ),
        ),
    )
    assert Doubt.objects.count() == 1
    assert Subject.objects.filter(kind="person", is_current=True).count() == 1


def test_a_question_that_an_import_asked_goes_with_it_and_one_that_was_decided_keeps_whom_it_is_about(
    small_district: District, district: Actor, now: dt.datetime
) -> None:
    enter(district, now, send(district, now, workbook(FIRST)))
    before = set(Subject.objects.values_list("pk", flat=True))
    rows = [row("", "王健国", "", "户主", 联系电话="15400000001", 出生日期="1951-07-21")]
    for decides in (False, True):
        batch = send(district, now, workbook(rows, title="再来" if decides else "又"))
        apply_import(actor=district, now=now, batch_id=batch.pk, anyway=True)
        keep_apply({"batch_id": batch.pk}, now=now)
        doubt = Doubt.objects.get()
        decide_doubt(
            actor=district,
            now=now,
            doubt_id=doubt.pk,
            decision=DoubtStatus.APART if decides else DoubtStatus.LATER,
        )
        undo_import(actor=district, now=now, batch_id=batch.pk)
        keep_undo({"batch_id": batch.pk}, now=now)
        left = set(Subject.objects.values_list("pk", flat=True)) - before
        assert Doubt.objects.exists() is bool(left) is decides


def test_strangers_and_a_first_ledger_cost_no_comparison(
    small_district: District, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renwang.loop.registry.engine.linkage.running.match", None)  # would fail if it were called
    strangers = [
        HouseholdIn(division=small_district.village.code, members=(PersonIn(name, Relation.HEAD, born_on=born),))
        for name, born in (("王建国", BORN), ("赵秀英", dt.date(1955, 6, 1)))
    ]
    assert matches(strangers)[0].people == [None]
    assert likely(strangers, [(0,), (0,)]) == []


# --- the page ----------------------------------------------------------------------------------------------------------


def test_both_records_stand_side_by_side_masked_and_the_decision_is_one_press(
    family: Family, other: Family, district: Actor, outsider: Actor, now: dt.datetime
) -> None:
    doubt = pair(family, other, district, now)
    stranger, officer = Client(), Client()
    for client, actor in ((stranger, outsider), (officer, district)):
        client.force_login(User.objects.get(pk=actor.user_id), backend="django.contrib.auth.backends.ModelBackend")
    assert stranger.get(f"/register/doubts/{doubt.pk}/").status_code in (403, 404)
    Person.objects.filter(pk=family.head.pk).update(born_on=BORN)
    text = officer.get(f"/register/doubts/{doubt.pk}/").content.decode()
    assert family.head.name in text
    assert other.head.name in text
    assert "1980-03-05" in text
    sealed = [value for one in Person.objects.all() for value in (one.id_number, one.phone) if value]
    assert sealed
    assert not any(value in text for value in sealed)
    assert officer.post(f"/register/doubts/{doubt.pk}/decide/", {"decision": "perhaps"}).status_code == 302
    answer = officer.post(f"/register/doubts/{doubt.pk}/decide/", {"decision": "apart", "reason": "两个人"})
    assert answer.headers["Location"] == "/register/doubts/"
    doubt.refresh_from_db()
    assert (doubt.status, doubt.reason, doubt.by_id) == (DoubtStatus.APART, "两个人", district.user_id)


def test_two_numbers_that_look_the_same_once_masked_are_told_apart(
    make_family: MakeFamily, district: Actor, now: dt.datetime
) -> None:
    one, two = make_family("王建国", phone="15400010107"), make_family("王健国", phone="15499990107")
    for family, number in ((one, "990704195001010017"), (two, "990704198103050017")):
        row = Person.objects.get(pk=family.head.pk)
        row.id_number = number
        row.save()
    doubt = pair(one, two, district, now)
    officer = Client()
    officer.force_login(User.objects.get(pk=district.user_id), backend="django.contrib.auth.backends.ModelBackend")
    compare = f"/register/merges/compare/?one={one.head.pk}&other={two.head.pk}"
    for address in (f"/register/doubts/{doubt.pk}/", compare):
        text = officer.get(address).content.decode()
        assert text.count("990704********0017") == 2, "they look the same"
        row_of_number = (
            text.partition("990704********0017")[0].rpartition("<tr>")[2] + text.split("990704********0017")[2]
        )
        assert "不一致" in row_of_number
    told = pairs_of.pair(viewer=district, doubt_id=doubt.pk)
    assert told is not None and told.known.card.phone == told.new.card.phone
    assert told.known.card.phone_token != told.new.card.phone_token
