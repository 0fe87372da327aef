"""Rounds that are open, and contacts to answer, for the tests of outreach."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from conftest import District, Family
from renwang.foundation.access.rules import Actor
from renwang.loop.rounds import actions
from renwang.loop.rounds.actions import AttemptMade, CheckInTold, RoundDraft
from renwang.loop.rounds.models import Contact, Round

TODAY = dt.date(2020, 2, 17)
MakeRound = Callable[..., Round]
Told = Callable[..., CheckInTold]
Tried = Callable[..., AttemptMade]


@pytest.fixture
def system() -> Actor:
    """The worker."""
    return Actor.system()


@pytest.fixture
def make_round(small_district: District, system: Actor, now: dt.datetime) -> MakeRound:
    """Return a function that drafts and opens a round asking every household of the district."""

    def make(title: str = "健康排查", *, is_open: bool = True, at: dt.datetime | None = None, **given: Any) -> Round:
        draft = {
            "title": title,
            "office": "health",
            "area": small_district.root.code,
            "opens_on": TODAY,
            "closes_on": TODAY + dt.timedelta(days=6),
            "everybody": True,
        } | given
        made = actions.draft_round(actor=system, now=at or now, draft=RoundDraft(**draft))  # type: ignore[arg-type]
        if is_open:
            actions.open_round(actor=system, now=at or now, round_id=made.round_id)
        return Round.objects.get(pk=made.round_id)

    return make


@pytest.fixture
def contact(family: Family, make_round: MakeRound, system: Actor, now: dt.datetime) -> Contact:
    """Today's contact with the helper's family."""
    make_round()
    actions.plan_day(actor=system, now=now, day=TODAY)
    return Contact.objects.get(household=family.household)


@pytest.fixture
def told(now: dt.datetime) -> Told:
    """Return a function that makes a submission: all are well unless other answers are given."""

    def make(contact: Contact, answers: dict[str, Any] | None = None, **given: Any) -> CheckInTold:
        return CheckInTold(
            **{
                "submission_id": uuid.uuid4(),
                "contact_id": contact.pk,
                "mode": "call",
                "answers": {"all_well": True} if answers is None else answers,
                "told_at": now,
            }
            | given
        )

    return make


@pytest.fixture
def tried(now: dt.datetime) -> Tried:
    """Return a function that makes a try: nobody answered unless another outcome is given."""

    def make(contact: Contact, outcome: str = "no_answer", **given: Any) -> AttemptMade:
        return AttemptMade(
            **{"submission_id": uuid.uuid4(), "contact_id": contact.pk, "mode": "call", "outcome": outcome, "at": now}
            | given
        )

    return make
