"""The rows of the open tables: scoped to whoever takes them, protected columns masked unless opened."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.foundation.sheets.engine.cells import Value
from renwang.foundation.sheets.engine.open_formats import Column
from renwang.loop.cases import kinds as needs
from renwang.loop.cases import queries as cases
from renwang.loop.fulfilment import kinds as resources
from renwang.loop.fulfilment.models import Line as Goods
from renwang.loop.registry import queries as registry
from renwang.loop.registry.models import Division, Membership
from renwang.loop.registry.rules import DivisionLevel
from renwang.loop.rounds import queries as rounds
from renwang.loop.rounds.models import CheckIn

from ..rules import ANSWER_MASK, STANDING, TABLES, Level
from .answers import ANSWER_FIELDS, answers_of
from .days import local_day
from .lines import Look, Wanted, households, lines

STEP = 2_000


@dataclass
class Taking:
    """Who takes which table, over what; ``looks`` fill while the rows are read."""

    viewer: Actor
    area: str
    now: datetime
    programme: str = ""
    opens_sealed: bool = False
    looks: list[Look] = field(default_factory=list)
    report: Callable[[int], None] | None = None


def columns_of(code: str) -> list[Column]:
    """Return the columns of a table in the reader's language."""
    return [
        Column(one.name, str(one.label), str(one.label), one.kind, one.hxl, one.is_sealed)
        for one in TABLES[code].columns
    ]


def rows_of(code: str, taking: Taking) -> Iterator[Sequence[Value]]:
    """Yield the rows of a table in a settled order, each with a value for each column."""
    names = [column.name for column in TABLES[code].columns]
    for row in READERS[code](taking):
        yield [row.get(name) for name in names]


def _people(level: Level, fields: Mapping[str, str], key: str) -> Callable[[Taking], Iterator[dict[str, Value]]]:
    def read(taking: Taking) -> Iterator[dict[str, Value]]:
        wanted = Wanted(
            viewer=taking.viewer,
            area=taking.area,
            day=local_day(taking.now),
            now=taking.now,
            level=level,
            fields=[STANDING[code] for code in fields.values()],
            programme=taking.programme,
            opens_sealed=taking.opens_sealed,
        )
        for line in lines(wanted, report=taking.report):
            taking.looks += line.looks
            yield {key: line.subject_id, **{name: line.values[code] for name, code in fields.items()}}

    return read


_PLACE = {"division_code": "division", "subdistrict": "township", "village": "village"}


def _of_area(taking: Taking, found: QuerySet[Any], path: str, subject: str) -> QuerySet[Any]:
    """Return the rows of an area, and of a ledger where one is named."""
    found = found.filter(in_scope(path, (taking.area,)))
    if not taking.programme:
        return found
    wanted = Wanted(
        viewer=taking.viewer,
        area=taking.area,
        day=local_day(taking.now),
        now=taking.now,
        level=Level.HOUSEHOLD,
        fields=(),
        programme=taking.programme,
    )
    homes = households(wanted).values("pk")
    people = Membership.objects.filter(household__in=homes, until__isnull=True).values("person_id")
    return found.filter(Q(**{f"{subject}__in": homes}) | Q(**{f"{subject}__in": people}))


def _cases(taking: Taking) -> Iterator[dict[str, Value]]:
    found = cases.visible_cases(viewer=taking.viewer).select_related("subject", "holder", "division__parent")
    for row in _of_area(taking, found, "division_id", "subject_id").order_by("pk").iterator(chunk_size=STEP):
        yield {
            "case_id": row.pk,
            "kind": row.kind,
            "kind_name": needs.label_of(row.kind),
            "status": row.status,
            "is_urgent": row.is_urgent,
            "subject": row.subject.name,
            **_place(row.division),
            "office": row.office,
            "holder": row.holder.name if row.holder else None,
            "opened_at": timezone.localtime(row.opened_at),
            "due_at": timezone.localtime(row.due_at),
            "closed_at": timezone.localtime(row.closed_at) if row.closed_at else None,
        }


