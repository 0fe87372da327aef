"""From the fields of a page to answers and drafts: shape only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from .rules import NEED_FIELDS, NEEDS, AnswerKind, Asked, OwnQuestion


class FieldsRefused(Exception):
    """Fields of a page could not be read; ``errors`` by field name."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


def submission_from(post: QueryDict) -> UUID:
    """Return the number of a form; raises FieldsRefused."""
    try:
        return UUID(post.get("submission_id", ""))
    except ValueError:
        raise FieldsRefused({"submission_id": _("This form has no number. Load the page again.")}) from None


def answers_from(post: QueryDict, *, member_ids: Iterable[int], asked: Asked) -> dict[str, Any]:
    """Return what the fields of a check-in page tell, in the shape of rules.answers. Empty fields say nothing.

    Fields: ``m-<person>-temperature|symptoms|place|returned_on|vehicle|met|with|on``, ``n-<need>`` with
    ``n-<need>-<field>``, ``o-<question>`` or ``o-<question>-<person>``. Raises FieldsRefused.
    """
    errors: dict[str, str] = {}
    members: dict[str, Any] = {}
    for person in member_ids:
        part = _member(post, f"m-{person}-", errors)
        if part:
            members[str(person)] = part
    needs = {code: _need(post, code, errors) for code in NEEDS if post.get(f"n-{code}")}
    own: dict[str, Any] = {}
    for question in asked.own:
        value = _own(post, question, list(member_ids), errors)
        if value not in (None, {}):
            own[question.code] = value
    if errors:
        raise FieldsRefused(errors)
    answers: dict[str, Any] = {"all_well": post.get("all_well") == "1"}
    answers |= {name: value for name, value in (("members", members), ("needs", needs), ("own", own)) if value}
    return answers


def _member(post: QueryDict, prefix: str, errors: dict[str, str]) -> dict[str, Any]:
    part: dict[str, Any] = {}
    if temperature := post.get(f"{prefix}temperature", "").strip():
        try:
            part["temperature"] = round(float(temperature.replace(",", ".").replace("，", ".")), 1)
        except ValueError:
            errors[f"{prefix}temperature"] = _("Expected a temperature in °C, such as 36.5.")
    if symptoms := [one for one in post.getlist(f"{prefix}symptoms") if one]:
        part["symptoms"] = symptoms
    travel = _filled(post, prefix, ("place", "returned_on", "vehicle"))
    if travel:
        part["travel"] = travel
    contact = _filled(post, prefix, ("with", "on"))
    if contact or post.get(f"{prefix}met"):
        part["contact"] = contact
    return part


def _filled(post: QueryDict, prefix: str, names: Sequence[str]) -> dict[str, str]:
    return {name: value for name in names if (value := post.get(f"{prefix}{name}", "").strip())}


def _need(post: QueryDict, code: str, errors: dict[str, str]) -> dict[str, Any]:
    part: dict[str, Any] = {}
    for name, kind in NEED_FIELDS[code].items():
        field = f"n-{code}-{name}"
        value = post.get(field, "").strip()
        if kind == "y":
            if value:
                part[name] = True
        elif value and kind == "d":
            try:
                part[name] = int(value)
            except ValueError:
                errors[field] = _("Expected a number of days from 0 to 365.")
        elif value:
            part[name] = value
    return part


def _own(post: QueryDict, question: OwnQuestion, members: Sequence[int], errors: dict[str, str]) -> Any:
    if not question.of_each_member:
        return _value(post, f"o-{question.code}", question, errors)
    told = {str(person): _value(post, f"o-{question.code}-{person}", question, errors) for person in members}
    return {person: value for person, value in told.items() if value is not None}


def _value(post: QueryDict, field: str, question: OwnQuestion, errors: dict[str, str]) -> Any:
    value = post.get(field, "").strip()
    if not value:
        return None
    if question.kind == AnswerKind.YES_NO:
        return value == "yes"
    if question.kind == AnswerKind.NUMBER:
        try:
            number = float(value)
        except ValueError:
            errors[field] = _("Expected a number.")
            return None
        return int(number) if number == int(number) else number
    return value


def field_of(path: str) -> str:
    """Return the field of the check-in page that a place in the answers belongs to; empty for the whole page."""
    match path.split("/"):
        case ["members", person, "travel" | "contact", name]:
            return f"m-{person}-{name}"
        case ["members", person, name]:
            return f"m-{person}-{name}"
        case ["needs", *rest]:
            return "-".join(["n", *rest])
        case ["own", *rest]:
            return "-".join(["o", *rest])
    return ""


def day_from(text: str, otherwise: date) -> date:
    """Return the date in an address, or another one where it cannot be read."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise
