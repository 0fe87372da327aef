"""``renwang ledger verify``: find any edit or gap in the ledger."""

import json
from argparse import FileType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from renwang.foundation.audit import queries
from renwang.foundation.audit.actions.door import ledger_key
from renwang.foundation.audit.queries import Head


class Command(BaseCommand):
    """Prove that every entry is as it was written."""

    help = "Recompute the chain of every day; name every entry that was edited, removed or cut off. Exit 1 if there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--heads", type=FileType("r"), help="heads noted earlier (`renwang ledger head`), one a line"
        )
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            noted = [Head.parse(line) for line in options["heads"] or [] if line.strip()]
        except ValueError:
            raise CommandError("--heads: a line is not a head as `renwang ledger head` prints it.") from None
        flaws = list(queries.verify(key=ledger_key(), noted=noted))
        heads = queries.heads()
        total = sum(head.entries for head in heads)
        if options["json"]:
            told = [{"day": flaw.day.isoformat(), "seq": flaw.seq, "what": flaw.what} for flaw in flaws]
            self.stdout.write(json.dumps({"days": len(heads), "entries": total, "flaws": told}))
        else:
            for flaw in flaws:
                self.stdout.write(f"{flaw.day} no. {flaw.seq}: {flaw.what}")
            self.stdout.write(f"{len(heads)} days, {total} entries, {len(flaws)} flaws")
        if flaws:
            raise CommandError("The ledger is not as it was written.")
