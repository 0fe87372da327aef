"""One contact for each household and slot of a day, whichever offices ask."""

import datetime as dt

import pytest
from django.utils import timezone

from conftest import District, Family, MakeFamily, MakeUser
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.models import Entry, Promise
from renwang.loop.registry.actions import merge_subjects, undo_merge
from renwang.loop.registry.models import Enrolment
from renwang.loop.rounds import actions, queries
from renwang.loop.rounds.models import Attempt, Contact, ContactPart, Round
from renwang.loop.rounds.rules import Because, Cadence, ContactState, OwnQuestion, PartState, RoundStatus

from .conftest import TODAY, MakeRound, Told, Tried

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_planning_twice_plans_once_and_the_second_time_says_nothing_in_the_ledger(
    family: Family, make_round: MakeRound, system: Actor, now: dt.datetime
) -> None:
    make_round()
    actions.plan_day(actor=system, now=now, day=TODAY)
    entries = Entry.objects.count()
    again = actions.plan_day(actor=system, now=now, day=TODAY)
    assert (again.contacts, again.parts) == (0, 0)
    assert Contact.objects.count() == 1
    assert Entry.objects.count() == entries


def test_two_offices_that_ask_the_same_household_share_one_contact_and_all_questions(
    family: Family, make_round: MakeRound, system: Actor, now: dt.datetime
) -> None:
    make_round("健康", asks_needs=False)
    make_round("帮扶", office="relief", asks_health=False, asks_travel=False, asks_contacts=False)
    actions.plan_day(actor=system, now=now, day=TODAY)
    contact = Contact.objects.get()
    assert contact.parts.count() == 2
    asked = queries.asked_in_contacts([contact.pk])[contact.pk]
    assert asked.health
    assert asked.needs


def test_the_contact_is_its_answerable_persons(contact: Contact, helper: Actor) -> None:
    assert contact.user_id == helper.user_id


def test_only_households_of_the_ledgers_the_area_and_the_filters_are_asked(
    make_family: MakeFamily, small_district: District, make_round: MakeRound, system: Actor, now: dt.datetime
) -> None:
    poor = make_family("穷户")
    Enrolment.objects.create(subject=poor.household, programme_id="poor_household", since=TODAY - DAY)
    by_member = make_family("有生户", size=3)
    Enrolment.objects.create(subject=by_member.members[2], programme_id="poor_household", since=TODAY - DAY)
    former = make_family("脱贫户")
    Enrolment.objects.create(
        subject=former.household, programme_id="poor_household", since=TODAY - 9 * DAY, until=TODAY - DAY
    )
    elsewhere = make_family("外户", division=small_district.far_village)
    Enrolment.objects.create(subject=elsewhere.household, programme_id="poor_household", since=TODAY - DAY)
    wanted = queries.Audience(area=small_district.street.code, programmes=("poor_household",))

    def names(**given: object) -> set[str]:
        return {row.name for row in queries.audience(queries.Audience(**(vars_of(wanted) | given)), day=TODAY)}  # type: ignore[arg-type]

    assert names() == {"穷户", "有生户"}
    assert names(everybody=True) == {"穷户", "有生户", "脱贫户"}
    assert names(has_member_under=35) == {"有生户"}
    assert names(has_member_over=60) == {"穷户", "有生户"}
    assert names(needs_phone=True) == {"穷户", "有生户"}


def vars_of(wanted: queries.Audience) -> dict[str, object]:
    return {name: getattr(wanted, name) for name in wanted.__slots__}


def test_a_draft_and_a_round_outside_its_window_ask_nobody(
    family: Family, make_round: MakeRound, system: Actor, now: dt.datetime
) -> None:
    make_round(is_open=False)
    make_round(opens_on=TODAY + DAY)
    actions.plan_day(actor=system, now=now, day=TODAY)
    assert not Contact.objects.exists()


def test_opening_a_round_promises_to_plan_its_day(make_round: MakeRound) -> None:
    make_round()
    assert Promise.objects.get(kind="rounds.plan_day").payload == {"day": "2020-02-17"}


def test_a_round_opened_after_the_household_was_reached_is_answered_from_what_was_told(
    contact: Contact, helper: Actor, make_round: MakeRound, told: Told, system: Actor, now: dt.datetime
) -> None:
    done = actions.record_check_ins(actor=helper, now=now, check_ins=[told(contact)])
    later = make_round("也问健康", asks_needs=False)
    actions.plan_day(actor=system, now=now, day=TODAY)
    part = ContactPart.objects.get(round=later)
    assert (part.contact_id, part.state, part.check_in_id) == (contact.pk, PartState.ANSWERED, done.check_in_ids[0])


