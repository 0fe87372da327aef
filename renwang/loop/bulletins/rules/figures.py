"""A figure as a bulletin names it, and how it is written in a sentence."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .masking import SMALLEST_SHOWN, Cell, Shown, Total, masked

COUNT, PERCENT, HOURS, AMOUNT, INDEX = "count", "percent", "hours", "amount", "index"


class Name(NamedTuple):
    """Which figure: an indicator, and one of its slices or all of it ("")."""

    code: str
    slice: str = ""

    def __str__(self) -> str:
        return f"{self.code}:{self.slice}" if self.slice else self.code


class Place(NamedTuple):
    """One figure of one area."""

    area: str
    name: Name


@dataclass(frozen=True)
class FigureTold:
    """One figure as it was computed. ``numerator`` counts; of a share ``denominator`` is the whole, of hours the number
    of things timed; ``value`` is the share in percent or the mean in hours (None: of nothing)."""

    place: Place
    unit: str
    numerator: int
    denominator: int = 0
    value: Decimal | None = None


class Part(NamedTuple):
    """One number of a figure that a reader can know: "n", "of" or, never written, "rest"."""

    place: Place
    part: str


@dataclass(frozen=True)
class Same:
    """A number of a share ("n" or "of") that another indicator tells as well, or slices of one together do.

    Without ``slices`` the slices of the share are those of the count, too.
    """

    share: str
    part: str
    count: str
    slices: tuple[str, ...] = ()

    def told_as(self, place: Place, known: Mapping[Place, FigureTold]) -> tuple[Name, ...]:
        """Return the names under which a number of the share is told as well: those there are, a slice of none left out."""
        if not self.slices:
            return (Name(self.count, place.name.slice),)
        if place.name.slice:
            return ()
        names = (Name(self.count, one) for one in self.slices)
        return tuple(name for name in names if Place(place.area, name) in known)


def cells_of(figures: Iterable[FigureTold]) -> dict[Part, Cell]:
    """Return the numbers of figures. Of a share the rest counts too: who can reckon who was *not* reached knows them."""
    found: dict[Part, Cell] = {}
    for figure in figures:
        if figure.unit == HOURS:
            found[Part(figure.place, "of")] = Cell(figure.denominator)
            continue
        found[Part(figure.place, "n")] = Cell(figure.numerator)
        if figure.unit == PERCENT:
            found[Part(figure.place, "of")] = Cell(figure.denominator)
            rest = figure.denominator - figure.numerator
            most = figure.denominator - _least(figure.denominator)
            found[Part(figure.place, "rest")] = Cell(
                rest, is_silent=True, at_most=most if rest < SMALLEST_SHOWN else None
            )
    return found


def totals_of(
    figures: Sequence[FigureTold], *, area: str, below: Sequence[str], same: Sequence[Same] = ()
) -> list[Total[Part]]:
    """Return which numbers are sums of which: slices of their whole, the areas below of their area, a share of its whole.

    ``same``: numbers of a share that other indicators tell as well.
    """
    known = {figure.place: figure for figure in figures}
    slices: dict[Place, list[Place]] = {}
    for place in known:
        if place.name.slice:
            slices.setdefault(Place(place.area, Name(place.name.code)), []).append(place)
    found = [
        Total(Part(whole, part), tuple(Part(one, part) for one in parts))
        for whole, parts in slices.items()
        for part in ("n", "of")
        if whole in known and (part == "n" or known[whole].unit != COUNT)
    ]
    for place, figure in known.items():
        if place.area == area:
            under = tuple(Place(code, place.name) for code in below)
            if under and all(one in known for one in under):
                found += [Total(Part(place, part), tuple(Part(one, part) for one in under)) for part in ("n", "of")]
        if figure.unit == PERCENT:
            found.append(Total(Part(place, "of"), (Part(place, "n"), Part(place, "rest"))))
        found += [
            Total(Part(place, one.part), tuple(Part(Place(place.area, name), "n") for name in told))
            for one in same
            if one.share == place.name.code and (told := one.told_as(place, known))
        ]
    return found


@dataclass(frozen=True)
class Elsewhere:
    """Another bulletin of the day, as its readers have it: its area, its figures, and how each number stands there."""

    area: str
    figures: tuple[FigureTold, ...]
    shown: Mapping[Part, Shown]


def shown_of(
    figures: Sequence[FigureTold],
    *,
    area: str,
    below: Sequence[str],
    same: Sequence[Same] = (),
    elsewhere: Sequence[Elsewhere] = (),
) -> dict[Part, Shown]:
    """Return how each number of some figures stands on their published page, for readers who have the other pages as well."""
    cells = cells_of(figures)
    totals = totals_of(figures, area=area, below=below, same=same)
    own, fixed = set(cells), dict[Part, Shown]()
    for other in elsewhere:
        under = sorted({one.place.area for one in other.figures if one.place.area != other.area})
        totals += totals_of(other.figures, area=other.area, below=under, same=same)
        for part, cell in cells_of(other.figures).items():
            known = cells.setdefault(part, cell)
            # A number that has changed since is another one.
            if known.value == cell.value and not cell.is_silent:
                before = fixed.get(part, Shown.WITHHELD)
                fixed[part] = min(before, other.shown.get(part, Shown.OPEN), key=list(Shown).index)
    return {part: shown for part, shown in masked(cells, totals, fixed=fixed).items() if part in own}


def _least(whole: int) -> int:
    """Return the smallest number of a whole that its told share in whole percent ("at least 95 %") leaves possible."""
    return -(-whole * least_percent(whole) // 100)


def least_percent(whole: int) -> int:
    """Return the greatest whole percentage that leaves at least five out of it: 95 of a hundred."""
    return max(0, 100 * (whole - SMALLEST_SHOWN) // whole) if whole else 0


SMALL_WORD = f"<{SMALLEST_SHOWN}"


def in_words(figure: FigureTold, part: str, shown: Mapping[Part, Shown] | None, *, withheld: str) -> str:
    """Write one number of a figure into a sentence, as it is or (with ``shown``) as it may be published.

    ``part``: "" the figure itself, "n" and "of" what it was reckoned from. ``withheld``: the word for what is left out.
    """
    if shown is None:
        shown = {}
    numerator = shown.get(Part(figure.place, "n"), Shown.OPEN)
    denominator = shown.get(Part(figure.place, "of"), Shown.OPEN)
    if part == "of" or (part == "n" and figure.unit == HOURS):
        return _count(figure.denominator, denominator, withheld)
    if part == "n" or figure.unit == COUNT:
        return _count(figure.numerator, numerator, withheld)
    if figure.value is None:
        return "0" if figure.unit == AMOUNT and numerator == Shown.OPEN else "–"
    if figure.unit in (AMOUNT, INDEX):
        # What so few came to could be told of each of them.
        return withheld if numerator != Shown.OPEN else _exact(figure.value)
    suffix = "%" if figure.unit == PERCENT else ""
    if figure.unit == HOURS:
        numerator = Shown.OPEN
    if numerator == denominator == Shown.OPEN:
        return _rounded(figure.value) + suffix
    is_nearly_all = figure.denominator - figure.numerator < SMALLEST_SHOWN and numerator == Shown.WITHHELD
    if figure.unit == PERCENT and denominator == Shown.OPEN and is_nearly_all and least_percent(figure.denominator):
        return f"≥{least_percent(figure.denominator)}%"
    return withheld


def _count(value: int, shown: Shown, withheld: str) -> str:
    if shown == Shown.SMALL:
        return SMALL_WORD
    return withheld if shown == Shown.WITHHELD else f"{value:,}"


def _exact(value: Decimal) -> str:
    plain = value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()
    return f"{plain:,f}"


def _rounded(value: Decimal) -> str:
    """Write a share or hours with one decimal; 100 and 0 without."""
    told = value.quantize(Decimal("0.1"), ROUND_HALF_UP)
    # Never round up to "all" or down to "none" what is not.
    if told == 100 and value < 100:
        told = Decimal("99.9")
    if told == 0 and value > 0:
        told = Decimal("0.1")
    return f"{told.normalize():f}" if told == told.to_integral() else f"{told:,}"


# --- placeholders: {outreach.coverage}, {findings.count:fever}, {outreach.coverage#of} ----------------------------------
PLACEHOLDER = re.compile(
    r"\{\s*(?P<code>[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)(?::(?P<slice>[\w:.-]+?))?(?:#(?P<part>n|of))?\s*\}"
)
BRACED = re.compile(r"\{[^{}\n]*\}?|\}")
FULL_WIDTH = str.maketrans({"｛": "{", "｝": "}", "＃": "#"})
TYPED_NUMBER = re.compile(r"(?<![\w.])\d[\d,.]*\d|(?<![\w.])\d")


class Asked(NamedTuple):
    """What a placeholder stands for."""

    name: Name
    part: str


def halved(text: str) -> str:
    """Return a text with the braces of a Chinese keyboard turned into those of a placeholder, and plain line ends."""
    return text.translate(FULL_WIDTH).replace("\r\n", "\n").replace("\r", "\n")


def asked_in(text: str) -> list[Asked]:
    """Return what a text's placeholders stand for, in their order."""
    return [_asked(match) for match in PLACEHOLDER.finditer(text)]


def _asked(match: re.Match[str]) -> Asked:
    return Asked(Name(match["code"], match["slice"] or ""), match["part"] or "")


def broken_in(text: str) -> list[str]:
    """Return braces that are no placeholder."""
    return [match.group() for match in BRACED.finditer(PLACEHOLDER.sub("", text))]


def typed_numbers(text: str) -> list[str]:
    """Return numbers that somebody typed: they do not follow their figures, and nobody can open them."""
    return TYPED_NUMBER.findall(PLACEHOLDER.sub(" ", text))


class Piece(NamedTuple):
    """A stretch of words, or a placeholder."""

    words: str
    asked: Asked | None


def pieces_of(text: str) -> Iterator[Piece]:
    """Yield a text as words and placeholders, in order."""
    at = 0
    for match in PLACEHOLDER.finditer(text):
        if match.start() > at:
            yield Piece(text[at : match.start()], None)
        yield Piece(match.group(), _asked(match))
        at = match.end()
    if at < len(text):
        yield Piece(text[at:], None)
