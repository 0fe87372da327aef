"""Any order of steps, and two hands at once: the sums hold, and who comes second is told clearly."""

import threading
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from renwang.foundation.access.rules import Actor
from renwang.loop.cases.models import Case
from renwang.loop.cases.rules import Refused
from renwang.loop.fulfilment import actions
from renwang.loop.fulfilment.models import Line, Movement, Offer
from renwang.loop.fulfilment.rules import Quantities, Step

QUANTITIES = st.integers(1, 7).map(Decimal)
HANDS = {
    Step.COMMIT: actions.commit_line,
    Step.SEND: actions.send_line,
    Step.RECEIVE: actions.receive_line,
    Step.LOSE: actions.lose_line,
}


@pytest.mark.django_db
def test_under_any_order_of_steps_the_sums_hold_and_agree_with_the_movements(  # noqa: C901  # a machine of many rules
    case: Case, offer: Offer, helper: Actor, street_officer: Actor, district: Actor, now: datetime
) -> None:
    class Goods(RuleBasedStateMachine):
        """Two lines that draw on one offer, moved in any order, some of it twice."""

        @initialize()
        def asked(self) -> None:
            self.savepoint = transaction.savepoint()
            self.lines = [
                actions.request_line(
                    actor=helper,
                    now=now,
                    case_id=case.pk,
                    resource="provisions.food_parcel",
                    quantity=Decimal(5),
                    submission_id=uuid4(),
                ).line_id
                for _both in range(2)
            ]
            self.model = {line: Quantities(Decimal(5)) for line in self.lines}
            self.cancelled: set[int] = set()
            self.said: list[str] = []
            self.last: tuple[Any, dict[str, Any]] | None = None

        def teardown(self) -> None:
            if hasattr(self, "savepoint"):
                transaction.savepoint_rollback(self.savepoint)

        def attempt(self, verb: Any, line: int, step: Step, quantity: Decimal, **given: Any) -> None:
            about = {"now": now, "line_id": line, "quantity": quantity, "submission_id": uuid4(), **given}
            try:
                verb(**about)
            except Refused as refusal:
                self.said.append(str(refusal))
                return
            assert line not in self.cancelled or step == Step.VERIFY
            self.model[line] = self.model[line].after(step, quantity)  # raises where the model would have refused
            self.last = (verb, about)

        @rule(place=st.integers(0, 1), step=st.sampled_from(sorted(HANDS)), quantity=QUANTITIES)
        def move(self, place: int, step: Step, quantity: Decimal) -> None:
            more = {"offer_id": offer.pk} if step == Step.COMMIT else {"note": "路上"}
            self.attempt(HANDS[step], self.lines[place], step, quantity, actor=street_officer, **more)

        @rule(place=st.integers(0, 1), quantity=QUANTITIES)
        def verify(self, place: int, quantity: Decimal) -> None:
            self.attempt(actions.verify_line, self.lines[place], Step.VERIFY, quantity, actor=district)

        @rule()
        def send_the_last_form_again(self) -> None:
            if self.last is not None:
                verb, about = self.last
                assert verb(**about).is_repeat

        @rule(place=st.integers(0, 1))
        def cancel(self, place: int) -> None:
            line = self.lines[place]
            try:
                actions.cancel_line(actor=street_officer, now=now, line_id=line, submission_id=uuid4(), reason="不用了")
            except Refused:
                return
            held = self.model[line]
            self.model[line] = Quantities(
                held.requested, held.committed - held.waiting, held.in_transit, held.received, held.verified, held.lost
            )
            self.cancelled.add(line)

        @invariant()
        def the_rows_are_what_the_model_says(self) -> None:
            for line in Line.objects.filter(pk__in=getattr(self, "lines", [])):
                assert line.quantities == self.model[line.pk]

        @invariant()
        def every_refusal_says_why(self) -> None:
            assert all(getattr(self, "said", []))

        @invariant()
        def the_offer_holds_what_its_lines_hold(self) -> None:
            kept = Offer.objects.get(pk=offer.pk)
            assert kept.committed == sum((held.committed for held in getattr(self, "model", {}).values()), Decimal())
            assert 0 <= kept.committed <= kept.quantity

        @invariant()
        def the_movements_add_up(self) -> None:
            for line, held in getattr(self, "model", {}).items():
                rows = (
                    Movement.objects.filter(line_id=line).values_list("step").annotate(all=Sum("quantity")).order_by()
                )
                moved = dict(rows)
                assert moved.get(Step.VERIFY, 0) == held.verified
                assert moved.get(Step.RECEIVE, 0) == held.received
                assert moved.get(Step.LOSE, 0) == held.lost
                assert moved.get(Step.COMMIT, 0) - moved.get(Step.CANCEL, 0) == held.committed

    run_state_machine_as_test(
        Goods,
        settings=settings(
            max_examples=15,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="two writers at once need PostgreSQL")
def test_two_hands_on_one_offer_never_overdraw_it(
    case: Case, line: Line, offer: Offer, street_officer: Actor, now: datetime
) -> None:
    barrier, told = threading.Barrier(4), []

    def take(submission: UUID) -> None:
        try:
            barrier.wait()
            actions.commit_line(
                actor=street_officer,
                now=now,
                line_id=line.pk,
                quantity=Decimal(4),
                submission_id=submission,
                offer_id=offer.pk,
            )
            told.append("done")
        except Refused as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(uuid4(),)) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    offer.refresh_from_db()
    line.refresh_from_db()
    assert told.count("done") == 1
    assert all(told)
    assert (offer.committed, line.committed) == (4, 4)
