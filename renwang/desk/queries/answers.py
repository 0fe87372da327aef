"""What a household told, in words: opened only for who gives a reason, and each office sees its own questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.loop.registry.models import Subject
from renwang.loop.registry.rules import called
from renwang.loop.rounds import queries as rounds
from renwang.loop.rounds.models import CheckIn, ContactPart, Question
from renwang.loop.rounds.rules import NEEDS, SOMEBODY, SYMPTOMS, VEHICLES

BLOCKS = ("health", "travel", "contacts", "needs")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A check-in that may be opened: where it belongs, and when it was told."""

    check_in_id: int
    household_id: int
    division: str
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that was told: of whom, about what, in which words."""

    who: str
    about: str
    words: str


def sealed_check_in(*, viewer: Actor, household_id: int, check_in_id: int) -> Sealed | None:
    """Return one check-in of a household whose contact the viewer may see, unopened. One query."""
    seen = rounds.visible_contacts(viewer=viewer).filter(household_id=household_id)
    row = CheckIn.objects.filter(pk=check_in_id, household_id=household_id, contact__in=seen.values("pk"))
    found = row.values_list("pk", "household_id", "contact__division_id", "told_at").first()
    return Sealed(*found) if found else None


def opened_answers(*, viewer: Actor, check_in_id: int) -> list[Answer]:
    """Return what was told, as far as it is the viewer's. Only after the look was written down. Four queries at most."""
    check_in = CheckIn.objects.get(pk=check_in_id)
    told = check_in.answers
    blocks, offices = _own_blocks(viewer, check_in)
    members: Mapping[str, Any] = told.get("members") or {}
    names = dict(
        Subject.objects.filter(pk__in=[int(key) for key in members if key != SOMEBODY]).values_list("pk", "name")
    )
    found = [
        Answer(_("somebody of the household") if key == SOMEBODY else names.get(int(key), "?"), about, words)
        for key, part in members.items()
        for block, about, words in _of_member(part)
        if block in blocks
    ]
    if "needs" in blocks:
        found += [
            Answer("", str(NEEDS.get(key, key)), _joined(part)) for key, part in (told.get("needs") or {}).items()
        ]
    if told.get("words") and len(blocks) == len(BLOCKS):
        # A reply speaks of everything at once: whole, it is for those to whom all of it may be told.
        found.append(Answer("", _("as they wrote it"), str(told["words"])))
    return found + _own_answers(told.get("own") or {}, offices)


def _own_blocks(viewer: Actor, check_in: CheckIn) -> tuple[frozenset[str], frozenset[str] | None]:
    """Return which blocks are the viewer's, and of which offices the own questions (None: of all)."""
    offices = viewer.offices()
    if not offices or "command" in offices or check_in.household_id in viewer.people:
        return frozenset(BLOCKS), None
    asked = [
        part.round
        for part in ContactPart.objects.filter(contact_id=check_in.contact_id).select_related("round")
        if part.round.office in offices
    ]
    return frozenset(block for block in BLOCKS if any(getattr(one, f"asks_{block}") for one in asked)), offices


def _of_member(part: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    found = []
    if part.get("temperature") is not None:
        found.append(("health", _("temperature"), f"{part['temperature']} °C"))
    if part.get("symptoms"):
        found.append(("health", _("symptoms"), _(", ").join(str(SYMPTOMS.get(one, one)) for one in part["symptoms"])))
    if part.get("travel"):
        travel = dict(part["travel"])
        travel["vehicle"] = str(VEHICLES.get(travel.get("vehicle", ""), travel.get("vehicle") or ""))
        found.append(("travel", _("travel"), _joined(travel)))
    if part.get("contact") is not None:
        found.append(("contacts", _("contact with"), _joined(part["contact"]) or "–"))
    return found


def _joined(part: Any) -> str:
    """Return the values of a part in one line."""
    if not isinstance(part, Mapping):
        return _value(part)
    words = {
        "days_left": _("enough for %(value)s days"),
        "for_infant": _("for an infant"),
        "is_chronic": _("long-term medicine"),
        "until": _("until %(value)s"),
        "returned_on": _("back on %(value)s"),
        "on": _("on %(value)s"),
    }
    said = []
    for key, value in part.items():
        if value in (None, "", False):
            continue
        said.append(words[key] % {"value": value} if key in words else _value(value))
    return " · ".join(said)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _own_answers(own: Mapping[str, Any], offices: frozenset[str] | None) -> list[Answer]:
    questions = Question.objects.filter(pk__in=list(own))
    if offices is not None:
        questions = questions.filter(office__in=offices)
    found = []
    for question in questions.order_by("pk"):
        value, text = own[question.code], called(question.text, question.text_en)
        if isinstance(value, Mapping):
            names = dict(Subject.objects.filter(pk__in=[int(key) for key in value]).values_list("pk", "name"))
            found += [Answer(names.get(int(key), "?"), text, _value(one)) for key, one in value.items()]
        else:
            found.append(Answer("", text, _value(value)))
    return found
