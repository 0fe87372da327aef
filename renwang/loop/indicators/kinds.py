"""The plug by which a programme has something counted: by area and day, with its method, each figure opening to its rows."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.core import checks
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import ROLES, Actor, is_within

from .rules import Day, Tally, Unit, UnknownIndicator

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

I = TypeVar("I", bound="type[Indicator]")  # noqa: E741
CODE = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")
LONGEST_CODE = 60
_indicators: "dict[str, Indicator]" = {}


@dataclass(frozen=True, slots=True)
class Line:
    """One row behind a figure, as the page of the figure lists it. ``url``: the name of its page and that page's argument."""

    id: int
    title: str
    area: str
    detail: str = ""
    at: datetime | None = None
    url: tuple[str, int | str] | None = None


class Rows(ABC):
    """What stands behind figures: rows of one table. Several indicators may count the same."""

    code: ClassVar[str]  # "rounds.contact": stored with published figures, so never renamed
    label: ClassVar["StrOrPromise"]  # "Contacts"
    permission: ClassVar[str]  # who opens a figure holds it in the figure's whole area

    @abstractmethod
    def lines(self, ids: Sequence[int], *, viewer: Actor) -> list[Line]:
        """Return a page of rows in the order of ``ids``; a row that is no longer kept is left out. A constant number of queries."""


class Indicator(ABC):
    """One number the district is told every day."""

    code: ClassVar[str]  # "outreach.coverage": stored with every figure, so never renamed
    label: ClassVar["StrOrPromise"]
    unit: ClassVar[Unit]
    order: ClassVar[int]  # 10 outreach, 20 findings, 30 cases, 40 supplies; programmes between and after
    counts: ClassVar["StrOrPromise"]  # what stands behind the number: "households", "yuan"
    method: ClassVar["StrOrPromise"]  # in words: what is counted, until when, what is not
    inputs: "ClassVar[tuple[StrOrPromise, ...]]"  # the tables it is reckoned from, in words
    rows: ClassVar[type[Rows]]  # what it opens to
    better: ClassVar[str] = ""  # "more" or "fewer", where one of them is better

    @abstractmethod
    def tallies(self, day: Day) -> Iterable[Tally]:
        """Return what a day comes to in every area where there is something: one grouped statement, never a loop over areas.

        Slices are parts of the whole: a row counts in one slice only, or in the one slice ``""``.
        """

    def slice_label(self, slice: str) -> str:  # the word of the figures
        """Return what a slice is called, in the reader's language."""
        return slice

    def may_open(self, viewer: Actor, area: str, slice: str) -> bool:
        """Answer whether somebody may see every row behind a figure of an area; narrow it for what is sensitive."""
        return any(is_within(area, own) for own in viewer.areas(self.rows.permission))

    def is_settled(self, day: Day) -> bool:
        """Answer whether the rows of a day that is over will hardly change: until then its figures are not fixed."""
        return True


def register(indicator: I) -> I:
    """Make an indicator known; refuses a second one of the same code."""
    if type(_indicators.setdefault(indicator.code, indicator())) is not indicator:
        raise ValueError(f"Two indicators call themselves {indicator.code!r}.")
    return indicator


def get(code: str) -> Indicator:
    """Return the indicator of that code; raises UnknownIndicator."""
    try:
        return _indicators[code]
    except KeyError:
        raise UnknownIndicator(_("There is no indicator “%(code)s”.") % {"code": code}) from None


def all_kinds() -> list[Indicator]:
    """Return every indicator in the order of the page."""
    return sorted(_indicators.values(), key=lambda one: (one.order, one.code))


def check_kinds(**_: Any) -> list[checks.CheckMessage]:
    """Say what is wrong with each indicator: run by ``manage.py check`` and before every start."""
    return [problem for one in all_kinds() for problem in problems_of(one)]


def problems_of(indicator: Indicator) -> list[checks.CheckMessage]:
    """Return what is wrong with one indicator (indicators.E101 … E106), each with what to do."""
    found: list[checks.CheckMessage] = []

    def wrong(number: int, message: str, hint: str) -> None:
        found.append(checks.Error(message, hint, indicator, f"indicators.E{number}"))

    code = indicator.code
    parts = type(indicator).__module__.split(".")
    home = parts[parts.index("programmes") + 1] if "programmes" in parts else ""
    if not CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        wrong(101, f"{code!r} is not a code of an indicator.", "Write it as programme.number, in small letters.")
    elif home and code.split(".")[0] != home:
        wrong(102, f"{code!r} does not bear the name of its programme.", f"Let it begin with {home!r}.")
    words = (indicator.label, indicator.counts, indicator.method, *indicator.inputs)
    if not all(isinstance(one, Promise) for one in words):
        wrong(
            103, f"{code!r} has words that cannot be translated.", "Give label, counts, method, inputs by gettext_lazy."
        )
    if not indicator.inputs:
        wrong(104, f"{code!r} does not say what it is reckoned from.", "Name its tables in inputs.")
    if indicator.unit not in Unit.values or indicator.better not in ("", "more", "fewer"):
        wrong(105, f"{code!r} has no unit or direction we know.", "unit: one of Unit; better: '', 'more' or 'fewer'.")
    wanted = indicator.rows.permission
    if not CODE.fullmatch(indicator.rows.code) or not any(
        fnmatchcase(wanted, pattern) for role in ROLES.values() for pattern in role.permissions
    ):
        wrong(
            106, f"Nobody may open the rows of {code!r}.", "rows: a Rows with a code and a permission some role holds."
        )
    return found
