"""What was told at check-ins, opened and put into words; each office only its own questions. Whoever asks has logged the looks."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from renwang.foundation.access.rules import Actor
from renwang.foundation.sheets.engine.cells import Value
from renwang.loop.rounds import queries as rounds
from renwang.loop.rounds.models import CheckIn, ContactPart, Question, RoundQuestion
from renwang.loop.rounds.rules import NEEDS, SYMPTOMS, VEHICLES

from ..models import FormColumn

BLOCK_OF = {"temperature": "health", "symptoms": "health", "travel": "travel", "met": "contacts", "needs": "needs"}
BLOCKS = frozenset(BLOCK_OF.values())
Told = Mapping[str, Any]


def answers_of(viewer: Actor, check_ins: Iterable[CheckIn]) -> dict[int, Told]:
    """Return what was told, opened, less the blocks that no office of the viewer asked. Two queries however many."""
    rows = list(check_ins)
    offices = viewer.offices()
    sees_all = viewer.is_system or not offices or "command" in offices
    asked: dict[int, set[str]] = defaultdict(set)
    if not sees_all:
        parts = ContactPart.objects.filter(
            contact_id__in=[row.contact_id for row in rows], round__office__in=offices
        ).select_related("round")
        for part in parts:
            asked[part.contact_id] |= {block for block in BLOCKS if getattr(part.round, f"asks_{block}")}
    found: dict[int, Told] = {}
    for row in rows:
        blocks = BLOCKS if sees_all or row.household_id in viewer.people else asked[row.contact_id]
        found[row.pk] = {**row.answers, "blocks": blocks}
    return found


def own_answers(
    viewer: Actor, household_ids: Collection[int], codes: Collection[str], *, before: datetime, office: str = ""
) -> dict[tuple[int, str], Any]:
    """Return the last answer of households to offices' own questions, by (household, question): those that are the viewer's,
    or that a form of ``office`` asked for. Five queries however many."""
    offices = viewer.offices()
    wanted = set(Question.objects.filter(code__in=codes).values_list("code", "office"))
    if not (viewer.is_system or not offices or "command" in offices):
        asked = FormColumn.objects.filter(question_id__in=codes, version__form__office__in=offices)
        shared = set(asked.values_list("question_id", flat=True))
        wanted = {(code, own) for code, own in wanted if own in offices or code in shared}
    mine = {code for code, _own in wanted}
    asks: dict[int, set[str]] = defaultdict(set)
    for round_id, code in RoundQuestion.objects.filter(question_id__in=mine).values_list("round_id", "question_id"):
        asks[round_id].add(code)
    seen = rounds.visible_check_ins(viewer=viewer).filter(household_id__in=household_ids, told_at__lt=before)
    parts = ContactPart.objects.filter(round_id__in=list(asks), check_in__in=seen.values("pk"))
    latest: dict[tuple[int, str], int] = {}
    rows = parts.order_by("check_in__told_at", "check_in_id").values_list(
        "contact__household_id", "check_in_id", "round_id"
    )
    for household, check_in, round_id in rows:
        for code in asks[round_id]:
            latest[household, code] = check_in
    opened = {row.pk: row.answers.get("own") or {} for row in CheckIn.objects.filter(pk__in=set(latest.values()))}
    return {key: opened[check_in].get(key[1]) for key, check_in in latest.items() if check_in in opened}


def _people(told: Told, block: str, person: int | None) -> list[Mapping[str, Any]]:
    if block not in told["blocks"]:
        return []
    members: Mapping[str, Mapping[str, Any]] = told.get("members") or {}
    return [part for key, part in members.items() if person is None or key == str(person)]


def _temperature(told: Told, person: int | None) -> Value:
    measured = [part["temperature"] for part in _people(told, "health", person) if part.get("temperature") is not None]
    return max(measured, default=None)


def _symptoms(told: Told, person: int | None) -> Value:
    found = [
        str(SYMPTOMS.get(one, one)) for part in _people(told, "health", person) for one in part.get("symptoms") or ()
    ]
    return _joined(found)


def _travel(told: Told, person: int | None) -> Value:
    found = []
    for part in _people(told, "travel", person):
        travel = part.get("travel") or {}
        words = [travel.get("place"), travel.get("returned_on"), str(VEHICLES.get(str(travel.get("vehicle")), ""))]
        found.append(" ".join(str(word) for word in words if word))
    return _joined(found)


def _met(told: Told, person: int | None) -> Value:
    found = []
    for part in _people(told, "contacts", person):
        contact = part.get("contact") or {}
        found.append(" ".join(str(word) for word in (contact.get("with"), contact.get("on")) if word))
    return _joined(found)


def _needs(told: Told, person: int | None) -> Value:
    if "needs" not in told["blocks"]:
        return None
    found = []
    for code, part in (told.get("needs") or {}).items():
        words = [str(word) for word in part.values() if isinstance(word, str) and word]
        found.append(f"{NEEDS.get(code, code)}" + (f"({'、'.join(words)})" if words else ""))
    return _joined(found)


def _joined(words: Iterable[str]) -> Value:
    return "、".join(dict.fromkeys(filter(None, words))) or None


ANSWER_FIELDS: Mapping[str, Callable[[Told, int | None], Value]] = {
    "temperature": _temperature,
    "symptoms": _symptoms,
    "travel": _travel,
    "met": _met,
    "needs": _needs,
}
