"""A household ends with its last member, by whatever door they leave, and is there again when somebody comes to live in it."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from conftest import District, Family, MakeFamily
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.loop.assignments import queries as assignments
from renwang.loop.assignments.models import Assignment
from renwang.loop.registry import actions, handlers, queries
from renwang.loop.registry.models import Household, ImportBatch, Membership, Subject
from renwang.loop.registry.rules import PersonIn, Relation
from renwang.loop.rounds import actions as rounds
from renwang.loop.rounds.models import Contact

from .test_imports import enter, row, send
from .test_register_households import id_of, liu
from .workbooks import workbook

pytestmark = pytest.mark.django_db


def leave(actor: Actor, now: dt.datetime, *people: Subject, is_gone: bool = True) -> None:
    for one in people:
        held = Membership.objects.get(person=one, until__isnull=True)
        actions.end_membership(actor=actor, now=now, membership_id=held.pk, is_gone=is_gone)


def is_there(household: Subject) -> bool:
    return Subject.objects.get(pk=household.pk).is_current


def test_an_outsider_ends_no_household(family: Family, outsider: Actor, now: dt.datetime) -> None:
    with pytest.raises(NotAllowed):
        leave(outsider, now, family.head)
    assert is_there(family.household)


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_household_ends_with_its_last_member_and_not_before(
    is_gone: bool, family: Family, street_officer: Actor, now: dt.datetime
) -> None:
    *others, last = family.members
    leave(street_officer, now, *others, is_gone=is_gone)
    assert is_there(family.household)
    held = Membership.objects.get(person=last, until__isnull=True)
    ended = actions.end_membership(actor=street_officer, now=now, membership_id=held.pk, is_gone=is_gone)
    assert not is_there(family.household) and ended.emptied_ids == (family.household.pk,)


def test_where_nobody_lives_nobody_is_asked_missed_or_carried(
    small_district: District, family: Family, helper_user: User, street_officer: Actor, now: dt.datetime
) -> None:
    system, today = Actor.system(), dt.date(2020, 2, 17)
    draft = rounds.RoundDraft(
        title="排查",
        office="health",
        area=small_district.root.code,
        opens_on=today,
        closes_on=today + dt.timedelta(days=6),
        everybody=True,
    )
    made = rounds.draft_round(actor=system, now=now, draft=draft)
    rounds.open_round(actor=system, now=now, round_id=made.round_id)
    rounds.plan_day(actor=system, now=now, day=today)
    assert Contact.objects.get().state == "due"
    leave(street_officer, now, *family.members)
    contact = Contact.objects.get()
    assert (contact.state, contact.because) == ("closed", "household_ended")
    later = now + dt.timedelta(days=1)
    rounds.plan_day(actor=system, now=later, day=today + dt.timedelta(days=1))
    assert Contact.objects.count() == 1
    assert assignments.load_of([helper_user.pk]) == {}
    assert not assignments.held_by(helper_user.pk, viewer=system, now=now).exists()
    Assignment.objects.update(until=now)
    assert not assignments.gaps(viewer=street_officer, now=later).exists()


def test_who_comes_back_brings_the_household_back_with_its_helper(
    family: Family, helper_user: User, street_officer: Actor, outsider: Actor, now: dt.datetime
) -> None:
    leave(street_officer, now, *family.members)
    person = PersonIn("刘小宝", Relation.HEAD, born_on=dt.date(1999, 5, 1))
    with pytest.raises(NotAllowed):
        actions.add_member(actor=outsider, now=now, household_id=family.household.pk, person=person)
    assert not is_there(family.household)
    actions.add_member(actor=street_officer, now=now, household_id=family.household.pk, person=person)
    assert is_there(family.household)
    assert assignments.load_of([helper_user.pk]) == {helper_user.pk: 1}


def test_what_was_merged_away_is_not_brought_back_by_a_member(
    family: Family, make_family: MakeFamily, street_officer: Actor, now: dt.datetime
) -> None:
    kept = make_family("刘德顺二")
    actions.merge_subjects(
        actor=street_officer, now=now, kept_id=kept.household.pk, gone_id=family.household.pk, reason="重复"
    )
    person = PersonIn("刘小宝", Relation.OTHER, born_on=dt.date(1999, 5, 1))
    with pytest.raises(actions.NotInRegister):
        actions.add_member(actor=street_officer, now=now, household_id=family.household.pk, person=person)


def test_a_household_ends_when_its_last_member_moves_into_another_and_undoing_brings_it_back(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    alone = [row("F1", "刘德顺", id_of(1), "户主")]
    enter(street_officer, now, send(street_officer, now, workbook(alone)))
    home = Household.objects.get(number="F1").subject
    moved = [row("F2", "王秀英", id_of(2), "户主"), row("F2", "刘德顺", id_of(1), "配偶")]
    batch = enter(street_officer, now, send(street_officer, now, workbook(moved)))
    assert not is_there(home)
    actions.undo_import(actor=street_officer, now=now, batch_id=batch.pk)
    handlers.keep_undo({"batch_id": batch.pk}, now=now)
    assert is_there(home)
    assert Membership.objects.get(person__name="刘德顺", until__isnull=True).household_id == home.pk


def undo(actor: Actor, now: dt.datetime, batch: ImportBatch) -> None:
    actions.undo_import(actor=actor, now=now, batch_id=batch.pk)
    handlers.keep_undo({"batch_id": batch.pk}, now=now)


def test_undoing_brings_no_household_back_whose_last_member_has_moved_on_since(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    enter(street_officer, now, send(street_officer, now, workbook([row("F1", "刘德顺", id_of(1), "户主")])))
    home = Household.objects.get(number="F1").subject
    wife = [row("F2", "王秀英", id_of(2), "户主"), row("F2", "刘德顺", id_of(1), "配偶")]
    batch = enter(street_officer, now, send(street_officer, now, workbook(wife)))
    brother = [row("F3", "刘德福", id_of(3), "户主"), row("F3", "刘德顺", id_of(1), "兄弟")]
    enter(street_officer, now, send(street_officer, now, workbook(brother, title="又一册")))
    rounds_before = Contact.objects.count()
    undo(street_officer, now, batch)
    assert Membership.objects.get(person__name="刘德顺", until__isnull=True).household.name == "刘德福"
    assert not is_there(home) and Contact.objects.count() == rounds_before


def test_undoing_leaves_nobody_in_a_household_that_has_ended_and_none_without_anybody(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    enter(street_officer, now, send(street_officer, now, workbook([row("F1", "刘德顺", id_of(1), "户主")])))
    home = Household.objects.get(number="F1").subject
    leave(street_officer, now, Subject.objects.get(kind="person"))
    son = row("F1", "刘小宝", id_of(2), "户主")
    batch = enter(street_officer, now, send(street_officer, now, workbook([son], title="新台账")))
    later = enter(
        street_officer,
        now,
        send(street_officer, now, workbook([son, row("F1", "钱海", id_of(4), "其他")], title="再册")),
    )
    undo(street_officer, now, batch)
    assert is_there(home), "somebody lives there whom another ledger told of"
    assert list(Membership.objects.filter(until__isnull=True).values_list("person__name", flat=True)) == ["钱海"]
    undo(street_officer, now, later)
    assert not is_there(home) and not Membership.objects.filter(until__isnull=True).exists()


def test_a_ledger_that_tells_of_somebody_new_under_its_number_brings_a_household_back(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    alone = [row("F1", "刘德顺", id_of(1), "户主")]
    enter(street_officer, now, send(street_officer, now, workbook(alone)))
    home = Household.objects.get(number="F1").subject
    leave(street_officer, now, Subject.objects.get(kind="person"))
    # The old ledger alone brings nobody back: the register knows that he has died.
    batch = enter(street_officer, now, send(street_officer, now, workbook(alone, title="旧台账")))
    assert batch.rows_invalid == 1 and not is_there(home)
    son = [row("F1", "刘小宝", id_of(2), "户主")]
    batch = enter(street_officer, now, send(street_officer, now, workbook(son, title="新台账")))
    assert batch.rows_new == 1 and is_there(home)
    assert Household.objects.count() == 1


def test_one_human_being_with_two_homes_leaves_one_of_them_and_taken_back_has_two_again(
    family: Family, make_family: MakeFamily, street_officer: Actor, now: dt.datetime
) -> None:
    other = make_family("刘得顺", size=1)
    merged = actions.merge_subjects(
        actor=street_officer, now=now, kept_id=family.head.pk, gone_id=other.head.pk, reason="同一个人"
    )
    assert not is_there(other.household) and is_there(family.household)
    actions.undo_merge(actor=street_officer, now=now, merge_id=merged.merge_id)
    assert is_there(other.household)


def test_the_page_of_an_ended_household_says_so_and_lets_somebody_come_back(
    family: Family, street_officer: Actor, as_user: Callable[[Actor], Client], now: dt.datetime
) -> None:
    client = as_user(street_officer)
    path = f"/register/{family.household.pk}/"
    for one in family.members:
        held = Membership.objects.get(person=one, until__isnull=True)
        answer = client.post(f"{path}memberships/{held.pk}/end/", {"is_gone": "yes"}, follow=True)
        assert answer.status_code == 200
    page = answer.content.decode()
    assert "rw-notice late" in page and "member-name" in page
    number = Household.objects.get(pk=family.household.pk).number
    found = client.post("/search/", {"q": number}, follow=True).content.decode()
    assert path in found
    assert queries.search(street_officer, number) == []  # nobody opens a case for a household in which nobody lives


def test_a_household_told_of_with_nobody_in_it_does_not_end(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    actions.register_households(
        actor=street_officer, now=now, households=[liu(small_district.village.code)], source="test"
    )
    assert Subject.objects.get(kind="household").is_current