def test_a_late_round_with_a_new_question_waits_for_the_next_day(
    contact: Contact, helper: Actor, make_round: MakeRound, told: Told, system: Actor, now: dt.datetime
) -> None:
    actions.record_check_ins(actor=helper, now=now, check_ins=[told(contact)])
    question = OwnQuestion("has_feed", "饲料够吗？")
    actions.define_questions(actor=system, now=now, office="relief", area="", questions=[question])
    later = make_round("饲料", office="relief", questions=("has_feed",))
    actions.plan_day(actor=system, now=now, day=TODAY)
    assert Contact.objects.filter(day=TODAY).count() == 1
    assert ContactPart.objects.get(round=later).state == PartState.CARRIED
    actions.plan_day(actor=system, now=now + DAY, day=TODAY + DAY)
    tomorrow = Contact.objects.get(day=TODAY + DAY)
    assert [part.round_id for part in tomorrow.parts.all()] == [later.pk]


def test_a_late_round_on_its_last_day_is_missed_with_a_reason(
    contact: Contact, helper: Actor, make_round: MakeRound, told: Told, system: Actor, now: dt.datetime
) -> None:
    actions.record_check_ins(actor=helper, now=now, check_ins=[told(contact, is_partial=True)])
    later = make_round("今天截止", closes_on=TODAY)
    actions.plan_day(actor=system, now=now, day=TODAY)
    part = ContactPart.objects.get(round=later)
    assert (part.state, part.because) == (PartState.MISSED, Because.ALREADY_ASKED)


def test_twice_a_day_asks_again_in_the_afternoon_and_only_what_the_rule_says(
    family: Family, make_round: MakeRound, system: Actor, now: dt.datetime
) -> None:
    twice = make_round("体温两次", cadence=Cadence.TWICE, asks_needs=False)
    make_round("需求")
    actions.plan_day(actor=system, now=now, day=TODAY)
    morning, afternoon = Contact.objects.order_by("slot")
    assert morning.parts.count() == 2
    assert [part.round_id for part in afternoon.parts.all()] == [twice.pk]
    assert timezone.localtime(afternoon.next_try_at).hour == 14


def test_a_household_that_refused_is_left_alone_that_day_and_for_the_rest_of_the_round(
    contact: Contact, helper: Actor, make_round: MakeRound, tried: Tried, system: Actor, now: dt.datetime
) -> None:
    make_round("体温两次", cadence=Cadence.TWICE)
    actions.plan_day(actor=system, now=now, day=TODAY)
    actions.record_attempts(actor=helper, now=now, attempts=[tried(contact, "refused")])
    assert set(Contact.objects.values_list("state", flat=True)) == {ContactState.REFUSED}
    assert set(ContactPart.objects.values_list("because", flat=True)) == {Because.REFUSED}
    make_round("当天又开")
    actions.plan_day(actor=system, now=now, day=TODAY)
    assert not Contact.objects.filter(state__in=("due", "trying", "last_visit")).exists()
    actions.plan_day(actor=system, now=now + DAY, day=TODAY + DAY)
    tomorrow = Contact.objects.get(day=TODAY + DAY)
    assert [part.round.title for part in tomorrow.parts.select_related("round")] == ["当天又开"]


def test_a_refusal_in_the_morning_spares_the_afternoon_planned_later(
    contact: Contact, helper: Actor, make_round: MakeRound, tried: Tried, system: Actor, now: dt.datetime
) -> None:
    actions.record_attempts(actor=helper, now=now, attempts=[tried(contact, "refused")])
    make_round("体温两次", cadence=Cadence.TWICE)
    actions.plan_day(actor=system, now=now, day=TODAY)
    assert Contact.objects.count() == 1


def test_a_person_may_decide_with_a_reason_to_ask_again(
    contact: Contact, helper: Actor, street_officer: Actor, tried: Tried, system: Actor, now: dt.datetime
) -> None:
    actions.record_attempts(actor=helper, now=now, attempts=[tried(contact, "refused")])
    with pytest.raises(actions.ReasonMissing):
        actions.ask_again(actor=street_officer, now=now, contact_id=contact.pk, reason=" ")
    actions.ask_again(actor=street_officer, now=now + DAY, contact_id=contact.pk, reason="家属来电同意")
    actions.plan_day(actor=system, now=now + DAY, day=TODAY + DAY)
    assert Contact.objects.filter(day=TODAY + DAY).count() == 1


def test_nobody_is_said_to_be_asked_again_where_no_round_goes_on(
    contact: Contact, helper: Actor, street_officer: Actor, tried: Tried, system: Actor, now: dt.datetime
) -> None:
    actions.record_attempts(actor=helper, now=now, attempts=[tried(contact, "moved_away")])
    with pytest.raises(actions.StaleContact):
        actions.ask_again(actor=street_officer, now=now + 7 * DAY, contact_id=contact.pk, reason="邻居说还在")
    actions.close_round(actor=system, now=now, round_id=contact.led_by_id)
    with pytest.raises(actions.StaleContact):
        actions.ask_again(actor=street_officer, now=now, contact_id=contact.pk, reason="邻居说还在")
    contact.refresh_from_db()
    assert contact.asked_again_because == ""


