"""``renwang worker``: keep what the ledger promised."""

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from renwang.foundation.audit.management.keeper import Keeper


class Command(BaseCommand):
    """Run one worker until it is told to stop."""

    help = "Keep what the ledger promised: imports, computations, messages. Several may run at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="keep all that is due now, then end")
        parser.add_argument("--pause", type=float, default=0.5, help="seconds to wait when nothing is due")

    def handle(self, *args: Any, **options: Any) -> None:
        keeper = Keeper(pause=options["pause"])
        if options["once"]:
            self.stdout.write(str(keeper.drain()))
            return

        def stop(_signal: int, _frame: FrameType | None) -> None:
            keeper.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        keeper.run()
