"""Decisions about cases, without a database."""

from datetime import timedelta

import pytest

from renwang.loop.cases import rules
from renwang.loop.cases.engine import tokens
from renwang.loop.cases.models import Case
from renwang.loop.cases.rules import Status

KEY, OLD_KEY = b"k" * 32, b"o" * 32


def test_a_case_has_fourteen_columns_and_no_more() -> None:
    # A fifteenth belongs into the typed row of a need, or beside the case.
    assert len(Case._meta.concrete_fields) == 14


def test_a_closed_case_goes_nowhere() -> None:
    with pytest.raises(rules.ForbiddenMove):
        rules.check_move(Status.CLOSED, Status.OPEN)


def test_a_met_case_is_verified_before_it_is_closed() -> None:
    with pytest.raises(rules.ForbiddenMove):
        rules.check_move(Status.MET, Status.CLOSED)
    rules.check_move(Status.MET, Status.VERIFIED)
    rules.check_move(Status.VERIFIED, Status.CLOSED)


def test_every_status_has_its_row_in_the_table_of_moves() -> None:
    assert set(rules.MOVES) == set(Status)


@pytest.mark.parametrize("said", ["", " ", "。"])
def test_a_reason_that_says_nothing_is_refused(said: str) -> None:
    with pytest.raises(rules.ReasonMissing):
        rules.check_reason(said)


def test_who_handled_a_case_does_not_confirm_it() -> None:
    with pytest.raises(rules.HandlerMayNotConfirm):
        rules.check_may_confirm(actor_id=7, handlers={7, 8})
    rules.check_may_confirm(actor_id=9, handlers={7, 8})


@pytest.mark.parametrize(
    ("late_by", "is_urgent", "level"),
    [
        (timedelta(), False, 0),
        (timedelta(minutes=1), False, 1),
        (timedelta(hours=23), False, 1),
        (timedelta(hours=24), False, 2),
        (timedelta(hours=4), True, 2),
    ],
)
def test_a_late_case_climbs_the_area_tree(late_by: timedelta, is_urgent: bool, level: int) -> None:
    assert rules.level_for(late_by=late_by, is_urgent=is_urgent) == level


@pytest.mark.parametrize("text", ["", "1", "1.", ".abc", "1.abcdefghijklmnop", "é.ü", "1" * 40 + ".a", "../../x.y"])
def test_a_token_that_nobody_made_opens_nothing(text: str) -> None:
    assert tokens.link_id(text, [KEY]) is None


def test_a_token_opens_its_own_link_only_and_survives_a_new_key() -> None:
    made = tokens.token(1234, OLD_KEY)
    assert tokens.link_id(made, [KEY, OLD_KEY]) == 1234
    assert tokens.link_id(made, [KEY]) is None
    assert tokens.link_id(made.replace(made[0], "z", 1), [KEY, OLD_KEY]) is None
    assert len(made) < 25
