"""``fill_template TEMPLATE --area CODE --day DATE --out PATH``: fill an office's own empty form from what is known."""

import argparse
import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import NotAllowed
from renwang.foundation.sheets.engine.faults import SheetFault
from renwang.foundation.sheets.engine.filling import TooManyToFill
from renwang.foundation.sheets.engine.header import title_key
from renwang.foundation.sheets.engine.own_form import FORM_CAPS
from renwang.loop.paperwork import actions, queries
from renwang.loop.paperwork.management.acting import account, area_of, check_out
from renwang.loop.paperwork.rules import CannotDo, Catalogue, Field, Level, check_reason, in_words
from renwang.loop.registry.models import Programme


class Command(BaseCommand):
    """Fill a form; say what each column was filled with, and which stayed empty and why. Exit code 1 when it is refused."""

    help = "Fill an office's own empty form (xlsx or docx) for an area and a day."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("template", type=Path, metavar="TEMPLATE", help="the empty form, .xlsx or .docx")
        parser.add_argument("--area", required=True, metavar="CODE", help="code of the area (370704006201)")
        parser.add_argument("--day", required=True, metavar="DATE", help="the day the form is of (2020-02-17)")
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="HEADER=FIELD",
            dest="told",
            help="what a column holds, against what is proposed; FIELD empty: leave it empty; may come several times",
        )
        parser.add_argument("--out", type=Path, required=True, metavar="PATH", help="where the filled form is written")
        parser.add_argument("--level", choices=[one.value for one in Level], help="what one row stands for")
        parser.add_argument("--programme", default="", metavar="LEDGER", help="only the households on this ledger")
        parser.add_argument("--reason", default="", help="what for: it stands in the file")
        parser.add_argument(
            "--reveal", default="", metavar="REASON", help="open protected fields; every look is logged"
        )
        parser.add_argument("--fields", action="store_true", help="say which fields there are, in the end")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--as-user", metavar="NAME", help="act with the rights of this account")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        actor = account(options["as_user"], now=now)
        area, day = area_of(options["area"]), _day(options["day"])
        known = queries.catalogue(actor)
        template, out = options["template"], options["out"]
        content = _content(template)
        try:
            found = queries.opened(content, known, level=Level(options["level"]) if options["level"] else None)
            check_out(out, {found.kind.value})
            level = found.proposal.level
            columns, unknown = _columns(found, known, level, options["told"])
            opens = bool(options["reveal"])
            reason = check_reason(options["reveal"] or options["reason"] or _("filled on the command line"))
            if opens:
                actor.check_may("access.reveal", area)
            actor.check_may("paperwork.fill_form", area)
            made = queries.filled(
                queries.Task(
                    content=content,
                    kind=found.kind,
                    table=found.table,
                    level=level,
                    columns=columns,
                    viewer=actor,
                    area=area,
                    day=day,
                    now=now,
                    mark=queries.mark_for(actor, now=now, reason=reason, is_opened=opens),
                    programme=_programme(options["programme"]),
                    opens_sealed=opens,
                )
            )
            # Written down before the file is there: what leaves is in the ledger.
            actions.take_out(
                actor=actor,
                now=now,
                what="form",
                area=area,
                file_format=found.kind.value,
                rows=made.rows,
                digest=hashlib.sha256(made.content).hexdigest(),
                looks=made.looks,
                reason=reason,
            )
        except (SheetFault, TooManyToFill) as fault:
            raise CommandError(in_words(fault)) from None
        except (CannotDo, NotAllowed) as refused:
            raise CommandError(str(refused)) from None
        out.write_bytes(made.content)
        self._tell(options, known, found, columns, unknown, made, level)

    def _tell(
        self,
        options: dict[str, Any],
        known: Catalogue,
        found: queries.Opened,
        columns: dict[int, Field],
        unknown: dict[int, str],
        made: queries.Made,
        level: Level,
    ) -> None:
        filled = {title.path: columns[title.column].code for title in found.table.titles if title.column in columns}
        empty = {title.path: unknown[title.column] for title in found.table.titles if title.column in unknown}
        if options["json"]:
            told = {
                "out": str(options["out"]),
                "place": found.table.place,
                "level": level.value,
                "rows": made.rows,
                "mapping": filled,
                "empty": empty,
                "notes": made.notes,
                "revealed": bool(options["reveal"]),
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        self.stdout.write(
            _("%(rows)d rows in “%(place)s”, one for each %(level)s, written to %(out)s.")
            % {"rows": made.rows, "place": found.table.place, "level": level.label, "out": options["out"]}
        )
        for title in found.table.titles:
            if title.column in columns:
                one = columns[title.column]
                guarded = _(" (masked)") if one.is_sealed and not options["reveal"] else ""
                self.stdout.write(f"  {title.path} ← {one.code}: {one.label}{guarded}")
            elif title.column in unknown:
                self.stdout.write(f"  {title.path} – {unknown[title.column]}")
        for note in made.notes:
            self.stdout.write(f"  ! {note}")
        if options["fields"]:
            self.stdout.write(_("Fields for --set:"))
            for one in known.at(level):
                self.stdout.write(f"  {one.code}: {one.label}")


def _columns(
    found: queries.Opened, known: Catalogue, level: Level, told: list[str]
) -> tuple[dict[int, Field], dict[int, str]]:
    """Return what each column is filled with, and why the others stay empty; raises CannotDo for a --set nobody understands."""
    wanted: dict[int, str] = {}
    for one in told:
        header, mark, code = one.rpartition("=")
        if not mark:
            raise CannotDo(_("--set wants HEADER=FIELD, not “%(told)s”.") % {"told": one})
        places = [
            title.column
            for title in found.table.titles
            if title_key(header) in (title_key(title.text), title_key(title.path))
        ]
        if not places:
            titles = "、".join(title.path for title in found.table.titles)
            raise CannotDo(
                _("There is no column “%(header)s”. There are: %(titles)s.") % {"header": header, "titles": titles}
            )
        if code and (code not in known.by_code or level not in known.by_code[code].levels):
            codes = ", ".join(field.code for field in known.at(level))
            raise CannotDo(
                _("There is no field “%(field)s” for one row for each %(level)s. There are: %(codes)s.")
                % {"field": code, "level": level.label, "codes": codes}
            )
        wanted |= dict.fromkeys(places, code)
    columns: dict[int, Field] = {}
    empty: dict[int, str] = {}
    for title in found.table.titles:
        if title.is_serial and title.column not in wanted:
            continue
        code = wanted.get(title.column, found.proposal.fields.get(title.column, ""))
        field = known.by_code.get(code)
        if field is not None and level in field.levels:
            columns[title.column] = field
        elif title.column in wanted:
            empty[title.column] = _("left empty, as was asked")
        else:
            empty[title.column] = _("left empty: nothing we know is called this (--set %(title)s=FIELD)") % {
                "title": title.path
            }
    return columns, empty


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(_("--day wants a date such as 2020-02-17, not “%(told)s”.") % {"told": text}) from None


def _content(template: Path) -> bytes:
    """Return what a file holds; raises CommandError where it cannot be read, or is far too big for an empty form."""
    try:
        if template.stat().st_size > FORM_CAPS.zipped:
            raise CommandError(_("An empty form is smaller than 10 MB. Check that you chose the right file."))
        return template.read_bytes()
    except OSError as error:
        raise CommandError(f"{template}: {error.strerror or error}") from None


def _programme(code: str) -> str:
    if code and not Programme.objects.filter(code=code).exists():
        codes = ", ".join(Programme.objects.values_list("code", flat=True))
        raise CannotDo(_("There is no ledger “%(code)s”. There are: %(codes)s.") % {"code": code, "codes": codes})
    return code
