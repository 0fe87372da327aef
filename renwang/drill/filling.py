"""Filling in the system's forms: from what somebody says to the fields of a page."""

from collections.abc import Iterator, Mapping
from typing import Any

from renwang.loop.rounds.actions import RoundDraft
from renwang.loop.rounds.rules import OwnQuestion

Pairs = list[tuple[str, Any]]


def answer_fields(answers: Mapping[str, Any]) -> Pairs:
    """Return the fields of the check-in page for answers in the shape in which they are kept."""
    found: Pairs = [("all_well", "1")] if answers.get("all_well") else []
    for person, part in (answers.get("members") or {}).items():
        found += _member(f"m-{person}-", part)
    for code, part in (answers.get("needs") or {}).items():
        found.append((f"n-{code}", "1"))
        found += [(f"n-{code}-{name}", value) for name, value in part.items() if value is not False]
    return found + list(_own(answers.get("own") or {}))


def _member(prefix: str, part: Mapping[str, Any]) -> Pairs:
    found: Pairs = []
    if part.get("temperature") is not None:
        found.append((f"{prefix}temperature", part["temperature"]))
    found += [(f"{prefix}symptoms", one) for one in part.get("symptoms") or ()]
    found += [(f"{prefix}{name}", value) for name, value in (part.get("travel") or {}).items()]
    if part.get("contact") is not None:
        found += [(f"{prefix}met", "1"), *((f"{prefix}{name}", value) for name, value in part["contact"].items())]
    return found


def _own(own: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for code, value in own.items():
        if isinstance(value, Mapping):
            yield from ((f"o-{code}-{person}", _said(one)) for person, one in value.items())
        else:
            yield f"o-{code}", _said(value)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def is_unwell(answers: Mapping[str, Any]) -> dict[str, bool]:
    """Return what a household ticks on the first page of its own report: somebody ill, somebody away, something needed."""
    members = (answers.get("members") or {}).values()
    return {
        "ill": any(part.get("symptoms") or part.get("temperature", 0) >= 37.3 for part in members),
        "away": any(part.get("travel") or part.get("contact") is not None for part in members),
        "need": bool(answers.get("needs")),
    }


def report_fields(answers: Mapping[str, Any]) -> Pairs:
    """Return the fields of the second page of a household's own report: it asks less than a helper's page does."""
    found: Pairs = []
    for person, part in (answers.get("members") or {}).items():
        travel = {"place": part["travel"]["place"]} if part.get("travel") else None
        plain = {**part, "travel": travel, "contact": {} if part.get("contact") is not None else None}
        found += _member(f"m-{person}-", plain)
    for code, need in (answers.get("needs") or {}).items():
        found.append((f"n-{code}", "1"))
        if code == "other":
            found.append(("n-other-words", need.get("words", "")))
    return found + list(_own(answers.get("own") or {}))


def round_fields(draft: RoundDraft, *, is_opened: bool) -> Pairs:
    """Return the fields of the page on which an office writes a round."""
    found: Pairs = [
        ("title", draft.title),
        ("office", draft.office),
        ("area", draft.area),
        ("cadence", draft.cadence),
        ("opens_on", draft.opens_on.isoformat()),
        ("closes_on", draft.closes_on.isoformat()),
        ("then", "open" if is_opened else "keep"),
    ]
    if draft.everybody:
        found.append(("everybody", "on"))
    found += [("programmes", code) for code in draft.programmes]
    found += [("questions", code) for code in draft.questions]
    found += [("asks", block) for block in ("travel", "contacts", "health", "needs") if getattr(draft, f"asks_{block}")]
    for place, step in enumerate(draft.modes, start=1):
        found += [
            (f"mode_{place}", step.mode),
            (f"tries_{place}", step.tries),
            (f"hours_{place}", step.wait_minutes / 60),
        ]
    return found


def question_fields(question: OwnQuestion) -> Pairs:
    """Return the fields of the form on which an office writes a question of its own."""
    return [
        ("q-code", question.code),
        ("q-text", question.text),
        ("q-text_en", question.text_en),
        ("q-kind", question.kind),
        ("q-choices", "|".join(question.choices)),
        ("q-yes_opens", question.yes_opens),
        *([("q-of_each_member", "on")] if question.of_each_member else []),
    ]