def _check_ins(taking: Taking) -> Iterator[dict[str, Value]]:
    found = rounds.visible_check_ins(viewer=taking.viewer).select_related("household", "contact__division__parent")
    if not taking.opens_sealed:
        found = found.defer("told")
    keys = list(
        _of_area(taking, found, "contact__division_id", "household_id").order_by("pk").values_list("pk", flat=True)
    )
    for start in range(0, len(keys), STEP):
        part: list[CheckIn] = list(found.filter(pk__in=keys[start : start + STEP]).order_by("pk"))
        findings = rounds.findings_for([row.pk for row in part])
        answers = answers_of(taking.viewer, part) if taking.opens_sealed else {}
        for row in part:
            told = answers.get(row.pk)
            sealed: dict[str, Value] = dict.fromkeys(("temperature", "symptoms", "travel", "needs"))
            if told is not None and not row.all_well:
                sealed = {code: ANSWER_FIELDS[code](told, None) for code in sealed}
                taking.looks.append((row.household_id, row.contact.division_id, "answers"))
            elif not row.all_well:
                # A temperature is a number: what is protected is left out, not written as a sign.
                sealed = {code: None if code == "temperature" else ANSWER_MASK for code in sealed}
            yield {
                "check_in_id": row.pk,
                "household_id": row.household_id,
                "head_name": row.household.name,
                **_place(row.contact.division),
                "told_at": timezone.localtime(row.told_at),
                "mode": row.mode,
                "all_well": row.all_well,
                "findings": "; ".join(dict.fromkeys(one.kind for one in findings.get(row.pk, ()))) or None,
                **sealed,
            }
        if taking.report:
            taking.report((start + len(part)) * 95 // len(keys))


def _received(taking: Taking) -> Iterator[dict[str, Value]]:
    seen = cases.visible_cases(viewer=taking.viewer).values("pk")
    found = Goods.objects.filter(case__in=seen, is_cancelled=False).select_related(
        "case__subject", "case__division__parent"
    )
    for row in (
        _of_area(taking, found, "case__division_id", "case__subject_id").order_by("pk").iterator(chunk_size=STEP)
    ):
        yield {
            "line_id": row.pk,
            "case_id": row.case_id,
            "subject": row.case.subject.name,
            **_place(row.case.division),
            "resource": resources.label_of(row.resource),
            "unit": resources.unit_of(row.resource),
            **{
                name: float(getattr(row, name))
                for name in ("requested", "committed", "in_transit", "received", "verified")
            },
        }


def _divisions(taking: Taking) -> Iterator[dict[str, Value]]:
    seen = registry.divisions(areas=taking.viewer.areas("registry.view")).filter(in_scope("code", (taking.area,)))
    for row in seen:
        yield {
            "code": row.code,
            "name": row.called,
            "level": row.level,
            "parent": row.parent_id,
            "lon": row.lon,
            "lat": row.lat,
        }


def _place(division: Division) -> dict[str, Value]:
    village = division.parent if division.level == DivisionLevel.GRID and division.parent else division
    street = village.parent
    return {
        "division_code": division.code,
        "subdistrict": street.called if street else None,
        "village": village.called,
    }


READERS: Mapping[str, Callable[[Taking], Iterator[dict[str, Value]]]] = {
    "households": _people(
        Level.HOUSEHOLD,
        {
            "household_number": "number",
            "head_name": "head_name",
            **_PLACE,
            "address": "address",
            "phone": "household_phone",
            "members": "member_count",
            "ledgers": "ledgers",
            "helper": "helper_name",
            "last_check_in": "told_on",
            "last_told": "told_state",
            "open_cases": "open_case_count",
        },
        "household_id",
    ),
    "persons": _people(
        Level.PERSON,
        {
            "household_number": "number",
            "head_name": "head_name",
            "name": "name",
            "relation": "relation",
            "sex": "sex",
            "born_on": "born_on",
            "age": "age",
            "id_number": "id_number",
            "phone": "phone",
            **_PLACE,
        },
        "person_id",
    ),
    "cases": _cases,
    "check_ins": _check_ins,
    "received": _received,
    "divisions": _divisions,
}
