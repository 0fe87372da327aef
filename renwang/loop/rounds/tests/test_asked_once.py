"""Whatever the order of opening, planning, trying and answering: nobody is asked twice, and no question is lost."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from conftest import Family, MakeFamily
from renwang.foundation.access.rules import Actor
from renwang.loop.rounds import actions
from renwang.loop.rounds.actions import AttemptMade, CheckInTold, RoundDraft
from renwang.loop.rounds.models import Contact, ContactPart, Round
from renwang.loop.rounds.rules import OPEN_STATES, Cadence, ContactState, PartState

BEGIN = dt.datetime(2020, 2, 17, 0, 30, tzinfo=dt.UTC)
SYSTEM = Actor.system()


def machine(families: list[Family]) -> type[RuleBasedStateMachine]:  # noqa: C901  # one machine, many rules
    """Return the machine over some families; each of its runs is undone."""

    class AskedOnce(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.now = BEGIN
            self.asked: dict[tuple[int, dt.date, int], int] = {}  # how often somebody really spoke with the household
            self.undo = transaction.atomic()
            self.undo.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

        @property
        def today(self) -> dt.date:
            return timezone.localdate(self.now)

        @rule(
            cadence=st.sampled_from(list(Cadence)),
            days=st.integers(0, 2),
            health=st.booleans(),
            modes=st.sampled_from([("call",), ("visit",), ("self_report", "call"), ()]),
        )
        def open_a_round(self, cadence: Cadence, days: int, health: bool, modes: tuple[str, ...]) -> None:
            from renwang.loop.rounds import kinds

            draft = RoundDraft(
                title="一轮",
                office="health" if health else "relief",
                area="370704",
                opens_on=self.today,
                closes_on=self.today + dt.timedelta(days=days),
                cadence=cadence,
                everybody=True,
                asks_health=health,
                asks_travel=health,
                asks_contacts=health,
                asks_needs=not health,
                modes=tuple(kinds.get(mode).step(tries=1) for mode in modes),
            )
            made = actions.draft_round(actor=SYSTEM, now=self.now, draft=draft)
            actions.open_round(actor=SYSTEM, now=self.now, round_id=made.round_id)

        @rule(position=st.integers(0, 20))
        @precondition(lambda self: Round.objects.filter(status="open").exists())
        def close_a_round(self, position: int) -> None:
            rounds = list(Round.objects.filter(status="open").order_by("pk"))
            actions.close_round(actor=SYSTEM, now=self.now, round_id=rounds[position % len(rounds)].pk)

        @rule()
        def plan(self) -> None:
            actions.plan_day(actor=SYSTEM, now=self.now, day=self.today)
            actions.move_silent(actor=SYSTEM, now=self.now)

        @rule(hours=st.integers(1, 13))
        def wait(self, hours: int) -> None:
            self.now += dt.timedelta(hours=hours)

        def worklist(self) -> list[Contact]:
            """What a helper's screen shows: the open contacts of today."""
            return list(Contact.objects.filter(day=self.today, state__in=OPEN_STATES).order_by("pk"))

        @rule(position=st.integers(0, 20), is_partial=st.booleans())
        @precondition(lambda self: self.worklist())
        def answer(self, position: int, is_partial: bool) -> None:
            rows = self.worklist()
            row = rows[position % len(rows)]
            self.note_spoken(row)
            told = CheckInTold(
                submission_id=uuid.uuid4(),
                contact_id=row.pk,
                mode="call",
                answers={"all_well": True},
                told_at=self.now,
                is_partial=is_partial,
            )
            actions.record_check_ins(actor=SYSTEM, now=self.now, check_ins=[told, told])

        @rule(position=st.integers(0, 20), outcome=st.sampled_from(["not_home", "refused", "moved_away", "later"]))
        @precondition(lambda self: self.worklist())
        def try_in_vain(self, position: int, outcome: str) -> None:
            rows = self.worklist()
            row = rows[position % len(rows)]
            if outcome == "refused":
                self.note_spoken(row)
            tried = AttemptMade(
                submission_id=uuid.uuid4(), contact_id=row.pk, mode="visit", outcome=outcome, at=self.now
            )
            actions.record_attempts(actor=SYSTEM, now=self.now, attempts=[tried])

        def note_spoken(self, row: Contact) -> None:
            key = (row.household_id, row.day, row.slot)
            self.asked[key] = self.asked.get(key, 0) + 1

        @invariant()
        def nobody_is_asked_twice_in_a_slot(self) -> None:
            assert all(times == 1 for times in self.asked.values()), self.asked

        @invariant()
        def the_second_slot_asks_only_twice_a_day_rounds(self) -> None:
            assert not ContactPart.objects.filter(contact__slot=1).exclude(round__cadence=Cadence.TWICE).exists()

        @invariant()
        def a_question_is_open_answered_carried_or_missed_with_a_reason(self) -> None:
            for part in ContactPart.objects.select_related("contact"):
                match part.state:
                    case PartState.ASKED:
                        assert part.contact.state in OPEN_STATES
                    case PartState.ANSWERED:
                        assert part.check_in_id is not None
                    case _:
                        assert part.because

        @invariant()
        def after_planning_every_open_round_has_its_share_of_every_household(self) -> None:
            actions.plan_day(actor=SYSTEM, now=self.now, day=self.today)
            for asking in Round.objects.filter(status="open", opens_on__lte=self.today, closes_on__gte=self.today):
                for family in families:
                    shares = ContactPart.objects.filter(round=asking, contact__household=family.household)
                    assert shares.exists(), (asking.pk, family.household.pk)

        @invariant()
        def no_contact_of_a_past_day_is_still_open(self) -> None:
            assert not Contact.objects.filter(day__lt=self.today, state__in=OPEN_STATES).exists()

        @invariant()
        def who_refused_has_no_open_contact_that_day(self) -> None:
            for row in Contact.objects.filter(state=ContactState.REFUSED):
                assert not Contact.objects.filter(
                    household_id=row.household_id, day=row.day, state__in=OPEN_STATES
                ).exists()

    return AskedOnce


@pytest.mark.django_db
def test_nobody_is_asked_twice_and_no_question_is_lost(make_family: MakeFamily) -> None:
    families = [make_family("甲"), make_family("乙")]
    test: Any = machine(families)
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        test,
        settings=settings(
            max_examples=20,
            stateful_step_count=18,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
