"""What a check-in says that somebody must know."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .answers import SOMEBODY
from .questions import OwnQuestion

# Used where the district has set no yardstick of its own.
# 37.3 °C: national prevention plan, fifth edition, 21 February 2020.
DEFAULT_FEVER_FROM = Decimal("37.3")
DEFAULT_RISK_AREAS: tuple[str, ...] = ("湖北", "武汉", "hubei", "wuhan")  # closed off from 23 January 2020

FEVER, SYMPTOMS, RISK_TRAVEL, EXPOSURE, CAREGIVER = "fever", "symptoms", "risk_travel", "exposure", "caregiver_absent"
NEED_FINDINGS = {
    "food": "needs_food",
    "medicine": "needs_medicine",
    "heating": "needs_heating",
    "repair": "needs_repair",
    "caregiver": CAREGIVER,
    "other": "needs_other",
}


@dataclass(frozen=True, slots=True)
class Yardsticks:
    """By what answers are measured on one day."""

    fever_from: Decimal = DEFAULT_FEVER_FROM
    risk_areas: tuple[str, ...] = DEFAULT_RISK_AREAS


@dataclass(frozen=True, slots=True)
class Said:
    """One thing somebody must know: of one person, or (None) of the household."""

    kind: str
    about: str  # where in the answers
    person_id: int | None = None


def said_in(told: Mapping[str, Any], *, own: Mapping[str, OwnQuestion], yardsticks: Yardsticks) -> list[Said]:
    """Return what checked answers say that somebody must know, in the order of the answers."""
    found: list[Said] = []
    for key, part in (told.get("members") or {}).items():
        # What somebody of the household has is found of the household: it does not wait until it is known who.
        found += _of_member(None if key == SOMEBODY else int(key), f"members/{key}", part, yardsticks)
    for key in told.get("needs") or {}:
        found.append(Said(NEED_FINDINGS[key], f"needs/{key}"))
    for code, value in (told.get("own") or {}).items():
        question = own[code]
        if not question.yes_opens:
            continue
        if question.of_each_member:
            found += [
                Said(question.yes_opens, f"own/{code}/{key}", int(key)) for key, one in value.items() if one is True
            ]
        elif value is True:
            found.append(Said(question.yes_opens, f"own/{code}"))
    return found


def _of_member(person: int | None, path: str, part: Mapping[str, Any], yardsticks: Yardsticks) -> list[Said]:
    found = []
    temperature = part.get("temperature")
    symptoms = part.get("symptoms") or []
    is_hot = temperature is not None and Decimal(str(temperature)) >= yardsticks.fever_from
    if is_hot or "fever" in symptoms:
        found.append(Said(FEVER, path, person))
    if any(symptom != "fever" for symptom in symptoms):
        found.append(Said(SYMPTOMS, path, person))
    place = str((part.get("travel") or {}).get("place") or "").casefold()
    if place and any(area.casefold() in place for area in yardsticks.risk_areas):
        found.append(Said(RISK_TRAVEL, path, person))
    if part.get("contact") is not None:
        found.append(Said(EXPOSURE, path, person))
    return found


def part_of(told: Mapping[str, Any], about: str) -> Mapping[str, Any]:
    """Return the part of the answers a finding is about: a mapping, with a plain value under ``value``."""
    part: Any = told
    for key in about.split("/"):
        part = part.get(key) if isinstance(part, Mapping) else None
    if isinstance(part, Mapping):
        return part
    return {} if part is None else {"value": part}
