"""What cases asked for, and what became of it: promised, received, confirmed. Only what the household confirmed is progress."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Case, F, Q, QuerySet, Sum, When
from django.utils.translation import gettext_lazy as _

from renwang.loop.fulfilment import kinds as resources
from renwang.loop.fulfilment.models import Line, Movement
from renwang.loop.fulfilment.rules import Step

from ..kinds import Indicator, register
from ..rules import Day, Tally, Unit
from .counting import grouped
from .rows import LineRows

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Long enough that what was asked for on Monday is not forgotten on Wednesday, short enough that old success hides no new delay.
DAYS = timedelta(days=7)


def asked_for(day: Day) -> QuerySet[Line]:
    """Return what cases asked for in the seven days up to the moment a day is counted to, without what was taken back."""
    begins = day.since - DAYS + timedelta(days=1)
    return Line.objects.filter(made_at__gte=begins, made_at__lt=day.until, is_cancelled=False)


def in_full(day: Day, *steps: Step) -> "QuerySet[Any, Any]":
    """Return the lines whose whole quantity had taken a step by then: what was lost on the way is promised anew."""
    moved = Movement.objects.filter(step__in=steps, at__lt=day.until, line__made_at__gte=day.since - DAYS)
    told = Sum(Case(When(step=Step.LOSE, then=-F("quantity")), default=F("quantity")))
    by_line = moved.values("line_id", "line__requested").annotate(told=told)
    return by_line.filter(told__gte=F("line__requested")).values("line_id")


class _OfLines(Indicator):
    """What is counted over lines, by what they are of. Kilograms and visits do not add up: lines are counted, not quantities."""

    unit = Unit.COUNT
    rows = LineRows
    counts = _("requests")
    inputs: "ClassVar[tuple[StrOrPromise, ...]]" = (_("Goods and visits of cases"), _("Movements of goods and visits"))

    def slice_label(self, slice: str) -> str:
        return resources.label_of(slice)


@register
class SuppliesRequested(_OfLines):
    """What was asked for, by what it is."""

    code = "supplies.requested"
    label = _("Goods and visits asked for")
    order = 40
    method = _(
        "Requests of cases for goods or visits in the seven days up to and including the day, without those that were taken back. "
        "One request may be of several pieces."
    )

    def tallies(self, day: Day) -> Iterable[Tally]:
        return _by_item(asked_for(day))


@register
class SuppliesCommitted(_OfLines):
    """What somebody has promised."""

    code = "supplies.committed"
    label = _("Goods and visits promised")
    order = 41
    better = "more"
    method = _(
        "Of the requests of the seven days: those whose whole quantity somebody has promised by the moment it is counted. What was "
        "lost on the way must be promised anew. A promise is no progress."
    )

    def tallies(self, day: Day) -> Iterable[Tally]:
        return _by_item(asked_for(day).filter(pk__in=in_full(day, Step.COMMIT, Step.LOSE)))


@register
class SuppliesReceived(_OfLines):
    """What came."""

    code = "supplies.received"
    label = _("Goods and visits received")
    order = 42
    better = "more"
    method = _(
        "Of the requests of the seven days: those whose whole quantity was handed over by the moment it is counted, as whoever "
        "brought it says."
    )

    def tallies(self, day: Day) -> Iterable[Tally]:
        return _by_item(asked_for(day).filter(pk__in=in_full(day, Step.RECEIVE)))


@register
class SuppliesVerified(_OfLines):
    """How far it is: what the household has confirmed, of all that was asked for."""

    code = "supplies.verified"
    label = _("Goods and visits confirmed")
    unit = Unit.PERCENT
    order = 43
    better = "more"
    method = _(
        "Of the requests of the seven days: the share whose whole quantity the household itself, or a second person who looked, has "
        "confirmed by the moment it is counted. Only this is progress."
    )

    def tallies(self, day: Day) -> Iterable[Tally]:
        return _by_item(asked_for(day), counted=Q(pk__in=in_full(day, Step.VERIFY)))


def _by_item(lines: QuerySet[Line], counted: Q | None = None) -> Iterable[Tally]:
    return grouped(lines, area="case__division_id", slice="resource", counted=counted)
