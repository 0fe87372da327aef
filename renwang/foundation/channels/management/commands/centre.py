"""``renwang centre``: a short-message centre for trainings, on this machine, with no network behind it."""

import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from renwang.foundation.channels.engine import pdus
from renwang.foundation.channels.engine.centre import Centre, Fate, delivered, every
from renwang.foundation.channels.engine.pdus import Submit
from renwang.foundation.channels.engine.segments import piece_of


class Command(BaseCommand):
    """Run a centre until it is told to stop. What is typed as NUMBER TEXT comes back as a message of that phone."""

    help = (
        "Be the short-message centre in a training: print every message; 'NUMBER TEXT' on a line answers as that phone."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=2775)
        parser.add_argument("--throttle-every", type=int, default=0, metavar="N", help="refuse each Nth for the moment")
        parser.add_argument("--drop-every", type=int, default=0, metavar="N", help="take each Nth and hang up")
        parser.add_argument("--fail-every", type=int, default=0, metavar="N", help="each Nth phone cannot be reached")

    def handle(self, *args: Any, **options: Any) -> None:
        def tell(submit: Submit, number: str) -> None:
            piece = piece_of(submit.payload, submit.coding, submit.esm_class)
            part = f" ({piece.number}/{piece.total})" if piece.total > 1 else ""
            self.stdout.write(f"→ {submit.destination}{part}: {piece.text}")

        fate: Callable[[Submit], Fate] = delivered
        for name, unusual in (
            ("fail_every", Fate(receipt="UNDELIV", error="027")),
            ("throttle_every", Fate(status=pdus.THROTTLED)),
            ("drop_every", Fate(hangs_up=True)),
        ):
            if options[name] > 0:
                fate = every(options[name], unusual, fate)
        stopped = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stopped.set())
        signal.signal(signal.SIGINT, lambda *_: stopped.set())
        with Centre(fate, host=options["host"], port=options["port"], keeps_log=False, tell=tell) as centre:
            address = f"{options['host']}:{centre.port}"
            self.stdout.write(f"RENWANG_SMPP=smpp://any:any@{address}?source=10690000")
            threading.Thread(target=self._listen, args=(centre,), daemon=True).start()
            stopped.wait()

    def _listen(self, centre: Centre) -> None:
        for line in sys.stdin:
            number, _space, text = line.strip().partition(" ")
            if number.isdecimal() and text:
                centre.say(number, text)
            else:
                self.stderr.write("NUMBER TEXT, for example: 15400000001 1 平安")
