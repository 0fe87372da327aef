"""``export_table TABLE --out PATH``: take a table out in an open format, with its dictionary."""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import NotAllowed
from renwang.loop.paperwork import actions, queries
from renwang.loop.paperwork.management.acting import account, area_of, check_out
from renwang.loop.paperwork.rules import TABLES, CannotDo, check_reason

FORMATS = ("csv", "parquet", "xlsx")


class Command(BaseCommand):
    """Take a table out: csv and Parquet with a dictionary beside them (a .zip holds both). Exit code 1 when it is refused."""

    help = "Take households, persons, cases, check-ins … out as csv, Parquet or a workbook."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("table", choices=sorted(TABLES), help="which table")
        parser.add_argument(
            "--out", type=Path, required=True, metavar="PATH", help="a .csv, .parquet, .xlsx or .zip file"
        )
        parser.add_argument("--format", choices=FORMATS, default="", dest="file_format", help="where PATH does not say")
        parser.add_argument("--area", default="", metavar="CODE", help="code of the area (default: all one may see)")
        parser.add_argument("--programme", default="", metavar="LEDGER", help="only the households on this ledger")
        parser.add_argument(
            "--hxl", action="store_true", help="with HXL hashtags: in the second row, and in the dictionary"
        )
        parser.add_argument("--reason", default="", help="what for: it stands in the file")
        parser.add_argument(
            "--reveal", default="", metavar="REASON", help="open protected fields; every look is logged"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--as-user", metavar="NAME", help="act with the rights of this account")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        actor = account(options["as_user"], now=now)
        area = area_of(options["area"])
        out: Path = options["out"]
        ending = out.suffix.lower().lstrip(".")
        check_out(out, {options["file_format"], "zip"} if options["file_format"] else {*FORMATS, "zip"})
        file_format = options["file_format"] or (ending if ending in FORMATS else "csv")
        opens = bool(options["reveal"])
        taking = queries.Taking(viewer=actor, area=area, now=now, programme=options["programme"], opens_sealed=opens)
        try:
            actor.check_may_anywhere("paperwork.export_table")
            if area or not actor.is_system:
                actor.check_may("paperwork.export_table", area)
            if opens:
                actor.check_may("access.reveal", area)
            reason = check_reason(options["reveal"] or options["reason"] or _("taken on the command line"))
            mark = queries.mark_for(actor, now=now, reason=reason, is_opened=opens)
            made = queries.open_table(
                table=options["table"],
                taking=taking,
                file_format=file_format,
                has_hxl=options["hxl"],
                mark=mark,
                alone=ending != "zip",
            )
            actions.take_out(
                actor=actor,
                now=now,
                what=options["table"],
                area=area,
                file_format=file_format,
                rows=made.rows,
                digest=hashlib.sha256(made.content).hexdigest(),
                looks=made.looks,
                reason=reason,
            )
        except (CannotDo, NotAllowed) as refused:
            raise CommandError(str(refused)) from None
        out.write_bytes(made.content)
        written = [str(out)]
        if ending != "zip" and file_format != "xlsx":
            # A csv has no room to say whose copy it is: the dictionary beside it says so.
            beside = out.with_suffix(".datapackage.json")
            beside.write_bytes(queries.dictionary_of(options["table"], mark=mark, hxl=options["hxl"]))
            written.append(str(beside))
        if options["json"]:
            told = {"table": options["table"], "rows": made.rows, "files": written, "revealed": opens}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        self.stdout.write(_("%(rows)d rows, written to %(files)s.") % {"rows": made.rows, "files": ", ".join(written)})
