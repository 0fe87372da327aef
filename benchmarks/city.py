"""A big invented district in the database of DATABASE_URL, written through the actions: what the other benchmarks stand on."""

import datetime as dt
import os
import random
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parent.parent
T = TypeVar("T")
BATCH = 4000
PASSWORD = "demo-district-2020"


def begin() -> None:
    """Set Django up on the database of DATABASE_URL and bring it to this version's form."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def batches(items: Iterator[T] | Sequence[T], size: int = BATCH) -> Iterator[list[T]]:
    """Yield lists of up to ``size`` items."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


class Laps:
    """Seconds by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, name: str) -> None:
        """Note the seconds since the last lap."""
        now = time.perf_counter()
        self.seconds[name] = round(now - self._since, 2)
        self._since = now


def settle(
    households: int, *, workers: int = 0, villages: int = 400, seed: int = 7, lap: Callable[[str], None]
) -> None:
    """Fill the register and give everybody a helper."""
    from django.utils import timezone

    from renwang.drill.people import Inventor
    from renwang.foundation.access.rules import Actor
    from renwang.loop.assignments import actions as assignments
    from renwang.loop.assignments.rules import STANDARD_DUTIES, WorkerIn
    from renwang.loop.registry import actions as registry
    from renwang.loop.registry.engine.divisions import DivisionRow, demo_district
    from renwang.loop.registry.models import Subject
    from renwang.loop.registry.rules import DivisionIn
    from renwang.loop.registry.rules.programmes import STANDARD_PROGRAMMES

    system, now = Actor.system(), timezone.now()
    today = timezone.localdate(now)
    rows = [row for row in demo_district().rows if row.level != "village"]
    streets = [row for row in rows if row.level == "street"]
    places = random.Random(seed)
    made = [
        DivisionRow(
            code=f"{streets[n % len(streets)].code}V{n:03d}",
            name=f"第{n}村",
            name_en=f"Village {n}",
            level="village",
            parent=streets[n % len(streets)].code,
            lon=(streets[n % len(streets)].lon or 119.2) + places.uniform(-0.05, 0.05),
            lat=(streets[n % len(streets)].lat or 36.6) + places.uniform(-0.05, 0.05),
            is_internal=True,
        )
        for n in range(villages)
    ]
    registry.load_divisions(
        actor=system,
        now=now,
        divisions=[
            DivisionIn(
                code=r.code, name=r.name, name_en=r.name_en, level=r.level, parent=r.parent, lon=r.lon, lat=r.lat
            )
            for r in [*rows, *made]
        ],
    )
    registry.define_programmes(actor=system, now=now, programmes=STANDARD_PROGRAMMES)
    assignments.define_duties(actor=system, now=now, duties=STANDARD_DUTIES)
    staff = _staff(workers or max(households // 90, 4), made, now)
    assignments.add_workers(
        actor=system, now=now, workers=[WorkerIn(user_id=user, home=code, capacity=200) for user, code in staff]
    )
    lap("divisions and staff")

    invented = Inventor(seed).households(made, households, today)
    for batch in batches(invented):
        registry.register_households(
            actor=system, now=now, households=[neighbour.told for neighbour in batch], source="benchmark"
        )
    lap("register")

    by_village: dict[str, list[int]] = {}
    for user, code in staff:
        by_village.setdefault(code, []).append(user)
    homes = Subject.objects.filter(kind="household").order_by("pk").values_list("pk", "division_id")
    pairs = [
        (by_village[code][pk % len(by_village[code])], pk)
        for pk, code in homes.iterator()
        if code in by_village and pk % 500
    ]
    for part in batches(pairs, 20_000):
        assignments.assign(actor=system, now=now, duty="helper", pairs=part, reason="benchmark")
    lap("assign")


def build(
    households: int, *, workers: int = 0, villages: int = 400, seed: int = 7, told: float = 0.6
) -> dict[str, Any]:
    """Fill the register, give everybody a helper, open a round, plan today, take in what ``told`` of them said.

    Returns figures (persons, contacts, cases, seconds by step). Everything goes through the same actions as in a district.
    """
    from django.db import connection
    from django.utils import timezone

    from renwang.foundation.access.rules import Actor
    from renwang.loop.cases.models import Case
    from renwang.loop.registry.models import Person, Subject
    from renwang.loop.rounds import actions as rounds
    from renwang.loop.rounds.models import Contact
    from renwang.loop.rounds.rules import Step

    system, now = Actor.system(), timezone.now()
    today = timezone.localdate(now)
    laps = Laps()
    lap = laps.lap
    settle(households, workers=workers, villages=villages, seed=seed, lap=lap)
    draft = rounds.RoundDraft(
        title="每日排查",
        office="health",
        area="370704",
        opens_on=today,
        closes_on=today + dt.timedelta(days=14),
        cadence="daily",
        everybody=True,
        modes=(Step("call"), Step("visit", tries=1)),
    )
    drafted = rounds.draft_round(actor=system, now=now, draft=draft)
    rounds.open_round(actor=system, now=now, round_id=drafted.round_id)
    rounds.plan_day(actor=system, now=now, day=today)
    lap("plan the day")

    for part in batches(_told(seed, told, now)):
        rounds.record_check_ins(actor=system, now=now, check_ins=part)
    lap("check-ins")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    lap("analyze")
    return {
        "households": Subject.objects.filter(kind="household").count(),
        "persons": Person.objects.count(),
        "contacts": Contact.objects.count(),
        "cases": Case.objects.count(),
        "seconds": laps.seconds,
    }


def _staff(number: int, villages: Sequence[Any], now: dt.datetime) -> list[tuple[int, str]]:
    """Return new helpers as (account, home village); the rows are written in bulk, which no screen does."""
    from django.contrib.auth.hashers import make_password

    from renwang.foundation.access.models import Grant, User

    hashed = make_password(PASSWORD)
    users = User.objects.bulk_create(
        [User(username=f"helper{n}", name=f"帮扶{n}", password=hashed, made_at=now) for n in range(number)],
        batch_size=2000,
    )
    homes = [villages[n % len(villages)].code for n in range(number)]
    Grant.objects.bulk_create(
        [Grant(user=user, role="helper", area=code, since=now) for user, code in zip(users, homes, strict=True)],
        batch_size=2000,
    )
    return [(user.pk, code) for user, code in zip(users, homes, strict=True)]


def _told(seed: int, share: float, now: dt.datetime) -> Iterator[Any]:
    """Yield what a share of the households says: mostly that all is well, one in sixteen that something is needed."""
    from renwang.loop.rounds.actions import CheckInTold
    from renwang.loop.rounds.models import Contact

    chance = random.Random(seed + 1)
    needs = ("food", "medicine", "heating", "repair", "caregiver", "other")
    details: dict[str, dict[str, Any]] = {
        "food": {"what": "大米", "days_left": 2},
        "medicine": {"what": "降压药", "days_left": 3},
        "heating": {},
        "repair": {},
        "caregiver": {},
        "other": {"words": "大门坏了"},
    }
    for pk in list(Contact.objects.order_by("pk").values_list("pk", flat=True)):
        if chance.random() >= share:
            continue
        in_need = chance.random() < 1 / 16
        need = chance.choice(needs)
        answers: dict[str, Any] = {"all_well": True}
        if in_need:
            answers = {"all_well": False, "needs": {need: details[need]}}
        yield CheckInTold(
            submission_id=uuid.UUID(int=chance.getrandbits(128), version=4),
            contact_id=pk,
            mode="call",
            answers=answers,
            told_at=now,
        )


if __name__ == "__main__":
    begin()
    print(build(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
