"""Every kind of need the platform knows. The loop asks here; it never names a kind itself."""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.core import checks
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import ROLES

from .rules import OFFICES, Refused

if TYPE_CHECKING:
    from .models import Need

N = TypeVar("N", bound="type[Need]")
# Draws what a later stage adds to a case's page: takes the request and the case's id, returns safe HTML (empty: nothing).
Panel = Callable[[Any, int], str]
# Answers who else handled a case, by its id: whoever moved what it was met with does not say that it is met.
HandledBy = Callable[[int], frozenset[int]]
_kinds: "dict[str, type[Need]]" = {}
_panels: list[Panel] = []
_handled_by: list[HandledBy] = []
CODE = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")


class UnknownKind(Refused):
    """No programme registers this kind of need."""

    def __init__(self, code: str) -> None:
        super().__init__(_("There is no kind of need “%(code)s”. Choose one of the list.") % {"code": code})


def register(need: N) -> N:
    """Make a kind of need known; refuses a second one of the same code or for the same finding."""
    known = _kinds.get(need.code)
    if known is not None and known is not need:
        raise ValueError(f"Two kinds of need call themselves {need.code!r}.")
    for other in _kinds.values():
        if other is not need and other.findings & need.findings:
            both = ", ".join(sorted(other.findings & need.findings))
            raise ValueError(f"Two kinds of need, {other.code!r} and {need.code!r}, answer the finding {both!r}.")
    _kinds[need.code] = need
    return need


def get(code: str) -> "type[Need]":
    """Return the kind of that code; raises UnknownKind."""
    try:
        return _kinds[code]
    except KeyError:
        raise UnknownKind(code) from None


def for_finding(finding: str) -> "type[Need] | None":
    """Return the kind of need a finding opens, or None when no programme acts on it."""
    return next((need for need in _kinds.values() if finding in need.findings), None)


def all_kinds() -> "list[type[Need]]":
    """Return every kind, by code."""
    return [_kinds[code] for code in sorted(_kinds)]


def label_of(code: str) -> str:
    """Return the name of a kind; the code itself where its programme is no longer installed."""
    return str(_kinds[code].label) if code in _kinds else code


def icon_of(code: str) -> str:
    """Return the icon of a kind."""
    return _kinds[code].icon if code in _kinds else "help"


def register_panel(panel: Panel) -> None:
    """Let a later stage add its part to a case's page, without cases knowing that stage; twice the same is once."""
    if panel not in _panels:
        _panels.append(panel)


def panels() -> Iterable[Panel]:
    """Return what later stages add to a case's page."""
    return tuple(_panels)


def register_handled_by(source: HandledBy) -> None:
    """Let a later stage say who handled a case there, without cases knowing that stage; twice the same is once."""
    if source not in _handled_by:
        _handled_by.append(source)


def handled_by(case_id: int) -> frozenset[int]:
    """Return who handled a case in a later stage."""
    return frozenset[int]().union(*(source(case_id) for source in _handled_by))


def check_kinds(**_: Any) -> list[checks.CheckMessage]:
    """Say what is wrong with each registration: run by ``manage.py check`` and before every start."""
    return [problem for need in all_kinds() for problem in problems_of(need)]


def problems_of(need: "type[Need]") -> list[checks.CheckMessage]:
    """Return what is wrong with one kind of need (cases.E101 … E108), each with what to do."""
    found: list[checks.CheckMessage] = []

    def wrong(number: int, message: str, hint: str) -> None:
        found.append(checks.Error(message, hint, need, f"cases.E{number}"))

    app = need._meta.app_label
    if not CODE.fullmatch(need.code) or len(need.code) > 60:
        wrong(101, f"{need.code!r} is not a code of a need.", "Write it as programme.need, in small letters.")
    elif need.code.split(".")[0] != app and not (app == "cases" and need.code.startswith("general.")):
        wrong(102, f"{need.code!r} does not bear the name of its programme.", f"Let it begin with {app!r}.")
    if not isinstance(need.label, Promise):
        wrong(103, f"{need.code!r} has no label that can be translated.", "Give label = gettext_lazy(…).")
    if need.office not in OFFICES:
        wrong(104, f"No office {need.office!r} answers for {need.code!r}.", f"Use one of {', '.join(OFFICES)}.")
    if not need.met_by or not all(CODE.fullmatch(code) for code in need.met_by):
        wrong(105, f"{need.code!r} does not say what meets it.", "Name resources in met_by; general.help at least.")
    if not need.seen_by or need.seen_by - ROLES.keys():
        wrong(106, f"{need.code!r} is to be seen by roles that do not exist.", f"Use some of {', '.join(ROLES)}.")
    try:
        made = need.from_answers(need.example)
        made.clean_fields(exclude=["case"])
    except (ValidationError, TypeError, ValueError) as problem:
        wrong(107, f"The example of {need.code!r} is not one: {problem}", "Give what a household would tell.")
    else:
        if not timedelta() < made.time_to_meet() <= timedelta(days=90):
            wrong(108, f"{need.code!r} gives itself no time, or too much.", "Between a moment and 90 days.")
    return found
