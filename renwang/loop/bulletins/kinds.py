"""The plug by which a programme says what of its work stands in a bulletin."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.core import checks
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext

from .rules import Asked, FigureTold, Name, Place, asked_in, broken_in

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

S = TypeVar("S", bound="type[Section]")
CODE = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")
LONGEST_CODE = 60
LANGUAGES = ("zh-hans", "en")
_sections: "dict[str, Section]" = {}


class Figures:
    """The figures of one area on one day, as a section reads them."""

    def __init__(self, area: str, told: Iterable[FigureTold], label: Callable[[str, str], str] | None = None) -> None:
        self.area = area
        self._told = {figure.place: figure for figure in told}
        self._label = label

    def get(self, code: str, slice: str = "") -> FigureTold | None:  # the word of the indicators
        """Return one figure; None where nothing computed it."""
        return self._told.get(Place(self.area, Name(code, slice)))

    def has(self, code: str, slice: str = "") -> bool:
        """Answer whether there is a figure, and something in it to tell."""
        figure = self.get(code, slice)
        return figure is not None and (figure.value is not None or figure.numerator > 0)

    def count(self, code: str, slice: str = "") -> int:
        """Return what a figure counts; 0 where there is none."""
        figure = self.get(code, slice)
        return figure.numerator if figure else 0

    def slices(self, code: str) -> list[FigureTold]:
        """Return the figures of an indicator's slices in which there is anything, the greatest first."""
        found = [
            figure
            for place, figure in self._told.items()
            if place.area == self.area and place.name.code == code and place.name.slice and figure.numerator
        ]
        return sorted(found, key=lambda figure: (-figure.numerator, figure.place.name.slice))

    def label(self, code: str, slice: str) -> str:
        """Return what a slice is called, in the language of the moment."""
        return self._label(code, slice) if self._label else slice

    def listed(self, code: str, *, most: int = 8) -> str:
        """Return an indicator's slices as words: "phone {outreach.modes:call}, visit {outreach.modes:visit}"."""
        every = self.slices(code)
        comma = ", " if (get_language() or "").startswith("en") else "、"
        words = comma.join(f"{self.label(code, one.place.name.slice)} {{{one.place.name}}}" for one in every[:most])
        # Whoever adds them up must not think that these are all.
        return gettext("%(list)s and others") % {"list": words} if len(every) > most else words


@dataclass(frozen=True)
class Drafted:
    """What a section says: paragraphs with placeholders, and the figures it names (those of its table included)."""

    text: str
    named: tuple[Name, ...]

    @classmethod
    def of(cls, *sentences: str) -> "Drafted":
        """Join sentences into a paragraph; empty ones are left out. In English a blank stands between two."""
        gap = " " if (get_language() or "").startswith("en") else ""
        text = gap.join(one for one in sentences if one)
        return cls(text, tuple(dict.fromkeys(asked.name for asked in asked_in(text))))


class Section(ABC):
    """One part of a bulletin: a heading, sentences drafted from figures, and perhaps a table of the areas below."""

    code: ClassVar[str]  # "health.observation": stored on every bulletin, so never renamed
    title: ClassVar["StrOrPromise"]
    order: ClassVar[
        int
    ]  # 10 outreach, 20 findings, 30 cases, 40 supplies, 90 what needs a decision; programmes between
    indicators: ClassVar[tuple[str, ...]]  # the figures it may name
    columns: ClassVar[tuple[str, ...]] = ()  # its table: "outreach.coverage#of", "outreach.coverage"

    @abstractmethod
    def draft(self, figures: Figures, *, area: str, day: date, language: str) -> Drafted:
        """Return what there is to say about an area's day, in the language (which is active); an empty text for nothing.

        Numbers stand in it as placeholders only, so that they follow their figures and can be opened.
        """

    def asked(self) -> tuple[Asked, ...]:
        """Return what the columns of its table stand for."""
        return tuple(columns_of(" ".join(self.columns)))


def columns_of(columns: str) -> list[Asked]:
    """Return what stored columns stand for."""
    return asked_in(" ".join(f"{{{column}}}" for column in columns.split()))


def register(section: S) -> S:
    """Make a section known; refuses a second one of the same code."""
    if type(_sections.setdefault(section.code, section())) is not section:
        raise ValueError(f"Two sections call themselves {section.code!r}.")
    return section


def all_kinds() -> list[Section]:
    """Return every section in the order of a bulletin."""
    return sorted(_sections.values(), key=lambda section: (section.order, section.code))


def get(code: str) -> Section | None:
    """Return the section of that code; None where its programme is no longer installed."""
    return _sections.get(code)


def check_kinds(**_: Any) -> list[checks.CheckMessage]:
    """Say what is wrong with each section."""
    return [problem for section in all_kinds() for problem in problems_of(section)]


def problems_of(section: Section) -> list[checks.CheckMessage]:
    """Return what is wrong with one section (bulletins.E101 … E105), each with what to do."""
    found: list[checks.CheckMessage] = []

    def wrong(number: int, message: str, hint: str) -> None:
        found.append(checks.Error(message, hint, section, f"bulletins.E{number}"))

    parts = type(section).__module__.split(".")
    home = parts[parts.index("programmes") + 1] if "programmes" in parts else "general"
    if not CODE.fullmatch(section.code) or len(section.code) > LONGEST_CODE:
        wrong(101, f"{section.code!r} is not a code of a section.", "Write it as programme.thing, in small letters.")
    elif section.code.split(".")[0] != home:
        wrong(102, f"{section.code!r} does not bear the name of its programme.", f"Let it begin with {home!r}.")
    if not isinstance(section.title, Promise):
        wrong(103, f"{section.code!r} has no title that can be translated.", "Give it through gettext_lazy.")
    if not section.indicators:
        wrong(104, f"{section.code!r} names no indicator.", "Name in `indicators` every indicator its text may name.")
    strange = [str(asked.name.code) for asked in section.asked() if asked.name.code not in section.indicators]
    unread = len(section.asked()) != len(section.columns)
    if strange or unread:
        wrong(
            105, f"Columns of {section.code!r} are not of its indicators: {strange}.", "Name them in `indicators` too."
        )
    return found


def faults_of(section: Section, drafted: Drafted) -> Sequence[str]:
    """Return what is wrong with a draft, for the contract test: braces that are no placeholder, figures it may not name."""
    faults = [f"no placeholder: {one}" for one in broken_in(drafted.text)]
    faults += [f"not among its indicators: {name}" for name in drafted.named if name.code not in section.indicators]
    missing = {asked.name for asked in asked_in(drafted.text)} - set(drafted.named)
    return [*faults, *(f"named in the text only: {name}" for name in missing)]


def nothing_to_tell() -> Drafted:
    """Return the draft of a section in which nothing happened."""
    return Drafted(gettext("There is nothing to tell."), ())
