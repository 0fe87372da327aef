"""From the fields of a page to answers and drafts: shape only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from math import isfinite
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .kinds import Mode
from .rules import NEED_FIELDS, NEEDS, AnswerKind, Asked, Cadence, OwnQuestion, Step


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


def plain(text: str) -> str:
    """Return what stands in an address without the sign that no database keeps."""
    return text.replace("\x00", "")[:200]


def told_at_from(post: QueryDict) -> datetime | None:
    """Return when a form was filled in, as the phone says; None where it says nothing that can be read."""
    try:
        told = datetime.fromisoformat(post.get("told_at", ""))
    except ValueError:
        return None
    return told if told.tzinfo is not None else None


def hours_from(post: QueryDict) -> int:
    """Return for how many hours something is put off: 1 to 12."""
    try:
        return min(max(int(post.get("hours", "")), 1), 12)
    except ValueError:
        return 1


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
            number = float(value.replace(",", ".").replace("，", "."))
        except ValueError:
            number = float("nan")
        if not isfinite(number):
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


class RoundForm(forms.Form):
    """One round, in the order an office thinks of it: what, whom, when, how."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=80, help_text=gettext_lazy("Helpers read it: say who asks and why.")
    )
    office = forms.ChoiceField(label=gettext_lazy("Office"))
    area = forms.ChoiceField(label=gettext_lazy("Area"))
    everybody = forms.BooleanField(label=gettext_lazy("Every household, whatever ledger it stands on"), required=False)
    programmes = forms.MultipleChoiceField(
        label=gettext_lazy("Ledgers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    needs_phone = forms.BooleanField(label=gettext_lazy("Only households with a phone"), required=False)
    has_member_under = forms.IntegerField(
        label=gettext_lazy("With a member younger than"), required=False, min_value=1, max_value=120
    )
    has_member_over = forms.IntegerField(
        label=gettext_lazy("With a member aged at least"), required=False, min_value=1, max_value=120
    )
    asks = forms.MultipleChoiceField(
        label=gettext_lazy("Standard questions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("travel", gettext_lazy("Travel: where they have been and when they came back")),
            ("contacts", gettext_lazy("Contacts: whom they met")),
            ("health", gettext_lazy("Health: temperature and symptoms")),
            ("needs", gettext_lazy("Needs: food, medicine, heating, help")),
        ],
    )
    questions = forms.MultipleChoiceField(
        label=gettext_lazy("Own questions"), required=False, widget=forms.CheckboxSelectMultiple
    )
    cadence = forms.ChoiceField(label=gettext_lazy("How often"), choices=Cadence.choices, initial=Cadence.ONCE)
    opens_on = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    closes_on = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(
        self,
        *args: Any,
        offices: Sequence[tuple[str, str]],
        areas: Sequence[tuple[str, str]],
        programmes: Sequence[tuple[str, str]],
        questions: Sequence[tuple[str, str]],
        modes: Sequence[Mode],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("office", offices),
            ("area", areas),
            ("programmes", programmes),
            ("questions", questions),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.modes = list(modes)
        steps = [("", gettext_lazy("–")), *((mode.code, mode.label) for mode in modes)]
        for place in (1, 2, 3):
            self.fields[f"mode_{place}"] = forms.ChoiceField(
                label=_("Step %(number)d") % {"number": place}, choices=steps, required=place == 1
            )
            self.fields[f"tries_{place}"] = forms.IntegerField(
                label=_("Tries"), required=False, min_value=1, max_value=9
            )
            self.fields[f"hours_{place}"] = forms.FloatField(
                label=_("Hours between"), required=False, min_value=0, max_value=72
            )

    def steps(self) -> tuple[Step, ...]:
        """Return the mode sequence that was chosen."""
        known = {mode.code: mode for mode in self.modes}
        found = []
        for place in (1, 2, 3):
            mode = known.get(self.cleaned_data.get(f"mode_{place}") or "")
            if mode is not None:
                hours = self.cleaned_data.get(f"hours_{place}")
                found.append(
                    mode.step(
                        tries=self.cleaned_data.get(f"tries_{place}") or None,
                        wait_minutes=None if hours is None else int(hours * 60),
                    )
                )
        return tuple(found)

    def places(self) -> list[tuple[Any, Any, Any]]:
        """Return the fields of each step."""
        return [(self[f"mode_{n}"], self[f"tries_{n}"], self[f"hours_{n}"]) for n in (1, 2, 3)]


class QuestionForm(forms.Form):
    """One question of an office's own."""

    code = forms.RegexField(
        label=gettext_lazy("Code"),
        regex=r"^[a-z][a-z0-9_]{1,38}$",
        help_text=gettext_lazy("Small letters, digits and _; never changed later."),
    )
    text = forms.CharField(label=gettext_lazy("Question"), max_length=160)
    text_en = forms.CharField(label=gettext_lazy("Question in English"), max_length=160, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Answered with"), choices=AnswerKind.choices)
    choices = forms.CharField(label=gettext_lazy("Choices, separated by |"), max_length=300, required=False)
    of_each_member = forms.BooleanField(label=gettext_lazy("Asked of each member"), required=False)
    yes_opens = forms.CharField(
        label=gettext_lazy("A yes is a finding of this kind"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Empty: it is only counted."),
    )
