"""``import_register PATH``: check an office's workbook row by row, and enter the good rows."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.models import User
from renwang.foundation.access.queries import actor_for
from renwang.foundation.access.rules import Actor
from renwang.foundation.sheets.engine.faults import SheetFault
from renwang.foundation.sheets.errors import explain
from renwang.loop.registry import actions, handlers
from renwang.loop.registry.models import ImportBatch, ImportRow
from renwang.loop.registry.queries import imports
from renwang.loop.registry.rules import ImportStatus, Verdict

SHOWN = 20


class Command(BaseCommand):
    """Check a workbook and enter its good rows; the same file again changes nothing. Exit code 1 when it is refused."""

    help = "Read households and persons from an xlsx, xls or csv, with a verdict per row."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument(
            "--area", default="", help="code of the area whose divisions may be written in (default: all)"
        )
        parser.add_argument("--dry-run", action="store_true", help="check only, keep nothing")
        parser.add_argument(
            "--apply", choices=("good", "none"), default="good", help="enter the good rows (default), or none"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--as-user", metavar="NAME", help="act with the rights of this account")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        path: Path = options["path"]
        actor = _actor(options["as_user"])
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        if options["dry_run"]:
            found = imports.checked(viewer=actor, content=content, filename=path.name, area=options["area"], now=now)
            if found.problem:
                raise CommandError(found.problem)
            counts = {verdict.value: found.count(verdict) for verdict in Verdict}
            wrong = [(v.row, v.field, v.message) for v in found.verdicts if v.verdict is Verdict.INVALID]
            self._tell(options["json"], "dry-run", None, counts, wrong)
            return
        try:
            received = actions.receive_workbook(
                actor=actor, now=now, area=options["area"], filename=path.name, content=content
            )
        except SheetFault as fault:
            raise CommandError(explain(fault)) from None
        except actions.UnknownDivision as unknown:
            raise CommandError(str(unknown)) from None
        handlers.keep_check({"batch_id": received.batch_id}, now=now)
        batch = ImportBatch.objects.defer("blob").get(pk=received.batch_id)
        if batch.status == ImportStatus.REFUSED:
            raise CommandError(batch.problem)
        if options["apply"] == "good":
            if batch.status == ImportStatus.CHECKED:
                actions.apply_import(actor=actor, now=now, batch_id=batch.pk)
            handlers.keep_apply({"batch_id": batch.pk}, now=now)
            batch.refresh_from_db(fields=["status"])
        counts = {
            "new": batch.rows_new,
            "changed": batch.rows_changed,
            "unchanged": batch.rows_unchanged,
            "invalid": batch.rows_invalid,
        }
        rows = ImportRow.objects.filter(batch=batch, verdict=Verdict.INVALID).order_by("row_no")
        self._tell(
            options["json"],
            batch.status,
            batch.pk,
            counts,
            list(rows.values_list("row_no", "field", "message")),
            seen_before=received.seen_before,
        )

    def _tell(
        self,
        as_json: bool,
        status: str,
        batch_id: int | None,
        counts: dict[str, int],
        wrong: list[tuple[int, str, str]],
        seen_before: bool = False,
    ) -> None:
        if as_json:
            told = {
                "status": status,
                "batch": batch_id,
                "seen_before": seen_before,
                "rows": counts,
                "invalid": [{"row": row, "field": field, "message": message} for row, field, message in wrong],
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        if seen_before:
            self.stdout.write(_("This very file was sent before."))
        self.stdout.write(
            _("%(new)d new, %(changed)d changed, %(unchanged)d unchanged, %(invalid)d invalid rows.") % counts
        )
        for row, field, message in wrong[:SHOWN]:
            place = f" [{field}]" if field else ""
            self.stdout.write(
                _("  row %(row)d%(place)s: %(message)s") % {"row": row, "place": place, "message": message}
            )
        if len(wrong) > SHOWN:
            self.stdout.write(_("  … and %(more)d more") % {"more": len(wrong) - SHOWN})


def _actor(username: str | None) -> Actor:
    if not username:
        return Actor.system()
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(_("There is no account %(name)s.") % {"name": username})
    return actor_for(user=user, now=timezone.now(), verified=True)
