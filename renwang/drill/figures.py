"""What a play has come to, counted from what the system's own tables hold; only the helpers' minutes are the play's own."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from renwang.foundation.channels.models import Incoming, Message
from renwang.loop.cases.models import Case, CaseStep
from renwang.loop.cases.rules import CLOCK_RUNS, Status
from renwang.loop.registry.models import Household
from renwang.loop.rounds import kinds
from renwang.loop.rounds.models import Attempt, CheckIn, Contact, Finding
from renwang.loop.rounds.queries import ABOUT
from renwang.loop.rounds.rules import ContactState

from .world import World


@dataclass(frozen=True)
class Day:
    """One day: how many were asked, what has come of it by mode, how many were not reached."""

    day: str
    asked: int
    answered: dict[str, int]
    unreached: int


@dataclass(frozen=True)
class Figures:
    """All that is told of a play. Those from ``households`` to ``wall_seconds`` are promised to whoever reads the JSON."""

    households: int
    asked: int  # households × slots of a day
    double_asked: int
    answered: dict[str, int]  # by mode
    unreached: int
    findings: dict[str, int]  # by kind
    cases: dict[str, int]  # opened, met, verified, overdue
    messages: dict[str, int]  # sent, delivered, failed; not_needed: taken back before they went out
    helper_minutes: int
    wall_seconds: float
    seed: int = 0
    days: list[Day] = field(default_factory=list)
    dispositions: dict[str, int] = field(default_factory=dict)
    tries_in_vain: dict[str, int] = field(default_factory=dict)  # by mode
    replies: dict[str, int] = field(default_factory=dict)  # by what became of them
    minutes: dict[str, int] = field(default_factory=dict)  # of helpers, by what they did
    requests: int = 0  # over HTTP

    def as_json(self) -> dict[str, Any]:
        """Return it for machines."""
        return asdict(self)


def figures_of(world: World, *, seed: int, wall_seconds: float) -> Figures:
    """Count everything."""
    contacts = Contact.objects.all()
    now = world.days.until
    return Figures(
        households=Household.objects.filter(subject__is_current=True).count(),
        asked=contacts.count(),
        double_asked=double_asked(world.rung),
        answered=_answered(),
        unreached=contacts.filter(state=ContactState.UNREACHED).count(),
        findings=_counted(Finding.objects.values_list("kind").annotate(n=Count("pk"))),
        cases={
            "opened": Case.objects.count(),
            "met": _ever(Status.MET),
            "verified": _ever(Status.VERIFIED),
            "overdue": Case.objects.filter(status__in=CLOCK_RUNS, due_at__lt=now).count(),
        },
        messages=_messages(),
        helper_minutes=round(sum(world.worked.values())),
        wall_seconds=round(wall_seconds, 1),
        seed=seed,
        days=[_day(day) for day in world.days.all()],
        dispositions=_counted(contacts.values_list("disposition").annotate(n=Count("pk"))),
        tries_in_vain=_counted(Attempt.objects.values_list("mode").annotate(n=Count("pk"))),
        replies=_counted(Incoming.objects.values_list("state").annotate(n=Count("pk"))),
        minutes={name: round(minutes) for name, minutes in sorted(world.worked.items())},
        requests=world.doors.requests,
    )


def double_asked(rung: Mapping[int, int]) -> int:
    """Return how many households were asked more than once in one slot of a day, each slot counted.

    That is: a second contact; a message that rang twice (``rung``: how often phones got a message of a contact); anything by
    which somebody turned to a household that had answered (a message put on the wire, a try); a second answer that counts.
    """
    slots = Contact.objects.values("household_id", "day", "slot").annotate(n=Count("pk")).filter(n__gt=1)
    found: set[tuple[int, date, int]] = {(row["household_id"], row["day"], row["slot"]) for row in slots}
    told: dict[int, datetime] = {}
    twice: set[int] = set()
    counting = CheckIn.objects.filter(staleness="").order_by("told_at", "pk")
    for contact_id, told_at in counting.values_list("contact_id", "told_at"):
        if contact_id in told:
            twice.add(contact_id)
        told.setdefault(contact_id, told_at)
    wired = Counter[int]()
    messages = Message.objects.filter(about=ABOUT, about_id__isnull=False, wired_at__isnull=False)
    for about_id, wired_at in messages.values_list("about_id", "wired_at"):
        if about_id is None or wired_at is None:
            continue
        wired[about_id] += 1
        if about_id in told and wired_at > told[about_id]:
            twice.add(about_id)
    twice |= {contact_id for contact_id, times in rung.items() if times > wired[contact_id]}
    tries = Attempt.objects.exclude(mode="sms").values_list("contact_id", "at")
    twice |= {contact_id for contact_id, at in tries if contact_id in told and at > told[contact_id]}
    found |= set(Contact.objects.filter(pk__in=twice).values_list("household_id", "day", "slot"))
    return len(found)


def _answered(**of_day: object) -> dict[str, int]:
    counted = _counted(
        Contact.objects.filter(state=ContactState.REACHED, **of_day).values_list("mode").annotate(n=Count("pk"))
    )
    return {mode.code: counted.get(mode.code, 0) for mode in kinds.all_modes()}


def _day(day: date) -> Day:
    contacts = Contact.objects.filter(day=day)
    return Day(
        day.isoformat(), contacts.count(), _answered(day=day), contacts.filter(state=ContactState.UNREACHED).count()
    )


def _ever(status: Status) -> int:
    """Return how many cases have ever been so far."""
    return CaseStep.objects.filter(new=status).values("case_id").distinct().count()


def _messages() -> dict[str, int]:
    return Message.objects.aggregate(
        sent=Count("pk", filter=Q(sent_at__isnull=False)),
        delivered=Count("pk", filter=Q(state="delivered")),
        failed=Count("pk", filter=Q(state="failed") & ~Q(fault="cancelled")),
        not_needed=Count("pk", filter=Q(state="failed", fault="cancelled")),
    )


def _counted(rows: Any) -> dict[str, int]:
    return {str(name or "-"): int(n) for name, n in sorted(rows.order_by())}
