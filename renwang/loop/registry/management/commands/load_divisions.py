"""``load_divisions PATH``: enter a list of divisions (csv or xlsx), national codes or any other system of codes."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from renwang.foundation.access.rules import Actor
from renwang.foundation.sheets.engine.faults import SheetFault
from renwang.foundation.sheets.engine.header import find_header
from renwang.foundation.sheets.engine.reading import read_workbook
from renwang.foundation.sheets.errors import explain
from renwang.loop.registry import actions
from renwang.loop.registry.engine.divisions import DivisionFault, DivisionRow, read_divisions
from renwang.loop.registry.models import Division
from renwang.loop.registry.rules import DivisionIn, DivisionLevel

TITLES = {
    "code": {"代码", "编码", "区划代码", "行政区划代码", "统计用区划代码", "code", "pcode", "p-code"},
    "name": {"名称", "区划名称", "name"},
    "name_en": {"英文名称", "name_en", "english name"},
    "level": {"级别", "层级", "level"},
    "lon": {"经度", "lon", "longitude"},
    "lat": {"纬度", "lat", "latitude"},
    "mark": {"备注", "mark"},
}
FAULTS = {
    DivisionFault.NO_CODE: gettext_lazy("no code"),
    DivisionFault.BAD_CODE: gettext_lazy("a code has digits and capital letters only"),
    DivisionFault.NO_NAME: gettext_lazy("no name"),
    DivisionFault.TWICE: gettext_lazy("this code already stands above"),
    DivisionFault.NO_PARENT: gettext_lazy("unknown parent: neither the list nor the register has a division above it"),
    DivisionFault.BAD_LEVEL: gettext_lazy("this level cannot stand here"),
    DivisionFault.BAD_PLACE: gettext_lazy("longitude and latitude are degrees, both or neither"),
}


def as_given(row: DivisionRow) -> DivisionIn:
    """Return a checked line as the action takes it."""
    return DivisionIn(
        code=row.code,
        name=row.name,
        level=DivisionLevel(row.level),
        name_en=row.name_en,
        parent=row.parent,
        lon=row.lon,
        lat=row.lat,
        is_internal=row.is_internal,
    )


class Command(BaseCommand):
    """Enter a list of divisions; twice the same changes nothing; one wrong line and nothing is entered."""

    help = (
        "Enter a list of divisions from a csv or xlsx with the columns code, name, and if there are, level, lon, lat."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("path", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        try:
            sheet = read_workbook(path).sheet()
            header = find_header(sheet.rows(), TITLES)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except SheetFault as fault:
            raise CommandError(explain(fault)) from None
        rows = list(sheet.rows(after=header.row))
        lines = [{name: str(value) for name, value in header.pick(row).items()} for row in rows]
        found = read_divisions(lines, known=dict(Division.objects.values_list("code", "level")))
        if found.errors:
            told = [
                _("row %(row)d (%(code)s): %(fault)s")
                % {"row": rows[error.line - 2].number, "code": error.code or "–", "fault": FAULTS[error.fault]}
                + (f" [{error.expected}]" if error.expected else "")
                for error in found.errors
            ]
            raise CommandError(_("Nothing was entered.") + "\n" + "\n".join(told))
        done = actions.load_divisions(
            actor=Actor.system(), now=timezone.now(), divisions=[as_given(row) for row in found.rows]
        )
        self.stdout.write(
            _("%(new)d new, %(changed)d changed, %(unchanged)d unchanged.")
            % {"new": done.new, "changed": done.changed, "unchanged": done.unchanged}
        )
