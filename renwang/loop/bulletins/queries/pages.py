"""A bulletin as it is read: words with their figures, on a screen and on paper."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Prefetch, Q
from django.utils import translation
from django.utils.translation import gettext

from renwang.foundation.access.queries import in_scope

from ..kinds import columns_of
from ..models import Bulletin, BulletinFigure, BulletinSection
from ..rules import FROZEN, Asked, Elsewhere, FigureTold, Name, Part, Place, Shown, in_words, pieces_of, shown_of
from .source import SAME, names_of

ENGLISH = "en"
# (figure, part) → the address of its rows, or "".
Href = Callable[[BulletinFigure, str], str]


@dataclass(frozen=True, slots=True)
class Chip:
    """A stretch of text: words, or a number with where it opens and how it was counted."""

    words: str
    href: str = ""
    label: str = ""
    is_figure: bool = False


@dataclass(frozen=True)
class SectionView:
    """One part of a bulletin in one language."""

    heading: str
    paragraphs: list[list[Chip]]
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[str, list[Chip]]] = field(default_factory=list)
    row: BulletinSection | None = None


@dataclass(frozen=True)
class PageView:
    """A bulletin in one language."""

    title: str
    lead: list[list[Chip]]
    sections: list[SectionView]
    correction_note: str
    is_masked: bool  # something is left out


def told_by(row: BulletinFigure) -> FigureTold:
    """Return a kept figure as a value."""
    place = Place(row.area, Name(row.indicator, row.slice))
    return FigureTold(place, row.unit, row.numerator, row.denominator, row.value)


def shown_in(figures: Sequence[BulletinFigure], bulletin: Bulletin) -> dict[Part, Shown]:
    """Return how each number may stand on the published page. Two queries."""
    area = bulletin.area
    below = sorted({row.area for row in figures if row.area != area})
    told = [told_by(row) for row in figures]
    return shown_of(told, area=area, below=below, same=SAME, elsewhere=_elsewhere(bulletin))


def _elsewhere(bulletin: Bulletin) -> list[Elsewhere]:
    """Return what else of the day readers have: bulletins of the areas above and below, and what this one corrects. Two queries."""
    above = [bulletin.area[:end] for end in range(1, len(bulletin.area))]
    found = Bulletin.objects.filter(in_scope("area", (bulletin.area,)) | Q(area__in=above), day=bulletin.day)
    others = (
        found.filter(status__in=FROZEN)
        .exclude(pk=bulletin.pk)
        .prefetch_related(Prefetch("figures", BulletinFigure.objects.defer("rows", "rest", "method", "method_en")))
    )
    return [
        Elsewhere(one.area, tuple(told_by(row) for row in one.figures.all()), _shown(list(one.figures.all())))
        for one in others
    ]


def page_of(
    bulletin: Bulletin, *, language: str, href: Href = lambda _figure, _part: "", as_published: bool = False
) -> PageView:
    """Return a bulletin in a language; what is published is masked, a draft shows its editors every number. Two queries.


    ``as_published``: a draft as it would stand there; two more queries.
    """
    rows = list(bulletin.figures.defer("rows", "rest"))
    shown = _shown(rows) if bulletin.status in FROZEN else shown_in(rows, bulletin) if as_published else None
    is_english = language.startswith(ENGLISH)
    with translation.override(language):
        page = _Page(rows, bulletin.area, shown, is_english=is_english, href=href)
        sections = [page.section(one) for one in bulletin.sections.all() if not one.is_left_out]
        return PageView(
            title=bulletin.title_en or bulletin.title if is_english else bulletin.title,
            lead=page.paragraphs(bulletin.lead_en or bulletin.lead if is_english else bulletin.lead),
            sections=[one for one in sections if one.paragraphs or one.rows],
            correction_note=bulletin.correction_note_en or bulletin.correction_note
            if is_english
            else bulletin.correction_note,
            is_masked=page.has_left_out,
        )


def _shown(rows: Sequence[BulletinFigure]) -> dict[Part, Shown]:
    found = {}
    for row in rows:
        place = Place(row.area, Name(row.indicator, row.slice))
        found[Part(place, "n")] = Shown(row.numerator_shown)
        found[Part(place, "of")] = Shown(row.denominator_shown)
    return found


class _Page:
    """What the pieces of one bulletin's texts become in one language."""

    def __init__(
        self,
        rows: Sequence[BulletinFigure],
        area: str,
        shown: Mapping[Part, Shown] | None,
        *,
        is_english: bool,
        href: Href,
    ) -> None:
        self.area, self.shown, self.is_english, self.href = area, shown, is_english, href
        self.figures = {Place(row.area, Name(row.indicator, row.slice)): row for row in rows}
        self.withheld = gettext("not told")
        self.has_left_out = False

    def chip(self, asked: Asked, area: str) -> Chip:
        """Return a number as it stands on the page."""
        row = self.figures.get(Place(area, asked.name))
        if row is None:
            return Chip("–")
        words = in_words(told_by(row), asked.part, self.shown, withheld=self.withheld)
        if words == self.withheld or words.startswith(("<", "≥")):
            self.has_left_out = True
        label = row.label_en or row.label if self.is_english else row.label
        method = row.method_en or row.method if self.is_english else row.method
        return Chip(words, self.href(row, asked.part), f"{label} · {method}", is_figure=True)

    def paragraphs(self, text: str) -> list[list[Chip]]:
        """Return a text paragraph by paragraph."""
        return [
            [self.chip(one.asked, self.area) if one.asked else Chip(one.words) for one in pieces_of(line)]
            for line in text.split("\n")
            if line.strip()
        ]

    def section(self, row: BulletinSection) -> SectionView:
        """Return one part, with the areas below side by side where it has columns."""
        heading = row.heading_en or row.heading if self.is_english else row.heading
        text = row.text_en or row.text if self.is_english else row.text
        columns = columns_of(row.columns)
        places = sorted({place.area for place in self.figures if place.area != self.area})
        rows = [(self._place(code), [self.chip(one, code) for one in columns]) for code in places] if columns else []
        return SectionView(heading, self.paragraphs(text), [self._column(one) for one in columns], rows, row)

    def _place(self, code: str) -> str:
        row = next(row for place, row in self.figures.items() if place.area == code)
        return row.place_en or row.place if self.is_english else row.place

    def _column(self, asked: Asked) -> str:
        row = self.figures.get(Place(self.area, asked.name))
        label = asked.name.code if row is None else (row.label_en or row.label if self.is_english else row.label)
        if asked.part == "of":
            return gettext("%(label)s: of how many") % {"label": label}
        return gettext("%(label)s: how many") % {"label": label} if asked.part == "n" else label


