"""``renwang import PATH``: check an office's ledger row by row, and enter the good rows."""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.models import User
from renwang.foundation.access.queries import actor_for
from renwang.foundation.access.rules import ROLES, Actor
from renwang.foundation.sheets.engine.caps import DEFAULT_CAPS, check_size
from renwang.foundation.sheets.engine.faults import SheetFault
from renwang.foundation.sheets.errors import explain
from renwang.loop.registry import actions, handlers
from renwang.loop.registry.models import ImportBatch, ImportRow
from renwang.loop.registry.queries import imports, ledgers
from renwang.loop.registry.queries.imports import Checked, RowVerdict
from renwang.loop.registry.queries.marking import marked_workbook
from renwang.loop.registry.rules import ImportStatus, Verdict
from renwang.loop.registry.rules.recognising import IGNORED
from renwang.loop.registry.rules.verdicts import in_words

SHOWN = 20
KINDS = ("auto", "households", "persons", "organisations")


class Command(BaseCommand):
    """Check a ledger and enter its good rows; the same file again changes nothing. Exit code 1 when it is refused."""

    help = "Read an office's ledger (xlsx, xls, csv) into the register, with a verdict per row."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")
        # Not `as_`: the word stands on the command line as people say it.
        parser.add_argument(
            "--as", dest="about", choices=KINDS, default="auto", help="whom the ledger is about (default: as it looks)"
        )
        parser.add_argument("--office", default="", metavar="CODE", help="whose ledger it is: relief, civil, health …")
        parser.add_argument(
            "--mapping", default="", metavar="NAME", help="the office's form whose columns count; kept under this name"
        )
        parser.add_argument(
            "--area", default="", help="code of the area whose divisions may be written in (default: all)"
        )
        parser.add_argument("--dry-run", action="store_true", help="check only, keep nothing")
        parser.add_argument(
            "--apply", choices=("good", "none"), default="good", help="enter the good rows (default), or none"
        )
        parser.add_argument(
            "--errors", type=Path, metavar="OUT.xlsx", help="write the workbook back with its faults marked"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--as-user", metavar="NAME", help="act with the rights of this account")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        try:
            size = path.stat().st_size
            check_size(size, DEFAULT_CAPS)
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except SheetFault as fault:
            raise CommandError(explain(fault)) from None
        offices = {role.office for role in ROLES.values() if role.office}
        if options["office"] and options["office"] not in offices:
            raise CommandError(
                _("There is no office %(office)s. Known are: %(offices)s.")
                % {"office": options["office"], "offices": ", ".join(sorted(offices))}
            )
        if options["errors"] is not None and options["errors"].suffix.lower() != ".xlsx":
            raise CommandError(_("The marked workbook is an .xlsx: give --errors a name that ends so."))
        told = self._dry_run(path, content, options) if options["dry_run"] else self._enter(path, content, options)
        if options["errors"] is not None:
            data = marked_workbook(content, path.name, told.rows, told.settle)
            options["errors"].write_bytes(data)
        self._tell(told, as_json=options["json"])

    def _dry_run(self, path: Path, content: bytes, options: Mapping[str, Any]) -> "Told":
        def settle(titles: Sequence[str]) -> Mapping[str, str]:
            return ledgers.saved_columns(options["office"], titles, name=options["mapping"])[0]

        found = imports.checked(
            viewer=_actor(options["as_user"]),
            content=content,
            filename=path.name,
            area=options["area"],
            now=timezone.now(),
            office=options["office"],
            about=options["about"],
            settle=settle,
        )
        if found.problem:
            raise CommandError(imports.problem_in_words(found.problem))
        if not found.total:
            raise CommandError(_("There is no row below the column titles."))
        return Told("dry-run", None, found, list(found.verdicts), settle)

    def _enter(self, path: Path, content: bytes, options: Mapping[str, Any]) -> "Told":
        now, actor = timezone.now(), _actor(options["as_user"])
        try:
            received = actions.receive_workbook(
                actor=actor,
                now=now,
                area=options["area"],
                filename=path.name,
                content=content,
                office=options["office"],
                about="" if options["about"] == "auto" else options["about"],
                mapping_name=options["mapping"],
                asks=False,
            )
        except SheetFault as fault:
            raise CommandError(explain(fault)) from None
        except actions.UnknownDivision as unknown:
            raise CommandError(str(unknown)) from None
        batch_id = received.batch_id
        report = self._progress if not options["json"] and self.stderr.isatty() else None
        found = handlers.check_batch(batch_id, now=now, ask=False, report=report)
        batch = ImportBatch.objects.defer("blob").get(pk=batch_id)
        if batch.status == ImportStatus.MAPPING:
            raise CommandError(
                _("This workbook waits on the page of imports until somebody says what its columns mean.")
            )
        if batch.status == ImportStatus.REFUSED:
            raise CommandError(imports.problem_in_words(batch.problem))
        if options["apply"] == "good":
            if batch.status == ImportStatus.CHECKED:
                try:
                    actions.apply_import(actor=actor, now=now, batch_id=batch_id)
                except actions.LooksWrong as problem:
                    raise CommandError(str(problem)) from None
            handlers.keep_apply({"batch_id": batch_id}, now=now, found=found, report=report)
            batch.refresh_from_db(fields=["status"])
        rows = [
            RowVerdict(one.row_no, Verdict(one.verdict), one.field, one.message, one.detail or "", one.row_to)
            for one in ImportRow.objects.filter(batch=batch).order_by("row_no")
        ]
        return Told(batch.status, batch, found, rows, ledgers.settled_for(batch), seen_before=received.seen_before)

    def _progress(self, percent: int) -> None:
        self.stderr.write(f"\r{percent:3d} %", ending="")

    def _tell(self, told: "Told", *, as_json: bool) -> None:
        counts = told.counts()
        wrong = [one for one in told.rows if one.verdict in (Verdict.INVALID, Verdict.CONFLICT, Verdict.DOUBTFUL)]
        if as_json:
            result = {
                "status": told.status,
                "batch": told.batch.pk if told.batch else None,
                "seen_before": told.seen_before,
                **counts,
                "mapping": told.mapping(),
                "faults": [
                    {"row": one.row, "verdict": one.verdict.value, "field": one.field, "message": in_words(one.message)}
                    for one in wrong
                ],
            }
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        if told.seen_before:
            self.stdout.write(_("This very file was sent before."))
        self.stdout.write(
            _(
                "%(rows)d rows: %(new)d new, %(changed)d changed, %(unchanged)d unchanged, %(conflict)d in conflict, "
                "%(doubtful)d doubtful, %(invalid)d invalid, %(ignored)d not data."
            )
            % counts
        )
        for one in wrong[:SHOWN]:
            place = f" [{one.field}]" if one.field else ""
            self.stdout.write(
                _("  row %(row)d%(place)s: %(message)s")
                % {"row": one.row, "place": place, "message": in_words(one.message)}
            )
        if len(wrong) > SHOWN:
            self.stdout.write(_("  … and %(more)d more") % {"more": len(wrong) - SHOWN})


class Told:
    """What an import came to: its state, its verdicts, and what its columns were taken for."""

    def __init__(
        self,
        status: str,
        batch: ImportBatch | None,
        found: Checked | None,
        rows: list[RowVerdict],
        settle: Callable[[Sequence[str]], Mapping[str, str]],
        *,
        seen_before: bool = False,
    ) -> None:
        self.status = status
        self.batch = batch
        self.seen_before = seen_before
        self.found = found
        self.rows = rows
        self.settle = settle

    def counts(self) -> dict[str, int]:
        """Return the number of rows, and how many have each verdict."""
        counts = {verdict.value: 0 for verdict in Verdict}
        for one in self.rows:
            counts[one.verdict.value] += max(one.last - one.row, 0) + 1
        return {"rows": sum(counts.values()), **counts}

    def mapping(self) -> dict[str, str | None]:
        """Return header → field; None for a column that is left out."""
        if self.batch is not None:
            pairs = list(self.batch.columns.order_by("place").values_list("title", "field"))
        else:
            pairs = [(guess.title, guess.field) for guess in self.found.guesses] if self.found else []
        return {title: None if field == IGNORED else field for title, field in pairs}


def _actor(username: str | None) -> Actor:
    if not username:
        return Actor.system()
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(_("There is no account %(name)s.") % {"name": username})
    return actor_for(user=user, now=timezone.now(), verified=True)
