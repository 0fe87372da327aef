"""What the command wants of somebody today, for their board and their day."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from renwang.foundation.access.rules import Actor

from ..models import Copy, Directive
from ..rules import Cadence, CopyStatus, DirectiveStatus, Duty, manages
from .copies import Tally, directives_overseen, mine, tallies

MOST = 60


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
    """Return what one owes, the most urgent first, and the directives one steers that units are late with. Three queries at most."""
    own: list[Owed] = []
    if viewer.may_anywhere("command.acknowledge"):
        copies = Copy.objects.filter(mine(viewer=viewer), directive__status=DirectiveStatus.ISSUED)
        # What owes nothing any more stays in force for months: it must not push out what is new.
        is_told = Q(directive__cadence=Cadence.NONE) | Q(directive__cadence=Cadence.ONCE, reported_for__isnull=False)
        copies = (
            copies.exclude(status=CopyStatus.DONE)
            .exclude(is_told, status__in=(CopyStatus.ACKNOWLEDGED, CopyStatus.IN_PROGRESS))
            .select_related("directive")
            .order_by("directive__acknowledge_by", "pk")
        )
        owed = [Owed(one, one.directive.timetable.duty(one.status, one.reported_for, now)) for one in copies[:MOST]]
        own = [one for one in owed if one.duty.is_pressing(now)]
        own.sort(key=lambda one: (not one.duty.is_late, one.duty.due_at or now))
    others: list[tuple[Directive, Tally]] = []
    if viewer.may_anywhere("command.oversee"):
        running = directives_overseen(viewer=viewer).filter(status=DirectiveStatus.ISSUED)[:MOST]
        directives = [one for one in running if manages(viewer, area=one.area, office=one.office)]
        counted = tallies(directives, viewer=viewer, now=now)
        others = [(one, counted[one.pk]) for one in directives if counted[one.pk].late]
    return Errands(own, others)
