"""Forms, their fillings and exports: what a page lists, for whoever may see it."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.foundation.sheets.engine.cells import Value
from renwang.loop.cases import kinds as needs
from renwang.loop.cases import queries as cases
from renwang.loop.indicators import kinds as indicators
from renwang.loop.registry import queries as registry
from renwang.loop.registry.models import Membership, Subject

from ..models import Export, Figure, Filling, Form, FormColumn, FormVersion
from ..rules import INDICATOR, PLACES, Catalogue, Field, FillingStatus, Level, OpensTo
from .days import local_day
from .lines import Wanted, lines
from .scope import may_list
from .totals import Over, places, totals

VIEW = "paperwork.view"
EXAMPLES = 3


def forms(*, viewer: Actor) -> QuerySet[Form]:
    """Return the forms of the viewer's areas and of those above, with how many columns of the current version wait for a person."""
    areas = viewer.areas(VIEW)
    above = {area[:end] for area in areas for end in range(len(area) + 1)}
    latest = FormVersion.objects.filter(form=OuterRef("pk")).order_by("-number")
    seen = Form.objects.filter(in_scope("area", areas) | Q(area__in=above)) if areas else Form.objects.none()
    return seen.annotate(
        current=Subquery(latest.values("pk")[:1]), version=Subquery(latest.values("number")[:1])
    ).order_by("name", "pk")


def undecided(version_ids: Iterable[int]) -> dict[int, int]:
    """Return how many columns of versions wait for a person."""
    rows = FormColumn.objects.filter(version_id__in=list(version_ids), is_decided=False)
    return dict(rows.values_list("version_id").annotate(many=Count("pk")).order_by())


def current_version(form: Form) -> FormVersion | None:
    """Return the version that is filled now."""
    return form.versions.order_by("-number").defer("blob").first()


def due_forms(*, day: date, at: time) -> QuerySet[Form]:
    """Return the forms whose hour has come on a day and whose current version has not filled itself yet."""
    latest = FormVersion.objects.filter(form=OuterRef("pk")).order_by("-number").values("pk")[:1]
    found = Filling.objects.filter(version=OuterRef("current"), area=OuterRef("area"), day=day, is_daily=True)
    due = Form.objects.filter(daily_at__isnull=False, daily_at__lte=at).annotate(current=Subquery(latest))
    return due.filter(~Exists(found), current__isnull=False).select_related("by").order_by("pk")


def fillings(*, viewer: Actor) -> QuerySet[Filling]:
    """Return the filled forms of the viewer's areas, without their files, the latest first; opened ones only for their office."""
    found = Filling.objects.filter(in_scope("area", viewer.areas(VIEW))).defer("file")
    found = found.select_related("version__form", "by", "released_by").defer("file", "version__blob")
    offices = viewer.offices()
    if not (viewer.is_system or "command" in offices):
        # A subdistrict's own form is its own officers', who speak for no office of the district.
        own = Q(opens_sealed=False) | Q(by_id=viewer.user_id) | Q(version__form__office__in=list(offices) or [""])
        found = found.filter(own)
    return found.order_by("-asked_at", "-pk")


def waiting(*, viewer: Actor) -> QuerySet[Filling]:
    """Return the filled forms that wait for a person."""
    return fillings(viewer=viewer).filter(status__in=(FillingStatus.WAITING, FillingStatus.FAILED))


def exports(*, viewer: Actor) -> QuerySet[Export]:
    """Return what somebody asked for, the latest first, without the files: each only their own."""
    return Export.objects.filter(by_id=viewer.user_id).defer("file").order_by("-asked_at", "-pk")


def examples(
    *, viewer: Actor, version: FormVersion, catalogue: Catalogue, fields: Sequence[str], area: str, now: datetime
) -> dict[str, list[Value]]:
    """Return some values of each field, as they would come out (masked): so that a person sees what a column would hold."""
    level = Level(version.level)
    known = [catalogue.by_code[code] for code in dict.fromkeys(fields) if code in catalogue.by_code]
    known = [one for one in known if level in one.levels]
    if not may_list(viewer, version.form.programme_id or ""):
        return {}
    if level in PLACES:
        return _example_totals(viewer, version.form, level, known, area, now)
    if not known:
        return {}
    wanted = Wanted(
        viewer=viewer,
        area=area,
        day=local_day(now),
        now=now,
        level=level,
        fields=known,
        programme=version.form.programme_id or "",
    )
    found: dict[str, list[Value]] = {one.code: [] for one in known}
    for line in lines(wanted, most=40):
        for code, value in line.values.items():
            if value not in (None, "") and value not in found[code] and len(found[code]) < EXAMPLES:
                found[code].append(value)
    return found


def _example_totals(
    viewer: Actor, form: Form, level: Level, fields: Sequence[Field], area: str, now: datetime
) -> dict[str, list[Value]]:
    """Return the figures of the first place, with its name: one village is counted at once."""
    rows = places(area=area, level=level)[:1]
    if not rows:
        return {}
    over = Over(viewer, rows[0].code, local_day(now), now, form.programme_id or "")
    found = totals(over, [one.code for one in fields if one.group != "place"], rows)
    told: dict[str, list[Value]] = {
        code: [f"{rows[0].called} {count.value:f}"] for (_place, code), count in found.items()
    }
    return {**{one.code: [rows[0].called] for one in fields if one.code == "village"}, **told}


@dataclass(frozen=True, slots=True)
class RowBehind:
    """One row that a figure counts: what it is called, where it lies, which page opens it."""

    title: str
    place: str
    url_name: str
    url_id: int | str


def rows_behind(*, viewer: Actor, figure: Figure, start: int, many: int) -> tuple[list[RowBehind], int]:
    """Return a part of the rows a figure counts, as far as the viewer may see them, and how many it counts in all."""
    ids = array("q")
    ids.frombytes(bytes(figure.rows_counted))
    part = list(ids[start : start + many])
    if figure.opens_to == OpensTo.CASE:
        found = {row.pk: row for row in cases.visible_cases(viewer=viewer).filter(pk__in=part)}
        rows = [found[pk] for pk in part if pk in found]
        return [
            RowBehind(f"{row.subject.name} · {needs.label_of(row.kind)}", row.division.called, "cases:case", row.pk)
            for row in rows
        ], len(ids)
    if figure.opens_to == OpensTo.INDICATOR:
        told = indicators.get(figure.field.removeprefix(INDICATOR)).rows().lines(part, viewer=viewer)
        return [RowBehind(one.title, one.area, *(one.url or ("", one.id))) for one in told], len(ids)
    people = {
        row.pk: row for row in Subject.objects.filter(registry.visible(viewer), pk__in=part).select_related("division")
    }
    homes: dict[int, int] = {}
    if figure.opens_to == OpensTo.PERSON:
        homes = dict(
            Membership.objects.filter(person_id__in=part, until__isnull=True).values_list("person_id", "household_id")
        )
    return [
        RowBehind(people[pk].name, people[pk].division.called, "registry:household", homes.get(pk, pk))
        for pk in part
        if pk in people
    ], len(ids)
