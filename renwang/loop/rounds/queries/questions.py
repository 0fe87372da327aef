"""What rounds ask and how."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.queries import among

from .. import kinds
from ..models import ContactPart, Question, Round, RoundMode, RoundQuestion, Yardstick
from ..rules import AnswerKind, Asked, OwnQuestion, Step, Yardsticks, union
from ..rules.findings import DEFAULT_FEVER_FROM, DEFAULT_RISK_AREAS


def own_question(row: Question) -> OwnQuestion:
    """Return a stored question as a value."""
    return OwnQuestion(
        code=row.code,
        text=row.text,
        text_en=row.text_en,
        kind=AnswerKind(row.answer_kind),
        choices=tuple(part.strip() for part in row.choices.split("|") if part.strip()),
        of_each_member=row.of_each_member,
        yes_opens=row.yes_opens,
    )


def asked_by_rounds(round_ids: Collection[int]) -> dict[int, Asked]:
    """Return what each of the rounds asks."""
    own: dict[int, list[OwnQuestion]] = {round_id: [] for round_id in round_ids}
    rows = RoundQuestion.objects.filter(round_id__in=round_ids).select_related("question").order_by("order", "id")
    for row in rows:
        own[row.round_id].append(own_question(row.question))
    return {
        asking.pk: Asked(
            travel=asking.asks_travel,
            contacts=asking.asks_contacts,
            health=asking.asks_health,
            needs=asking.asks_needs,
            own=tuple(own[asking.pk]),
        )
        for asking in Round.objects.filter(pk__in=round_ids)
    }


def asked_in_contacts(contact_ids: Collection[int]) -> dict[int, Asked]:
    """Return what each contact asks: the union of its rounds' questions."""
    pairs = list(
        ContactPart.objects.filter(among(ContactPart, "contact_id", contact_ids))
        .order_by("id")
        .values_list("contact_id", "round_id")
    )
    rounds = asked_by_rounds({round_id for _, round_id in pairs})
    of_contact: dict[int, tuple[int, ...]] = {}
    for contact_id, round_id in pairs:
        of_contact[contact_id] = (*of_contact.get(contact_id, ()), round_id)
    # Thousands of contacts are asked by the same few rounds.
    joined = {ids: union(rounds[round_id] for round_id in ids) for ids in set(of_contact.values())}
    return {contact_id: joined[ids] for contact_id, ids in of_contact.items()}


def steps_of_rounds(round_ids: Collection[int]) -> dict[int, tuple[Step, ...]]:
    """Return the mode sequence of each round; one that names no mode is visited."""
    rows: dict[int, list[Step]] = {round_id: [] for round_id in round_ids}
    for row in RoundMode.objects.filter(round_id__in=round_ids).order_by("round_id", "order"):
        rows[row.round_id].append(kinds.get(row.mode).step(tries=row.tries, wait_minutes=row.wait_minutes))
    return {round_id: tuple(steps) for round_id, steps in rows.items()}


def rounds_asking_on(day: date) -> QuerySet[Round]:
    """Return the open rounds whose window holds a day, the earliest opened first."""
    return (
        Round.objects.filter(status="open", opens_on__lte=day, closes_on__gte=day)
        .prefetch_related("audience")
        .order_by("opened_at", "id")
    )


def yardsticks_on(days: Iterable[date]) -> dict[date, Yardsticks]:
    """Return by what answers are measured on each day; the national plan's where the district has set nothing."""
    wanted = set(days)
    if not wanted:
        return {}
    rows = list(
        Yardstick.objects.filter(Q(until__isnull=True) | Q(until__gte=min(wanted)), since__lte=max(wanted)).order_by(
            "since", "id"
        )
    )
    found = {}
    for day in wanted:
        holding = [row for row in rows if row.since <= day and (row.until is None or row.until >= day)]
        fevers = [Decimal(row.value) for row in holding if row.code == "fever_from"]
        areas = tuple(row.value for row in holding if row.code == "risk_area")
        found[day] = Yardsticks(
            fever_from=fevers[-1] if fevers else DEFAULT_FEVER_FROM, risk_areas=areas or DEFAULT_RISK_AREAS
        )
    return found


def questions(*, viewer: Actor) -> QuerySet[Question]:
    """Return the questions a viewer's rounds may ask: those of their areas, of what lies in them, and of the areas above."""
    areas = viewer.areas("rounds.draft_round")
    above = {area[:end] for area in areas for end in range(len(area) + 1)}
    return Question.objects.filter(in_scope("area", areas) | Q(area__in=above)).order_by("office", "code")
