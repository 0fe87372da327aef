"""The shape of what is told, checked field by field. Errors are in words, by the place they belong to.

{"all_well": true}
The members may hold a part under "household" where somebody has it and it was not told who; "words" is a written reply, whole.
{"all_well": false,
 "members": {"<person id>": {"temperature": 38.2, "symptoms": ["cough"],
                             "travel": {"place": …, "returned_on": "2020-02-14", "vehicle": …},
                             "contact": {"with": …, "on": "2020-02-13"}}},
 "needs": {"food": {"what": …, "days_left": 2}, "medicine": {"what": …, "days_left": 1}, "heating": {"what": …},
           "repair": {"what": …}, "caregiver": {"who": …, "until": "2020-02-20"}, "other": {"words": …}},
 "own": {"<question code>": value, or {"<person id>": value} where it is asked of each member}}
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .questions import OwnQuestion
from .statuses import AnswerKind

SOMEBODY = "household"  # of somebody of the household, without saying who
LOWEST, HIGHEST = 34.0, 43.0  # °C: outside, it is a slip of the finger or a broken thermometer
SYMPTOMS = {
    "fever": gettext_lazy("fever, not measured"),
    "cough": gettext_lazy("cough"),
    "sore_throat": gettext_lazy("sore throat"),
    "breathless": gettext_lazy("short of breath"),
    "chest_pain": gettext_lazy("chest pain"),
    "tired": gettext_lazy("very tired"),
    "diarrhoea": gettext_lazy("diarrhoea"),
    "other": gettext_lazy("something else"),
}
VEHICLES = {
    "train": gettext_lazy("train"),
    "bus": gettext_lazy("coach or bus"),
    "car": gettext_lazy("private car"),
    "plane": gettext_lazy("aeroplane"),
    "truck": gettext_lazy("lorry"),
    "other": gettext_lazy("otherwise"),
}
NEEDS = {
    "food": gettext_lazy("food and daily goods"),
    "medicine": gettext_lazy("medicine"),
    "heating": gettext_lazy("heating"),
    "repair": gettext_lazy("repair of the house"),
    "caregiver": gettext_lazy("somebody to care for us"),
    "other": gettext_lazy("something else"),
}
LONGEST_TEXT = 300
LONGEST_WORD = 80
LONGEST_REPLY = 1000
# The fields of each need: t = words, d = days, o = a date, y = yes or no.
NEED_FIELDS: dict[str, dict[str, str]] = {
    "food": {"what": "t", "days_left": "d", "for_infant": "y"},
    "medicine": {"what": "t", "days_left": "d", "is_chronic": "y"},
    "heating": {"what": "t", "days_left": "d"},
    "repair": {"what": "t"},
    "caregiver": {"who": "t", "until": "o", "what": "t"},
    "other": {"words": "t"},
}


class AnswersRefused(Exception):
    """What was told does not have its shape; ``errors`` says for each field what was expected."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(f"{path}: {text}" if path else text for path, text in errors.items()))
        self.errors = dict(errors)