def test_asked_again_on_the_same_day_it_is_the_same_contact(
    contact: Contact, helper: Actor, street_officer: Actor, tried: Tried, now: dt.datetime
) -> None:
    actions.record_attempts(actor=helper, now=now, attempts=[tried(contact, "refused")])
    actions.ask_again(actor=street_officer, now=now, contact_id=contact.pk, reason="家属来电同意")
    again = Contact.objects.get()
    assert again.state == ContactState.TRYING
    assert again.parts.get().state == PartState.ASKED


def test_two_records_of_one_household_made_one_are_asked_once_and_again_when_they_are_two(
    family: Family,
    contact: Contact,
    make_family: MakeFamily,
    street_officer: Actor,
    system: Actor,
    tried: Tried,
    now: dt.datetime,
) -> None:
    double = make_family("刘德胜").household.pk
    actions.plan_day(actor=system, now=now, day=TODAY)
    told = {
        "actor": street_officer,
        "now": now,
        "kept_id": family.household.pk,
        "gone_id": double,
        "reason": "重复登记",
    }
    merged = merge_subjects(**told)
    gone = Contact.objects.get(household=double)
    assert (gone.state, gone.because) == (ContactState.CLOSED, "already_asked")
    assert Contact.objects.get(state__in=("due", "trying")).pk == contact.pk
    actions.plan_day(actor=system, now=now + DAY, day=TODAY + DAY)
    assert set(Contact.objects.filter(day=TODAY + DAY).values_list("household", flat=True)) == {family.household.pk}
    undo_merge(actor=street_officer, now=now + DAY, merge_id=merged.merge_id)
    actions.plan_day(actor=system, now=now + DAY, day=TODAY + DAY)
    assert Contact.objects.filter(day=TODAY + DAY, household=double).count() == 1


def test_whoever_was_not_reached_and_is_the_double_of_another_is_on_no_list(
    family: Family, contact: Contact, make_family: MakeFamily, street_officer: Actor, system: Actor, now: dt.datetime
) -> None:
    double = make_family("刘德胜").household.pk
    actions.plan_day(actor=system, now=now, day=TODAY)
    Contact.objects.update(state=ContactState.UNREACHED, because="no_response")
    merge_subjects(actor=street_officer, now=now, kept_id=family.household.pk, gone_id=double, reason="重复登记")
    assert [row.pk for row in queries.unreached(viewer=street_officer)] == [contact.pk]


def test_what_was_not_done_today_is_carried_and_goes_on_where_it_stopped(
    contact: Contact, helper: Actor, tried: Tried, system: Actor, now: dt.datetime
) -> None:
    actions.record_attempts(actor=helper, now=now, attempts=[tried(contact)])
    actions.plan_day(actor=system, now=now + DAY, day=TODAY + DAY)
    before, after = Contact.objects.order_by("day")
    assert before.state == ContactState.CARRIED
    assert (after.state, after.tries, after.mode) == (ContactState.DUE, 1, "call")


def test_a_daily_round_that_nobody_called_for_is_unreached_with_its_reason_and_asked_anew(
    family: Family, make_round: MakeRound, system: Actor, district: Actor, now: dt.datetime
) -> None:
    make_round(cadence=Cadence.DAILY)
    actions.plan_day(actor=system, now=now, day=TODAY)
    actions.plan_day(actor=system, now=now + DAY, day=TODAY + DAY)
    listed = queries.unreached(viewer=district).get()
    assert listed.day == TODAY
    assert listed.because == Because.NOT_TRIED
    assert ContactPart.objects.get(contact=listed).state == PartState.MISSED
    assert Contact.objects.get(day=TODAY + DAY).state == ContactState.DUE


def test_the_list_of_the_unreached_is_scoped_and_left_only_with_a_reason(
    contact: Contact, helper: Actor, outsider: Actor, district: Actor, tried: Tried, now: dt.datetime
) -> None:
    for mode, outcome in (("call", "no_answer"), ("call", "busy"), ("visit", "not_home"), ("visit", "not_home")):
        actions.record_attempts(actor=helper, now=now, attempts=[tried(contact, outcome, mode=mode)])
    assert queries.unreached(viewer=district).get().because == Because.NO_RESPONSE
    assert not queries.unreached(viewer=outsider).exists()
    with pytest.raises(actions.ReasonMissing):
        actions.close_contact(actor=district, now=now, contact_id=contact.pk, reason="")
    actions.close_contact(actor=district, now=now, contact_id=contact.pk, reason="全家外出务工，已与本人核实")
    assert not queries.unreached(viewer=district).exists()


