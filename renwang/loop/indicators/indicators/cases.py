"""What became of needs."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from django.db.models import DurationField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from renwang.loop.cases import kinds as needs
from renwang.loop.cases.models import Case, CaseStep
from renwang.loop.cases.rules import CLOCK_RUNS, LIVE, Status

from ..kinds import Indicator, register
from ..rules import Day, Tally, Unit
from .counting import grouped
from .rows import CaseRows

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def cases_as_of(day: Day, stood: frozenset[Status] = LIVE) -> QuerySet[Case]:
    """Return the cases that stood so at the moment a day is counted to: live ones, or some of them.

    What moved since is undone: a case stood where its first move after that moment began.
    """
    moves = CaseStep.objects.exclude(old=F("new")).filter(new__in=Status.values, at__gte=day.until)
    first = moves.filter(case=OuterRef("pk")).order_by("at", "pk").values("old")[:1]
    known = Case.objects.filter(opened_at__lt=day.until)
    # Cases at rest are many and hardly move: only those with a move since are looked at.
    known = known.filter(Q(status__in=LIVE) | Q(pk__in=moves.values("case_id")))
    return known.annotate(stood=Coalesce(Subquery(first), F("status"))).filter(stood__in=stood)


def verified_on(day: Day) -> QuerySet[Case]:
    """Return the cases that were verified on a day, each with the moment (``verified_at``)."""
    steps = CaseStep.objects.filter(new=Status.VERIFIED, at__gte=day.since, at__lt=day.until).exclude(old=F("new"))
    moment = steps.filter(case=OuterRef("pk")).order_by("at").values("at")[:1]
    return Case.objects.filter(pk__in=steps.values("case_id")).annotate(verified_at=Subquery(moment))


class _OfCases(Indicator):
    """What is counted over cases, by their kind."""

    unit = Unit.COUNT
    rows = CaseRows
    counts = _("cases")
    inputs: "ClassVar[tuple[StrOrPromise, ...]]" = (_("Cases"), _("Steps of cases"))

    def slice_label(self, slice: str) -> str:
        return needs.label_of(slice)


@register
class CasesOpen(_OfCases):
    """Cases on which somebody is still to act, by kind."""

    code = "cases.open"
    label = _("Open cases")
    order = 30
    better = "fewer"
    method = _(
        "Cases that are open, in hand, or met and still to be confirmed, at the moment it is counted: for a day that is over, at its "
        "end."
    )

    def tallies(self, day: Day) -> Iterable[Tally]:
        return grouped(cases_as_of(day), slice="kind")


@register
class CasesOverdue(_OfCases):
    """Cases whose clock has run out, by kind."""

    code = "cases.overdue"
    label = _("Overdue cases")
    order = 31
    better = "fewer"
    method = _(
        "Cases that are open or in hand past the time by which they should have been met, at the moment it is counted: for a day "
        "that is over, at its end."
    )

    def tallies(self, day: Day) -> Iterable[Tally]:
        return grouped(cases_as_of(day, CLOCK_RUNS).filter(due_at__lt=day.until), slice="kind")


@register
class CasesOpened(_OfCases):
    """Cases opened on the day, by kind."""

    code = "cases.opened"
    label = _("Cases opened")
    order = 32
    method = _("Cases that were opened on the day, by a finding or by hand, whatever has become of them since.")

    def tallies(self, day: Day) -> Iterable[Tally]:
        return grouped(Case.objects.filter(opened_at__gte=day.since, opened_at__lt=day.until), slice="kind")


@register
class CasesVerified(_OfCases):
    """Cases verified on the day, by kind."""

    code = "cases.verified"
    label = _("Cases verified")
    order = 33
    better = "more"
    method = _(
        "Cases of which the household itself, or a second person who looked, confirmed on the day that the need is met."
    )

    def tallies(self, day: Day) -> Iterable[Tally]:
        return grouped(verified_on(day), slice="kind")


@register
class HoursToVerified(_OfCases):
    """How long it took from the finding to the confirmation that the need is met."""

    code = "cases.hours"
    label = _("Hours from finding to verified")
    unit = Unit.HOURS
    order = 34
    better = "fewer"
    inputs = (*_OfCases.inputs, _("Findings"))
    method = _(
        "Of the cases verified on the day: the mean time from the moment it was found (of cases opened by hand, from their opening) to "
        "the moment it was confirmed."
    )

    def tallies(self, day: Day) -> Iterable[Tally]:
        found = Coalesce(F("finding__found_at"), F("opened_at"))
        took = ExpressionWrapper(F("verified_at") - found, output_field=DurationField())
        return grouped(verified_on(day), slice="kind", amount=took)
