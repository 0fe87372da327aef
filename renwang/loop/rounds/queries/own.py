"""The answers to an office's own questions. They lie sealed: they are opened for their office, a page at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.loop.registry.models import Subject

from ..models import CheckIn, ContactPart, Round
from ..rules import OwnQuestion, PartState
from .questions import asked_by_rounds
from .rounds import may_see_answers, parts_seen

MOST_OPENED = 2000  # sealed answers are opened one by one
LONGEST_COUNTED = 30  # longer words are read one by one, and not counted


def own_answers(*, viewer: Actor, asking: Round) -> list[dict[str, Any]]:
    """Return for each own question how often which answer was given, from the latest check-ins. Only to its office."""
    asked = asked_by_rounds([asking.pk])[asking.pk]
    if not asked.own or not may_see_answers(viewer=viewer, asking=asking):
        return []
    told = CheckIn.objects.filter(
        pk__in=parts_seen(viewer=viewer, round_ids=[asking.pk]).filter(state=PartState.ANSWERED).values("check_in_id")
    ).order_by("-pk")[:MOST_OPENED]
    counted: dict[str, dict[str, int]] = {question.code: {} for question in asked.own}
    for check_in in told:
        for code, value in (check_in.answers.get("own") or {}).items():
            for one in value.values() if isinstance(value, dict) else (value,):
                if code in counted and not (isinstance(one, str) and len(one) > LONGEST_COUNTED):
                    word = in_words(one)
                    counted[code][word] = counted[code].get(word, 0) + 1
    return [
        {
            "question": question,
            "rows": [{"label": word, "value": n} for word, n in sorted(counted[question.code].items())],
        }
        for question in asked.own
    ]


def in_words(value: Any) -> str:
    """Return one answer as it is read."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(value)


def own_rows(*, viewer: Actor, asking: Round) -> QuerySet[ContactPart]:
    """Return the shares of a round that were answered, the latest first: the rows behind its own questions. Only to its office."""
    parts = parts_seen(viewer=viewer, round_ids=[asking.pk]).filter(state=PartState.ANSWERED, check_in__isnull=False)
    if not may_see_answers(viewer=viewer, asking=asking):
        return parts.none()
    return parts.select_related("contact__household", "contact__division", "check_in").order_by("-check_in_id", "-pk")


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """What one household, or one of its members, answered to one question."""

    part: ContactPart
    who: str
    words: str


def own_told(parts: Collection[ContactPart], question: OwnQuestion) -> list[OwnAnswer]:
    """Return the answers to one question in these rows, opened; households that were not asked it then are left out."""
    told: list[tuple[ContactPart, int | None, Any]] = []
    for part in parts:
        value = (part.check_in.answers.get("own") or {}).get(question.code) if part.check_in else None
        if isinstance(value, dict):
            told += [(part, int(person), one) for person, one in value.items()]
        elif value is not None:
            told.append((part, None, value))
    people = {person for _part, person, _value in told if person is not None}
    names = dict(Subject.objects.filter(pk__in=people).values_list("pk", "name"))
    return [
        OwnAnswer(part, names.get(person, "") if person is not None else "", in_words(value))
        for part, person, value in told
    ]
