"""What a draft would say: the sections' words and the figures they name. Reads only; the actions write it down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone, translation

from renwang.loop.registry.models import Division
from renwang.loop.registry.rules import DivisionLevel

from .. import kinds
from ..models import Bulletin, Plan
from ..rules import DEFAULT_HOUR, Name, Place, asked_in
from . import source

CHINESE, ENGLISH = kinds.LANGUAGES


@dataclass(frozen=True)
class SectionIn:
    """One section as it would be drafted, in both languages."""

    kind: str
    heading: str
    heading_en: str
    text: str
    text_en: str
    columns: str


@dataclass(frozen=True)
class FigureIn:
    """One figure that a bulletin names, with its words in both languages."""

    computed: source.Computed
    label: str
    label_en: str
    method: str
    method_en: str
    place: str
    place_en: str


@dataclass(frozen=True)
class DraftIn:
    """One bulletin as it would be drafted."""

    area: str
    day: date
    title: str
    title_en: str
    sections: tuple[SectionIn, ...]
    figures: tuple[FigureIn, ...]
    figures_at: datetime | None


def drafted(*, area: str, day: date) -> DraftIn:
    """Return what an area's bulletin of a day would say. Three queries, however many figures."""
    division = Division.objects.get(code=area)
    below = _below(area)
    computed = source.figures_of([area, *(one.code for one in below)], day)
    told = [one.told for one in computed]
    words = {language: _worded(language, area, day, told) for language in kinds.LANGUAGES}
    sections = tuple(
        SectionIn(chinese.kind, chinese.heading, english.heading, chinese.text, english.text, chinese.columns)
        for chinese, english in zip(words[CHINESE], words[ENGLISH], strict=True)
    )
    named = {asked.name for one in sections for asked in asked_in(f"{one.text} {one.text_en}")}
    in_tables = {asked.name for one in sections for asked in kinds.columns_of(one.columns)}
    figures = _figures(computed, named, in_tables, [division, *below], day)
    english_name = division.name_en or division.name
    return DraftIn(
        area=area,
        day=day,
        title=f"{division.name}{day.year}年{day.month}月{day.day}日工作通报",
        title_en=f"{english_name}: bulletin of {day.day} {_MONTHS[day.month - 1]} {day.year}",
        sections=sections,
        figures=figures,
        figures_at=max((one.computed.until for one in figures), default=None),
    )


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class _Worded:
    kind: str
    heading: str
    text: str
    columns: str


def _worded(language: str, area: str, day: date, told: Sequence[object]) -> list[_Worded]:
    """Return what every section says in one language."""
    found = []
    with translation.override(language):
        figures = kinds.Figures(area, told, source.slice_label)  # type: ignore[arg-type]
        for section in kinds.all_kinds():
            words = section.draft(figures, area=area, day=day, language=language)
            found.append(_Worded(section.code, str(section.title), words.text, " ".join(section.columns)))
    return found


def _below(area: str) -> list[Division]:
    return list(Division.objects.filter(parent_id=area).exclude(level=DivisionLevel.GRID).order_by("code"))


def _figures(
    computed: Iterable[source.Computed], named: set[Name], in_tables: set[Name], places: Sequence[Division], day: date
) -> tuple[FigureIn, ...]:
    """Return the figures a bulletin must keep: of its area all it names, of the areas below those of its tables.

    The slices of what is named are kept with it: a number that is left out must not follow from those that are not written.
    """
    by_code = {place.code: place for place in places}
    area = places[0].code
    wholes = {name.code for name in named | in_tables}
    kept = [
        one
        for one in computed
        if (one.told.place.area == area and one.told.place.name.code in wholes)
        or (one.told.place.area != area and one.told.place.name in in_tables)
    ]
    codes = {one.told.place.name.code for one in kept}
    told = {}
    for language in kinds.LANGUAGES:
        with translation.override(language):
            labels = {
                one.told.place.name: source.slice_label(*one.told.place.name) if one.told.place.name.slice else ""
                for one in kept
            }
            told[language] = (source.described(codes), labels)
    rows = source.with_rows(kept, day, area=area)
    return tuple(_figure(one, by_code[one.told.place.area], told) for one in rows)


