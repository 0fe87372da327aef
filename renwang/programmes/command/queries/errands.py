"""What the command wants of somebody today, for their board and their day."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from renwang.foundation.access.rules import Actor

from ..models import Copy, Directive
from ..rules import Cadence, CopyStatus, DirectiveStatus, Duty, manages
from .copies import Tally, directives_overseen, mine, tallies
from .late import late_copies

MOST = 60  # shown; all are looked at


@dataclass(frozen=True)
class Owed:
    """One copy on which one's own unit owes something."""

    copy: Copy
    duty: Duty


@dataclass(frozen=True)
class Errands:
    """What one owes, and of which directives units still owe something."""

    own: list[Owed]
    others: list[tuple[Directive, Tally]]


def errands(*, viewer: Actor, now: datetime) -> Errands:
    """Return what one owes, the most urgent first, and the directives one steers that units are late with, those with the most
    late units first. Three queries at most."""
    own = _owed(viewer, now) if viewer.may_anywhere("command.acknowledge") else []
    others = _late(viewer, now) if viewer.may_anywhere("command.oversee") else []
    return Errands(own, others)


def _owed(viewer: Actor, now: datetime) -> list[Owed]:
    copies = Copy.objects.filter(mine(viewer=viewer), directive__status=DirectiveStatus.ISSUED)
    # What owes nothing any more stays in force for months: it must not push out what is new.
    is_told = Q(directive__cadence=Cadence.NONE) | Q(directive__cadence=Cadence.ONCE, reported_for__isnull=False)
    waiting = (
        copies.exclude(status=CopyStatus.DONE)
        .exclude(is_told, status__in=(CopyStatus.ACKNOWLEDGED, CopyStatus.IN_PROGRESS))
        .select_related("directive")
        .defer("directive__text")
        .order_by("directive__acknowledge_by", "pk")
    )
    owed = [
        Owed(one, duty)
        for one in waiting.iterator(chunk_size=500)
        if (duty := one.directive.timetable.duty(one.status, one.reported_for, now)).is_pressing(now)
    ]
    return sorted(owed, key=lambda one: (not one.duty.is_late, one.duty.due_at or now))


def _late(viewer: Actor, now: datetime) -> list[tuple[Directive, Tally]]:
    # However many directives are in force, and however old one is: whose units may be late is asked of the database.
    may_be_late = Copy.objects.filter(late_copies(now), directive=OuterRef("pk"), parent=None)
    running = directives_overseen(viewer=viewer).filter(Exists(may_be_late), status=DirectiveStatus.ISSUED)
    directives = [one for one in running.defer("text") if manages(viewer, area=one.area, office=one.office)]
    counted = tallies(directives, viewer=viewer, now=now)
    late = [(one, counted[one.pk]) for one in directives if counted[one.pk].late]
    return sorted(late, key=lambda pair: -pair[1].late)[:MOST]