@dataclass(slots=True)
class _Check:
    today: date
    errors: dict[str, str] = field(default_factory=dict)

    def keys(self, path: str, value: Any, known: Collection[str]) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.errors[path] = _("Expected fields with values here.")
            return {}
        for key in value:
            if key not in known:
                self.errors[f"{path}/{key}".lstrip("/")] = _("This field is not known here. Known are: %(known)s.") % {
                    "known": ", ".join(known)
                }
        return {key: value[key] for key in value if key in known}

    def text(self, path: str, value: Any, longest: int = LONGEST_TEXT) -> None:
        if not isinstance(value, str):
            self.errors[path] = _("Expected words.")
        elif len(value) > longest:
            self.errors[path] = _("At most %(most)d characters, please.") % {"most": longest}

    def on(self, path: str, value: Any, *, may_come: bool = False) -> None:
        try:
            told = date.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            told = None
        if told is None:
            self.errors[path] = _("Expected a date such as 2020-02-14.")
        elif told > self.today and not may_come:
            self.errors[path] = _("This day is still to come. Check the date.")

    def days(self, path: str, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 365:
            self.errors[path] = _("Expected a number of days from 0 to 365.")

    def yes_no(self, path: str, value: Any) -> None:
        if not isinstance(value, bool):
            self.errors[path] = _("Expected yes or no.")


def check_answers(
    told: Mapping[str, Any], *, members: Collection[int], own: Mapping[str, OwnQuestion], today: date
) -> None:
    """Raise AnswersRefused unless what was told has its shape, speaks of members of the household and answers known questions."""
    check = _Check(today)
    top = check.keys("", told, ("all_well", "members", "needs", "own", "words"))
    all_well = top.get("all_well", False)
    if not isinstance(all_well, bool):
        check.yes_no("all_well", all_well)
    if "words" in top:
        check.text("words", top["words"], LONGEST_REPLY)
    known_members = {str(member): member for member in members}
    for key, part in _each(check, "members", top):
        if key not in known_members and key != SOMEBODY:
            check.errors[f"members/{key}"] = _("There is no member %(key)s in this household.") % {"key": key}
            continue
        _check_member(check, f"members/{key}", part)
    for key, part in _each(check, "needs", top):
        if key not in NEED_FIELDS:
            check.errors[f"needs/{key}"] = _("This need is not known. Known are: %(known)s.") % {
                "known": ", ".join(NEED_FIELDS)
            }
            continue
        _check_need(check, key, part)
    for key, value in _each(check, "own", top):
        if key not in own:
            check.errors[f"own/{key}"] = _("Nobody asks the question %(key)s here.") % {"key": key}
            continue
        _check_own(check, f"own/{key}", own[key], value, known_members)
    if all_well is True and (top.get("needs") or _says_unwell(top.get("members"))):
        check.errors["all_well"] = _("“All well” and a problem were told together. Take one of the two back.")
    if check.errors:
        raise AnswersRefused(check.errors)


def _each(check: _Check, name: str, top: Mapping[str, Any]) -> list[tuple[str, Any]]:
    value = top.get(name, {})
    if not isinstance(value, Mapping):
        check.errors[name] = _("Expected fields with values here.")
        return []
    return [(str(key), part) for key, part in value.items()]


def _says_unwell(members: Any) -> bool:
    return isinstance(members, Mapping) and any(
        isinstance(part, Mapping) and (part.get("symptoms") or part.get("contact") is not None)
        for part in members.values()
    )


def _check_member(check: _Check, path: str, part: Any) -> None:
    fields = check.keys(path, part, ("temperature", "symptoms", "travel", "contact"))
    if "temperature" in fields:
        value = fields["temperature"]
        if isinstance(value, bool) or not isinstance(value, int | float):
            check.errors[f"{path}/temperature"] = _("Expected a temperature in °C, such as 36.5.")
        elif not LOWEST <= value <= HIGHEST:
            check.errors[f"{path}/temperature"] = _("%(told)s °C cannot be: between 34 and 43, please.") % {
                "told": value
            }
    if "symptoms" in fields:
        told = fields["symptoms"]
        if not isinstance(told, list) or any(not isinstance(one, str) or one not in SYMPTOMS for one in told):
            check.errors[f"{path}/symptoms"] = _("Expected a list of: %(known)s.") % {"known": ", ".join(SYMPTOMS)}
    _check_outside(check, path, fields)


def _check_outside(check: _Check, path: str, fields: Mapping[str, Any]) -> None:
    if "travel" in fields:
        travel = check.keys(f"{path}/travel", fields["travel"], ("place", "returned_on", "vehicle"))
        if not travel.get("place"):
            check.errors[f"{path}/travel/place"] = _("Say where they have been.")
        for key, value in travel.items():
            if key == "returned_on":
                check.on(f"{path}/travel/{key}", value)
            else:
                check.text(f"{path}/travel/{key}", value, LONGEST_WORD)
    if "contact" in fields:
        contact = check.keys(f"{path}/contact", fields["contact"], ("with", "on"))
        for key, value in contact.items():
            if key == "on":
                check.on(f"{path}/contact/{key}", value)
            else:
                check.text(f"{path}/contact/{key}", value, LONGEST_WORD)


def _check_need(check: _Check, key: str, part: Any) -> None:
    path = f"needs/{key}"
    for name, value in check.keys(path, part, tuple(NEED_FIELDS[key])).items():
        match NEED_FIELDS[key][name]:
            case "d":
                check.days(f"{path}/{name}", value)
            case "o":
                check.on(f"{path}/{name}", value, may_come=True)
            case "y":
                check.yes_no(f"{path}/{name}", value)
            case _:
                check.text(f"{path}/{name}", value)


def _check_own(check: _Check, path: str, question: OwnQuestion, value: Any, members: Mapping[str, int]) -> None:
    if not question.of_each_member:
        _check_value(check, path, question, value)
        return
    if not isinstance(value, Mapping):
        check.errors[path] = _("This question is asked of each member.")
        return
    for key, one in value.items():
        if str(key) not in members:
            check.errors[f"{path}/{key}"] = _("There is no member %(key)s in this household.") % {"key": key}
        else:
            _check_value(check, f"{path}/{key}", question, one)


def _check_value(check: _Check, path: str, question: OwnQuestion, value: Any) -> None:
    match question.kind:
        case AnswerKind.YES_NO:
            check.yes_no(path, value)
        case AnswerKind.NUMBER:
            if isinstance(value, bool) or not isinstance(value, int | float):
                check.errors[path] = _("Expected a number.")
        case AnswerKind.CHOICE:
            if value not in question.choices:
                check.errors[path] = _("Expected one of: %(known)s.") % {"known": ", ".join(question.choices)}
        case _:
            check.text(path, value)
