"""What households tell is kept once, exactly as told, and never lost."""

import dataclasses
import datetime as dt

import pytest

from conftest import District, Family, MakeFamily
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.registry.models import Subject
from renwang.loop.rounds import actions
from renwang.loop.rounds.actions import ByActor, SubmissionReused, UnknownContact
from renwang.loop.rounds.models import CheckIn, Contact, ContactPart, Finding
from renwang.loop.rounds.rules import AnswersRefused, Because, ContactState, Disposition, PartState, Staleness

from .conftest import TODAY, MakeRound, Told

pytestmark = pytest.mark.django_db


def test_an_outsider_may_not_record_for_a_household_of_another_street(
    contact: Contact, outsider: Actor, told: Told, now: dt.datetime
) -> None:
    with pytest.raises(NotAllowed):
        actions.record_check_ins(actor=outsider, now=now, check_ins=[told(contact)])
    assert not CheckIn.objects.exists()


def test_a_helper_may_not_record_for_the_family_of_another_helper(
    helper: Actor, make_family: MakeFamily, make_round: MakeRound, system: Actor, told: Told, now: dt.datetime
) -> None:
    other = make_family("张邻居")
    make_round()
    actions.plan_day(actor=system, now=now, day=TODAY)
    with pytest.raises(NotAllowed):
        actions.record_check_ins(
            actor=helper, now=now, check_ins=[told(Contact.objects.get(household=other.household))]
        )


def test_wrong_answers_keep_nothing(contact: Contact, helper: Actor, told: Told, now: dt.datetime) -> None:
    wrong = told(contact, {"members": {"0": {"temperature": 38}}})
    with pytest.raises(AnswersRefused):
        actions.record_check_ins(actor=helper, now=now, check_ins=[told(contact), wrong])
    assert not CheckIn.objects.exists()
    assert Contact.objects.get().state == ContactState.DUE


def test_a_contact_that_does_not_exist_is_told(helper: Actor, contact: Contact, told: Told, now: dt.datetime) -> None:
    with pytest.raises(UnknownContact):
        actions.record_check_ins(actor=helper, now=now, check_ins=[told(contact, contact_id=999)])


def test_what_was_told_reaches_the_contact_and_answers_every_office(
    contact: Contact, helper: Actor, told: Told, now: dt.datetime
) -> None:
    done = actions.record_check_ins(actor=helper, now=now, check_ins=[told(contact)])
    contact.refresh_from_db()
    assert (contact.state, contact.disposition) == (ContactState.REACHED, Disposition.COMPLETED)
    part = ContactPart.objects.get()
    assert (part.state, part.check_in_id) == (PartState.ANSWERED, done.check_in_ids[0])


def test_the_ledger_names_who_recorded_and_none_of_the_answers(
    contact: Contact, family: Family, helper: Actor, told: Told, now: dt.datetime
) -> None:
    fever = {"members": {str(family.head.pk): {"temperature": 38.2}}}
    actions.record_check_ins(actor=helper, now=now, check_ins=[told(contact, fever)])
    entry = Entry.objects.get(name="rounds.record_check_ins")
    assert entry.actor_id == helper.user_id
    assert entry.facts["user_ids"] == [helper.user_id]
    assert "38.2" not in str(entry.facts)


def test_answers_are_sealed_in_the_database_and_open_exactly_as_told(
    contact: Contact, family: Family, helper: Actor, told: Told, now: dt.datetime
) -> None:
    answers = {"all_well": False, "members": {str(family.head.pk): {"temperature": 38.2, "symptoms": ["cough"]}}}
    actions.record_check_ins(actor=helper, now=now, check_ins=[told(contact, answers)])
    assert CheckIn.objects.get().answers == answers


def test_findings_are_of_the_person_or_the_household(
    contact: Contact, family: Family, helper: Actor, told: Told, now: dt.datetime
) -> None:
    answers = {"members": {str(family.head.pk): {"temperature": 38.2}}, "needs": {"food": {"days_left": 1}}}
    done = actions.record_check_ins(actor=helper, now=now, check_ins=[told(contact, answers)])
    found = {finding.kind: finding.subject_id for finding in Finding.objects.filter(pk__in=done.finding_ids)}
    assert found == {"fever": family.head.pk, "needs_food": family.household.pk}


def test_the_same_form_sent_twice_is_one_check_in(
    contact: Contact, helper: Actor, told: Told, now: dt.datetime
) -> None:
    form = told(contact)
    first = actions.record_check_ins(actor=helper, now=now, check_ins=[form, form])
    second = actions.record_check_ins(actor=helper, now=now + dt.timedelta(hours=1), check_ins=[form])
    assert CheckIn.objects.count() == 1
    assert first.answered_ids == first.check_in_ids * 2
    assert second.answered_ids == first.check_in_ids
    assert second.check_in_ids == ()


def test_a_form_number_with_other_answers_is_refused_and_the_first_ones_stay(
    contact: Contact, helper: Actor, told: Told, now: dt.datetime
) -> None:
    form = told(contact)
    actions.record_check_ins(actor=helper, now=now, check_ins=[form])
    changed = dataclasses.replace(form, answers={"all_well": False, "needs": {"food": {}}})
    with pytest.raises(SubmissionReused):
        actions.record_check_ins(actor=helper, now=now, check_ins=[changed])
    assert CheckIn.objects.get().all_well


