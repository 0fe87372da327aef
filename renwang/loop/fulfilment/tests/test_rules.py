"""Quantities, without a database."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renwang.loop.fulfilment import rules
from renwang.loop.fulfilment.rules import Quantities, Step

STEPS = [Step.COMMIT, Step.SEND, Step.RECEIVE, Step.LOSE, Step.VERIFY]


@pytest.mark.parametrize("wrong", ["0", "-1", "NaN", "Infinity", "1.005", "99999999"])
def test_what_is_no_quantity_is_refused(wrong: str) -> None:
    with pytest.raises(rules.WrongQuantity):
        rules.checked(Decimal(wrong))


def test_progress_counts_what_was_verified_and_never_what_was_promised() -> None:
    promised = Quantities(Decimal(10)).after(Step.COMMIT, Decimal(10)).after(Step.SEND, Decimal(10))
    assert promised.progress == 0
    assert promised.after(Step.RECEIVE, Decimal(10)).progress == 0
    assert promised.after(Step.RECEIVE, Decimal(10)).after(Step.VERIFY, Decimal(4)).progress == 40


def test_what_was_lost_is_not_still_expected_and_must_be_promised_anew() -> None:
    sent = Quantities(Decimal(5)).after(Step.COMMIT, Decimal(5)).after(Step.SEND, Decimal(5))
    lost = sent.after(Step.LOSE, Decimal(2))
    assert (lost.in_transit, lost.lost, lost.missing) == (3, 2, 2)


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(-2, 12))))
def test_no_order_of_steps_breaks_the_sums(moves: list[tuple[Step, int]]) -> None:
    now = Quantities(Decimal(8))
    for step, number in moves:
        try:
            now = now.after(step, Decimal(number))
        except rules.WrongQuantity:
            continue
        assert min(now.committed, now.in_transit, now.received, now.verified, now.lost, now.waiting, now.missing) >= 0
        assert now.verified <= now.received <= now.committed <= now.requested + now.lost


@given(st.integers(0, 50), st.lists(st.integers(1, 9)))
def test_what_goes_back_to_offers_is_what_they_gave_at_most(quantity: int, held: list[int]) -> None:
    drawn = [(offer, Decimal(part)) for offer, part in enumerate(held)]
    back = dict(rules.spread_back(Decimal(quantity), drawn))
    assert sum(back.values()) == min(quantity, sum(held))
    assert all(part <= dict(drawn)[offer] for offer, part in back.items())