def test_a_household_nobody_is_answerable_for_is_on_the_list_at_once(
    make_family: MakeFamily, make_round: MakeRound, system: Actor, district: Actor, now: dt.datetime
) -> None:
    make_family("无人管")
    make_round()
    actions.plan_day(actor=system, now=now, day=TODAY)
    listed = queries.unreached(viewer=district).get()
    assert queries.why_unreached(listed) == str(Because.NOBODY_ANSWERABLE.label)


def test_a_try_noted_twice_counts_once_and_an_impossible_outcome_is_refused(
    contact: Contact, helper: Actor, outsider: Actor, tried: Tried, now: dt.datetime
) -> None:
    from renwang.foundation.access.rules import NotAllowed

    once = tried(contact)
    with pytest.raises(NotAllowed):
        actions.record_attempts(actor=outsider, now=now, attempts=[once])
    with pytest.raises(actions.OutcomeImpossible):
        actions.record_attempts(actor=helper, now=now, attempts=[tried(contact, "not_home")])
    actions.record_attempts(actor=helper, now=now, attempts=[once, once])
    actions.record_attempts(actor=helper, now=now, attempts=[once])
    assert Attempt.objects.count() == 1
    assert Contact.objects.get().tries == 1


def test_closing_a_round_leaves_the_contacts_other_rounds_ask(
    family: Family, make_round: MakeRound, system: Actor, district: Actor, helper: Actor, now: dt.datetime
) -> None:
    first, second = make_round("一"), make_round("二")
    actions.plan_day(actor=system, now=now, day=TODAY)
    actions.close_round(actor=district, now=now, round_id=first.pk)
    assert Contact.objects.get().state == ContactState.DUE
    actions.close_round(actor=district, now=now, round_id=second.pk)
    assert Contact.objects.get().state == ContactState.CLOSED
    with pytest.raises(actions.StaleRound):
        actions.close_round(actor=district, now=now, round_id=second.pk)
    assert Round.objects.get(pk=first.pk).status == RoundStatus.CLOSED


def test_a_resident_who_stays_silent_is_called(
    family: Family, make_round: MakeRound, system: Actor, now: dt.datetime
) -> None:
    from renwang.loop.rounds import kinds

    make_round(modes=(kinds.get("self_report").step(), kinds.get("call").step()))
    actions.plan_day(actor=system, now=now, day=TODAY)
    assert Contact.objects.get().mode == "self_report"
    assert actions.move_silent(actor=system, now=now) == 0
    assert actions.move_silent(actor=system, now=now + dt.timedelta(hours=5)) == 1
    assert Contact.objects.get().mode == "call"


def test_planning_costs_the_same_queries_for_five_households_and_for_fifty(
    make_family: MakeFamily,
    make_round: MakeRound,
    system: Actor,
    now: dt.datetime,
    django_assert_max_num_queries: object,
) -> None:
    for number in range(50):
        make_family(f"户{number}")
    make_round()
    make_round("二")
    with django_assert_max_num_queries(32):  # type: ignore[operator]
        actions.plan_day(actor=system, now=now, day=TODAY)
    assert Contact.objects.count() == 50
    assert ContactPart.objects.count() == 100


def test_open_contacts_follow_whoever_is_answerable_now(
    contact: Contact,
    family: Family,
    make_user: MakeUser,
    small_district: District,
    system: Actor,
    now: dt.datetime,
) -> None:
    from renwang.loop.assignments import actions as assignments

    other = make_user("second", name="赵帮扶", helper=small_district.village.code)
    assignments.assign(
        actor=system, now=now, duty="helper", pairs=[(other.pk, family.household.pk)], reason="王帮扶住院"
    )
    assert Contact.objects.get().user_id == other.pk


@pytest.mark.parametrize(("hour", "slots"), [(9, [0, 1]), (13, [0, 1]), (14, [0]), (23, [0])])
def test_a_twice_a_day_round_that_opens_in_the_afternoon_asks_once_that_day(
    family: Family, make_round: MakeRound, system: Actor, hour: int, slots: list[int]
) -> None:
    at = dt.datetime(2020, 2, 17, hour, 55 if hour == 23 else 0, tzinfo=timezone.get_default_timezone())
    make_round(cadence=Cadence.TWICE)
    for _tick in range(2):
        actions.plan_day(actor=system, now=at, day=TODAY)
    today = Contact.objects.filter(household=family.household, day=TODAY)
    assert sorted(today.values_list("slot", flat=True)) == slots
    actions.plan_day(actor=system, now=at + dt.timedelta(days=1, hours=-hour + 8), day=TODAY + dt.timedelta(days=1))
    assert Contact.objects.filter(household=family.household, day=TODAY + dt.timedelta(days=1)).count() == 2