def _figure(
    one: source.Computed, place: Division, told: dict[str, tuple[dict[str, source.Described], dict[Name, str]]]
) -> FigureIn:
    labels, methods = {}, {}
    for language, (described, slices) in told.items():
        what = described.get(one.told.place.name.code)
        part = slices[one.told.place.name]
        gap = ": " if language == ENGLISH else "："
        whole = what.label if what else one.told.place.name.code
        labels[language] = f"{whole}{gap}{part}" if part else whole
        methods[language] = what.method if what else ""
    return FigureIn(
        computed=one,
        label=labels[CHINESE],
        label_en=labels[ENGLISH],
        method=methods[CHINESE],
        method_en=methods[ENGLISH],
        place=place.name,
        place_en=place.name_en,
    )


def refreshed(bulletin: Bulletin) -> DraftIn:
    """Return a draft as it would be now: for sections nobody edited the words anew, for edited ones the figures they name."""
    fresh = drafted(area=bulletin.area, day=bulletin.day)
    edited = list(bulletin.sections.filter(is_edited=True))
    texts = " ".join([bulletin.lead, bulletin.lead_en, *(f"{one.text} {one.text_en}" for one in edited)])
    named = {asked.name for asked in asked_in(texts)}
    have = {one.computed.told.place for one in fresh.figures}
    missing = {name for name in named if Place(bulletin.area, name) not in have}
    if not missing:
        return fresh
    places = list(Division.objects.filter(code=bulletin.area))
    computed = source.figures_of([bulletin.area], bulletin.day, named=missing)
    more = _figures(computed, missing, set(), places, bulletin.day)
    return replace(fresh, figures=(*fresh.figures, *(one for one in more if one.computed.told.place not in have)))


def figures_named(bulletin: Bulletin, names: set[Name]) -> list[FigureIn]:
    """Return figures of a bulletin's area and day by name, each with its slices; what is none is left out."""
    places = list(Division.objects.filter(code=bulletin.area))
    have = set(bulletin.figures.filter(area=bulletin.area).values_list("indicator", "slice"))
    found = _figures(source.figures_of([bulletin.area], bulletin.day), names, set(), places, bulletin.day)
    return [one for one in found if one.computed.told.place.name not in have]


def figures_there(bulletin: Bulletin) -> list[tuple[Name, str, source.Computed]]:
    """Return every figure a text of a bulletin may name, with its label: those of its area on its day. Two queries."""
    computed = source.figures_of([bulletin.area], bulletin.day)
    words = source.described({one.told.place.name.code for one in computed})
    found = []
    for one in computed:
        name = one.told.place.name
        part = source.slice_label(*name) if name.slice else ""
        found.append((name, f"{words[name.code].label} {part}".strip(), one))
    return found


def wanted_at(now: datetime) -> list[tuple[str, date]]:
    """Return the areas whose bulletin of today is due and not begun yet. Two or three queries.

    A district has one at five in the afternoon unless its plan says otherwise; an area below only where its plan asks for it.
    """
    local = timezone.localtime(now)
    plans = {plan.area: plan for plan in Plan.objects.all()}
    districts = Division.objects.filter(level=DivisionLevel.DISTRICT).values_list("code", flat=True)
    hours = dict.fromkeys(districts, DEFAULT_HOUR)
    hours |= {plan.area: plan.hour for plan in plans.values()}
    due = [area for area, hour in hours.items() if local.hour >= hour and (area not in plans or plans[area].is_wanted)]
    begun = set(Bulletin.objects.filter(day=local.date(), area__in=due).values_list("area", flat=True))
    return [(area, local.date()) for area in sorted(set(due) - begun)]
