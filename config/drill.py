"""Play days of an emergency with invented people, in a database of their own, and tell what came of it."""

import argparse
import contextlib
import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from datetime import time as clock_time
from pathlib import Path
from typing import TYPE_CHECKING

from config import catalogues, serve

if TYPE_CHECKING:
    from renwang.drill.play import Plan
    from renwang.drill.world import World

# The days it all began with; any other first day is as good, and the same one makes the same play.
FIRST_DAY = date(2020, 2, 17)
EVENING = clock_time(21, 45)
# What belongs to a real installation and must not reach into a play: its keys, its line, its names, its proxy.
NOT_OURS = (
    "RENWANG_KEY_DIR",
    "RENWANG_KEYS",
    "RENWANG_SECRET_KEY",
    "RENWANG_SMPP",
    "RENWANG_PUBLIC_URL",
    "RENWANG_HTTPS",
    "RENWANG_BEHIND_PROXY",
    "RENWANG_QUIET_HOURS",
    "RENWANG_SECOND_FACTOR",
)


def main(arguments: Sequence[str]) -> int:
    """Play, and print the figures; return the exit code."""
    options = _parser().parse_args(list(arguments))
    if options.serve and (in_the_way := serve.obstacle(options.host, options.port)):
        print(f"renwang drill: {in_the_way}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what is temporary is removed
    with contextlib.ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="renwang-drill-")))
        for name in NOT_OURS:
            os.environ.pop(name, None)
        os.environ["RENWANG_DATA"] = str(folder.absolute())
        os.environ["RENWANG_DEMO"] = "1"
        catalogues.compile_stale()
        import django

        django.setup()
        return _drill(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="renwang drill",
        description="Play days of an emergency with invented people through the system's own doors, and tell what came of it. "
        "It plays in an empty database of its own that is thrown away afterwards; with DATABASE_URL in that one, which must be "
        "empty; never in one that holds a district's households.",
    )
    parser.add_argument("--households", type=_number(1, 200_000), default=2000, metavar="N")
    parser.add_argument("--days", type=_number(1, 60), default=3, metavar="N", help="days that are played (default: 3)")
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="the same number, the same play (default: 7)")
    parser.add_argument(
        "--begin", type=_day, default=FIRST_DAY, metavar="DATE", help=f"the first day (default: {FIRST_DAY})"
    )
    parser.add_argument(
        "--behaviour",
        type=Path,
        metavar="FILE",
        help="how people behave; the built-in one is renwang/drill/data/behaviour.toml",
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON, and nothing else")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep database and keys in this folder")
    parser.add_argument("--fresh", action="store_true", help="empty the database of an earlier drill first")
    parser.add_argument(
        "--serve", action="store_true", help="let the board be watched while the days pass, and afterwards"
    )
    parser.add_argument("--host", default="127.0.0.1", help="with --serve: address to listen on")
    parser.add_argument("--port", type=serve.port, default=8000, help="with --serve (default: 8000)")
    parser.add_argument(
        "--pace",
        type=_seconds,
        default=20.0,
        metavar="SECONDS",
        help="with --serve: for a played hour (default: 20; 0: as fast as it goes)",
    )
    return parser


def _drill(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from renwang.drill import behaviour, guard
    from renwang.drill.doors import ClosedDoor
    from renwang.drill.play import Plan, Watched

    began = time.monotonic()

    def say(what: str) -> None:
        print(f"  {time.monotonic() - began:6.1f} s  {what}", file=sys.stderr, flush=True)

    try:
        how = behaviour.read(options.behaviour)
        guard.prepare(fresh=options.fresh)
    except (behaviour.BehaviourRefused, guard.DatabaseRefused) as refusal:
        print(f"renwang drill: {refusal}", file=sys.stderr)
        return 1
    last = date.fromordinal(options.begin.toordinal() + options.days - 1)
    watched = Watched(options.host, options.port, options.pace, _tell_where) if options.serve else None
    plan = Plan(
        now=datetime.combine(last, EVENING, timezone.get_default_timezone()),
        households=options.households,
        days=options.days,
        seed=options.seed,
        how=how,
        watched=watched,
    )
    try:
        _play(plan, options, say, began)
    except ClosedDoor as problem:
        print(f"renwang drill: the system refused what the play counts on: {problem}", file=sys.stderr)
        return 1
    return 0


def _play(plan: "Plan", options: argparse.Namespace, say: Callable[[str], None], began: float) -> None:
    from renwang.drill.play import live_through, stage

    with stage(plan, say) as world:
        live_through(world, plan)
        _tell(world, options, wall_seconds=time.monotonic() - began)
        if plan.watched is not None:
            world.clock.run_on()
            print("The days are over; the board stays as it is. Ctrl-C ends it.", file=sys.stderr, flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()


def _tell(world: "World", options: argparse.Namespace, *, wall_seconds: float) -> None:
    from renwang.drill.figures import figures_of
    from renwang.drill.table import table

    told = figures_of(world, seed=options.seed, wall_seconds=wall_seconds)
    print(json.dumps(told.as_json(), ensure_ascii=False, indent=2) if options.json else table(told), flush=True)


def _tell_where(address: str) -> None:
    from renwang.drill.table import accounts

    print(accounts(), file=sys.stderr)
    print(f"The days pass at {address}  (sign in as district; Ctrl-C ends it)", file=sys.stderr, flush=True)


def _number(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if text.isdecimal() and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} to {most}")

    return number


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 <= float(text) <= 3600:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0 to 3600")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day like {FIRST_DAY}") from None
