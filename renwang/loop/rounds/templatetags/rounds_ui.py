"""The parts of the check-in page."""

from typing import Any

from django import template
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy

from renwang.foundation.access.rules import OFFICES

from .. import kinds
from ..rules import OwnQuestion

register = template.Library()

FIELD_WORDS = {
    "what": gettext_lazy("What exactly, and how much?"),
    "days_left": gettext_lazy("Lasts for how many days?"),
    "for_infant": gettext_lazy("for a baby"),
    "is_chronic": gettext_lazy("must be taken all the time"),
    "who": gettext_lazy("Who needs care?"),
    "until": gettext_lazy("Until when?"),
    "words": gettext_lazy("In their own words"),
}


def _value(told: Any, field: str) -> str:
    return told.get(field, "") if isinstance(told, QueryDict) else ""


@register.simple_tag
def given(told: Any, prefix: str, name: str) -> str:
    """Return what was typed into a field, after a refusal."""
    return _value(told, f"{prefix}{name}")


@register.simple_tag
def chosen(told: Any, prefix: str, name: str, value: str) -> str:
    """Return ``checked`` where a box was ticked, after a refusal."""
    ticked = told.getlist(f"{prefix}{name}") if isinstance(told, QueryDict) else []
    return "checked" if value in ticked else ""


@register.simple_tag
def question_words(question: OwnQuestion) -> str:
    """Return an own question in the reader's language, as far as its office wrote it so."""
    is_english = (get_language() or "").startswith("en")
    return question.text_en if is_english and question.text_en else question.text


@register.inclusion_tag("rounds/own_question.html")
def own_question(question: OwnQuestion, told: Any, person: int | None = None, name: str = "") -> dict[str, Any]:
    """One office's own question, of the household or of one member."""
    return _own(question, told, person, name)


@register.inclusion_tag("rounds/own_question_plain.html")
def own_question_plain(question: OwnQuestion, told: Any, person: int | None = None, name: str = "") -> dict[str, Any]:
    """The same on a resident's page: for any phone."""
    return _own(question, told, person, name)


def _own(question: OwnQuestion, told: Any, person: int | None, name: str) -> dict[str, Any]:
    field = f"o-{question.code}" if person is None else f"o-{question.code}-{person}"
    return {
        "field": field,
        "text": question_words(question),
        "kind": question.kind,
        "choices": question.choices,
        "value": _value(told, field),
        "name": name,
    }


@register.inclusion_tag("rounds/need_field.html")
def need_field(need: str, name: str, kind: str, told: Any) -> dict[str, Any]:
    """One field of a need."""
    field = f"n-{need}-{name}"
    return {"field": field, "kind": kind, "label": FIELD_WORDS[name], "value": _value(told, field)}


@register.simple_tag
def mode_name(code: str) -> str:
    """Return what a mode is called."""
    return str(kinds.get(code).label)


@register.simple_tag
def office_name(code: str) -> str:
    """Return what an office is called; the code where nobody has named it."""
    return str(OFFICES.get(code, code))