def test_a_form_for_a_household_somebody_else_reached_is_kept_and_marked(
    contact: Contact, helper: Actor, street_officer: Actor, told: Told, now: dt.datetime
) -> None:
    actions.record_check_ins(actor=street_officer, now=now, check_ins=[told(contact)])
    late = actions.record_check_ins(
        actor=helper, now=now, check_ins=[told(contact, {"needs": {"medicine": {"what": "降压药"}}})]
    )
    kept = CheckIn.objects.get(pk=late.check_in_ids[0])
    assert late.stale_ids == late.check_in_ids
    assert kept.staleness == Staleness.ALREADY_REACHED
    assert Finding.objects.get().kind == "needs_medicine"


def test_a_form_for_a_closed_round_is_kept_and_marked(
    contact: Contact, helper: Actor, district: Actor, told: Told, now: dt.datetime
) -> None:
    actions.close_round(actor=district, now=now, round_id=contact.led_by_id)
    actions.record_check_ins(actor=helper, now=now, check_ins=[told(contact)])
    assert CheckIn.objects.get().staleness == Staleness.ROUND_CLOSED


def test_a_form_for_a_household_that_moved_is_kept_marked_and_its_findings_go_to_the_new_place(
    contact: Contact, family: Family, helper: Actor, told: Told, now: dt.datetime, small_district: District
) -> None:
    Subject.objects.filter(pk=family.household.pk).update(division=small_district.next_village)
    actions.record_check_ins(actor=helper, now=now, check_ins=[told(contact, {"needs": {"food": {}}})])
    assert CheckIn.objects.get().staleness == Staleness.HOUSEHOLD_MOVED
    assert Finding.objects.get().division_id == small_district.next_village.code
    assert Contact.objects.get().state == ContactState.REACHED


def test_a_form_told_yesterday_and_sent_today_spares_the_household_a_second_asking(
    contact: Contact, helper: Actor, system: Actor, told: Told, now: dt.datetime
) -> None:
    form = told(contact)
    tomorrow = now + dt.timedelta(days=1)
    actions.plan_day(actor=system, now=tomorrow, day=tomorrow.date())
    assert Contact.objects.get(pk=contact.pk).state == ContactState.CARRIED
    actions.record_check_ins(actor=helper, now=tomorrow, check_ins=[form])
    assert set(Contact.objects.values_list("state", flat=True)) == {ContactState.REACHED}
    assert set(ContactPart.objects.values_list("state", flat=True)) == {PartState.ANSWERED}


def test_a_clock_that_runs_ahead_does_not_tell_the_future(
    contact: Contact, helper: Actor, told: Told, now: dt.datetime
) -> None:
    actions.record_check_ins(actor=helper, now=now, check_ins=[told(contact, told_at=now + dt.timedelta(days=9))])
    assert CheckIn.objects.get().told_at == now


def test_gathered_submissions_are_each_checked_for_their_own_actor(
    contact: Contact, helper: Actor, outsider: Actor, system: Actor, told: Told, now: dt.datetime
) -> None:
    with pytest.raises(NotAllowed):
        actions.record_gathered(
            actor=system, now=now, gathered=[ByActor(helper, told(contact)), ByActor(outsider, told(contact))]
        )
    assert not CheckIn.objects.exists()
    done = actions.record_gathered(actor=system, now=now, gathered=[ByActor(helper, told(contact))])
    assert done.user_ids == (helper.user_id,)
    assert CheckIn.objects.get().by_id == helper.user_id


def test_a_yardstick_set_for_a_day_measures_that_day(
    contact: Contact,
    family: Family,
    helper: Actor,
    street_officer: Actor,
    district: Actor,
    told: Told,
    now: dt.datetime,
) -> None:
    with pytest.raises(NotAllowed):
        actions.set_yardstick(actor=street_officer, now=now, code="fever_from", value="38", since=TODAY)
    with pytest.raises(actions.YardstickRefused):
        actions.set_yardstick(actor=district, now=now, code="fever_from", value="hot", since=TODAY)
    actions.set_yardstick(actor=district, now=now, code="fever_from", value="37.5", since=TODAY)
    actions.record_check_ins(
        actor=helper, now=now, check_ins=[told(contact, {"members": {str(family.head.pk): {"temperature": 37.4}}})]
    )
    assert not Finding.objects.exists()


def test_recording_costs_the_same_queries_for_one_and_for_forty(
    small_district: District,
    make_family: MakeFamily,
    make_round: MakeRound,
    system: Actor,
    told: Told,
    now: dt.datetime,
    django_assert_max_num_queries: object,
) -> None:
    for number in range(40):
        make_family(f"户{number}")
    make_round()
    actions.plan_day(actor=system, now=now, day=TODAY)
    forms = [told(row, {"needs": {"food": {}}}) for row in Contact.objects.all()]
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        actions.record_check_ins(actor=system, now=now, check_ins=forms)
    assert CheckIn.objects.count() == 40
    assert not ContactPart.objects.exclude(state=PartState.ANSWERED).exists()


def test_unreached_contacts_answered_later_leave_the_list(
    contact: Contact, helper: Actor, told: Told, now: dt.datetime
) -> None:
    Contact.objects.update(state=ContactState.UNREACHED, because=Because.NO_RESPONSE)
    actions.record_check_ins(actor=helper, now=now, check_ins=[told(contact)])
    assert Contact.objects.get().state == ContactState.REACHED
