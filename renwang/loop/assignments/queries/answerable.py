"""Who answers for whom at a moment."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from renwang.loop.registry.models import Membership, Subject
from renwang.loop.registry.queries.among import chunks

from ..models import Assignment
from ..rules import DutyOf

MANY = 20_000


def current(now: datetime) -> QuerySet[Assignment]:
    """Return the assignments that hold at a moment."""
    return Assignment.objects.filter(Q(until__isnull=True) | Q(until__gt=now), since__lte=now)


def begun_in(batch_id: str) -> QuerySet[Assignment]:
    """Return what an action began: for events that name only their batch."""
    return Assignment.objects.filter(begun_in=batch_id)


def ended_in(batch_id: str) -> QuerySet[Assignment]:
    """Return what an action ended: for events that name only their batch."""
    return Assignment.objects.filter(ended_in=batch_id)


def people_of(user_id: int, now: datetime) -> frozenset[int]:
    """Return the ids of the subjects an account is answerable for: households and their members, persons, organisations.

    Registered in config/wiring.py, so that access can ask without knowing this stage.
    """
    own = set(current(now).filter(user_id=user_id, subject__isnull=False).values_list("subject_id", flat=True))
    members = Membership.objects.filter(household_id__in=own, until__isnull=True).values_list("person_id", flat=True)
    return frozenset(own) | frozenset(members)


def answerable_for(subject_ids: Iterable[int], now: datetime) -> dict[int, int]:
    """Return subject → account answerable for it; who has nobody is missing. A constant number of queries per batch.

    One's own first; then, for a person, the household's; then whoever is answerable for the area, the nearest first.
    Where several are, the duty's order decides, then who has held it longest.
    """
    wanted = list(dict.fromkeys(subject_ids))
    found = _holders(wanted, now)
    alone = [subject for subject in wanted if subject not in found]
    home: dict[int, int] = {}
    for part in chunks(alone):
        home |= dict(
            Membership.objects.filter(person_id__in=part, until__isnull=True).values_list("person_id", "household_id")
        )
    if home:
        held = _holders(set(home.values()), now)
        found |= {person: held[household] for person, household in home.items() if household in held}
        alone = [subject for subject in alone if subject not in found]
    return found | _of_area(alone, now) if alone else found


def _holders(subject_ids: Iterable[int], now: datetime) -> dict[int, int]:
    """Return subject → the first of those who hold an answerable duty for the subject itself."""
    wanted = dict.fromkeys(subject_ids)
    held = current(now).filter(subject__isnull=False, duty__is_answerable=True, user__is_active=True)
    held = held.order_by("duty__order", "since", "pk")
    found: dict[int, int] = {}
    # Beyond this many, naming each of them in the statement costs more than reading past the others.
    parts = [held] if len(wanted) > MANY else [held.filter(subject_id__in=part) for part in chunks(wanted)]
    for rows in parts:
        for subject, user in rows.values_list("subject_id", "user_id").iterator(chunk_size=10_000):
            if subject in wanted:
                found.setdefault(subject, user)
    return found


def _of_area(subject_ids: list[int], now: datetime) -> dict[int, int]:
    # Hardly any duty is held for an area: named, they are looked up and not searched for among everybody's.
    held = current(now).filter(
        division__isnull=False, duty__held_for=DutyOf.DIVISION, duty__is_answerable=True, user__is_active=True
    )
    by_code: dict[str, int] = {}
    for code, user in held.order_by("duty__order", "since", "pk").values_list("division_id", "user_id"):
        if code is not None:
            by_code.setdefault(code, user)
    if not by_code:
        return {}
    found: dict[int, int] = {}
    for part in chunks(subject_ids):
        for subject, code in Subject.objects.filter(pk__in=part).values_list("pk", "division_id"):
            nearest = next((code[:end] for end in range(len(code), 0, -1) if code[:end] in by_code), None)
            if nearest is not None:
                found[subject] = by_code[nearest]
    return found
