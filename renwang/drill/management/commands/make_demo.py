"""``make_demo``: invent a district, and let it live through some days, by the doors everybody uses."""

import argparse
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.drill import guard
from renwang.drill.play import Plan, play
from renwang.drill.table import accounts
from renwang.foundation.access.models import User


class Command(BaseCommand):
    """Invent a district in an empty database."""

    help = "Invent a district of households that lives through some days, in an empty database."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--households", type=int, default=2000)
        parser.add_argument("--days", type=int, default=3, help="days of history, today included")
        parser.add_argument("--seed", type=int, default=7, help="the same seed, the same people")
        parser.add_argument("--quiet", action="store_true", help="say nothing but the accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            raise CommandError(_("There are accounts in this database already. A demo begins in an empty one."))
        guard.hurry()
        began = time.monotonic()

        def say(what: str) -> None:
            if not options["quiet"]:
                # Beside what is kept: `renwang demo` shows the table again at every start.
                print(f"  {time.monotonic() - began:5.1f} s  {what}", file=sys.stderr, flush=True)

        plan = Plan(now=timezone.now(), households=options["households"], days=options["days"], seed=options["seed"])
        play(plan, say=say)
        say("done")
        self.stdout.write(accounts())