def place_of(bulletin: Bulletin, *, language: str) -> str:
    """Return what a bulletin's area is called: as it was when it was told, whatever it is called now. One query."""
    names = bulletin.figures.filter(area=bulletin.area).values_list("place", "place_en").first()
    if names is None:
        return names_of({bulletin.area}).get(bulletin.area, bulletin.area)
    return names[1] or names[0] if language.startswith(ENGLISH) else names[0]


def plain(chips: Sequence[Chip]) -> str:
    """Return a paragraph as words."""
    return "".join(chip.words for chip in chips)


def sealed_as(bulletin: Bulletin) -> str:
    """Return the hash of all a bulletin says and of the rows behind it: who has it in the ledger can prove it."""
    columns = ("area", "day", "title", "title_en", "lead", "lead_en", "year", "number", "revision", "correction_note")
    sections = ("kind", "order", "heading", "heading_en", "text", "text_en", "columns", "is_left_out")
    figures = (
        "indicator",
        "area",
        "slice",
        "unit",
        "label",
        "label_en",
        "place",
        "place_en",
        "method",
        "method_en",
        "numerator",
        "denominator",
        "value",
        "numerator_shown",
        "denominator_shown",
    )
    said = {
        "bulletin": [str(getattr(bulletin, name)) for name in columns],
        "sections": [[str(one) for one in row] for row in bulletin.sections.order_by("order").values_list(*sections)],
        "figures": sorted(
            [*[_plain(getattr(row, name)) for name in figures], _hashed(row.rows), _hashed(row.rest)]
            for row in bulletin.figures.all()
        ),
    }
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _hashed(ids: bytes | memoryview) -> str:  # PostgreSQL gives a view of the bytes
    return hashlib.sha256(bytes(ids)).hexdigest()


def _plain(value: object) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
