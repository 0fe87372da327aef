"""Directives and copies as their readers see them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor

from ..models import Attachment, Copy, CopyStep, Directive, Reminder, Report, ReportedFigure
from ..rules import ROLE_OF, CopyStatus, Duty, DutyKind, UnitKind
from .units import name_of


def duty_of(copy: Copy, now: datetime) -> Duty:
    """Return what a unit has to do next; nothing once its directive is not in force any more."""
    if not copy.directive.is_in_force:
        return Duty(DutyKind.NOTHING)
    return copy.directive.timetable.duty(copy.status, copy.reported_for, now)


def mine(*, viewer: Actor, prefix: str = "") -> Q:
    """Return the filter "a copy of a unit the viewer answers for"."""
    if viewer.is_system:
        return Q(**{f"{prefix}pk__isnull": False})
    found = Q(pk__in=[])
    kind_of = {role: kind for kind, role in ROLE_OF.items()}
    for grant in viewer.usable_grants():
        if grant.is_lent or not grant.allows("command.acknowledge"):
            continue
        here = in_scope(f"{prefix}division_id", (grant.area,))
        if grant.role in kind_of:
            found |= Q(here, **{f"{prefix}kind": kind_of[grant.role]})
        if grant.definition.office:
            found |= Q(here, **{f"{prefix}kind": UnitKind.OFFICE, f"{prefix}office": grant.definition.office})
    return found


def directives_overseen(*, viewer: Actor) -> QuerySet[Directive]:
    """Return the directives of the areas a viewer oversees, the newest first."""
    found = Directive.objects.filter(in_scope("area", viewer.areas("command.oversee")))
    return found.select_related("by").order_by("-issued_at", "-pk")


def copies_seen(*, viewer: Actor) -> QuerySet[Copy]:
    """Return the copies a viewer may see: of directives they oversee, of their units, and those their units passed on."""
    overseen = in_scope("directive__area", viewer.areas("command.oversee"))
    return Copy.objects.filter(overseen | mine(viewer=viewer) | mine(viewer=viewer, prefix="parent__"))


def directives_seen(*, viewer: Actor) -> QuerySet[Directive]:
    """Return the directives a viewer may see."""
    seen = copies_seen(viewer=viewer).values("directive_id")
    overseen = in_scope("area", viewer.areas("command.oversee"))
    return Directive.objects.filter(overseen | Q(pk__in=seen)).select_related("by", "ended_by", "round")


def copy_seen(copy_id: int, *, viewer: Actor) -> Copy | None:
    """Return a copy the viewer may see."""
    found = copies_seen(viewer=viewer).filter(pk=copy_id)
    return found.select_related("directive__by", "directive__ended_by", "division", "parent", "acknowledged_by").first()


def attachment_seen(attachment_id: int, *, viewer: Actor) -> Attachment | None:
    """Return a file of a directive or a report the viewer may see."""
    copies = copies_seen(viewer=viewer)
    overseen = in_scope("directive__area", viewer.areas("command.oversee"))
    of_directives = overseen | Q(directive_id__in=copies.values("directive_id"))
    seen = Attachment.objects.filter(of_directives | Q(report__copy_id__in=copies.values("pk")))
    return seen.filter(pk=attachment_id).first()


def attachments_of(directive: Directive) -> list[Attachment]:
    """Return the files of a directive without their contents. The caller may see the directive."""
    return list(Attachment.objects.filter(directive=directive).defer("content").order_by("pk"))


def inbox(*, viewer: Actor) -> QuerySet[Copy]:
    """Return the copies of the viewer's units: those to act on first, then the newest."""
    found = Copy.objects.filter(mine(viewer=viewer)).select_related("directive", "division")
    return found.order_by("-directive__issued_at", "-pk")


@dataclass(frozen=True, slots=True)
class Tally:
    """How far the units of one directive are."""

    sent: int = 0
    acknowledged: int = 0
    reported: int = 0
    done: int = 0
    late: int = 0
    late_to_acknowledge: int = 0
    returned: int = 0

    @property
    def waiting(self) -> int:
        """How many have not acknowledged."""
        return self.sent - self.acknowledged

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


def tally_of(directive: Directive, status: str, reported_for: date | None, n: int, now: datetime) -> Tally:
    """Return what ``n`` copies in one state count for."""
    timetable = directive.timetable
    is_running = directive.is_in_force
    return Tally(
        sent=n,
        acknowledged=0 if status == CopyStatus.SENT else n,
        reported=n if reported_for is not None else 0,
        done=n if status == CopyStatus.DONE else 0,
        late=n if is_running and timetable.is_late(status, reported_for, now) else 0,
        late_to_acknowledge=n if is_running and status == CopyStatus.SENT and now > directive.acknowledge_by else 0,
        returned=n if status == CopyStatus.RETURNED else 0,
    )


def tallies(directives: Sequence[Directive], *, viewer: Actor, now: datetime) -> dict[int, Tally]:
    """Return how far the units are that each directive was sent to, as far as the viewer sees them. One query, of none too."""
    by_id = {one.pk: one for one in directives}
    found: dict[int, Tally] = defaultdict(Tally)
    rows = (
        copies_seen(viewer=viewer)
        .filter(directive_id__in=[0, *by_id], parent=None)
        .values_list("directive_id", "status", "reported_for")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for directive_id, status, reported_for, n in rows:
        found[directive_id] += tally_of(by_id[directive_id], status, reported_for, n, now)
    return found


@dataclass(frozen=True)
class Row:
    """One unit in the matrix of a directive."""

    copy: Copy
    name: str
    duty: Duty
    figures: dict[int, Decimal] = field(default_factory=dict)
    below: Tally = field(default_factory=Tally)

    @property
    def is_waiting(self) -> bool:
        """Whether the unit has not acknowledged."""
        return self.copy.status == CopyStatus.SENT


@dataclass(frozen=True)
class Shown:
    """The matrix of a directive, or of what one unit passed on."""

    rows: list[Row] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)  # of these units
    below: Tally = field(default_factory=Tally)  # of those they passed it on to

    @property
    def owes(self) -> bool:
        """Whether any unit owes anything."""
        return any(row.duty.is_open for row in self.rows)

    def that(self, which: str) -> list[Row]:
        """Return the rows of one view: waiting, late, reported, unreported, returned, done; anything else is all."""
        tests: dict[str, Callable[[Row], bool]] = {
            "waiting": lambda row: row.is_waiting,
            "late": lambda row: row.duty.is_late,
            "reported": lambda row: row.copy.reported_for is not None,
            "unreported": lambda row: row.copy.reported_for is None,
            "returned": lambda row: row.copy.status == CopyStatus.RETURNED,
            "done": lambda row: row.copy.status == CopyStatus.DONE,
        }
        return [row for row in self.rows if tests[which](row)] if which in tests else self.rows

    def in_order(self, which: str) -> list[Row]:
        """Return the rows of one view, who is late first, then who has not acknowledged, then by unit."""
        return sorted(self.that(which), key=lambda row: (not row.duty.is_late, not row.is_waiting))


def drawn(directive: Directive, copies: QuerySet[Copy], *, viewer: Actor, now: datetime) -> Shown:
    """Return copies of one directive as rows, in the order of their units. Four queries."""
    found = list(
        copies.select_related("directive", "division", "acknowledged_by").order_by("kind", "division_id", "office")
    )
    order = {UnitKind.OFFICE: 0, UnitKind.STREET: 1, UnitKind.VILLAGE: 2}
    found.sort(key=lambda one: (one.division_id if one.kind != UnitKind.OFFICE else "", order[UnitKind(one.kind)]))
    below = _below(directive, [one.pk for one in found], viewer=viewer, now=now)
    figures = _figures([one.pk for one in found])
    nothing = Tally()
    rows = [
        Row(
            copy=one,
            name=name_of(one.unit, one.division.called),
            duty=duty_of(one, now),
            figures=figures.get(one.pk, {}),
            below=below.get(one.pk, nothing),
        )
        for one in found
    ]
    tally = nothing
    for one in found:
        tally += tally_of(directive, one.status, one.reported_for, 1, now)
    return Shown(rows, tally, sum(below.values(), nothing))


def children_of(copy: Copy, *, viewer: Actor) -> QuerySet[Copy]:
    """Return the copies a unit passed on, as far as the viewer sees them."""
    return copies_seen(viewer=viewer).filter(parent=copy)


def _below(directive: Directive, copy_ids: Collection[int], *, viewer: Actor, now: datetime) -> dict[int, Tally]:
    found: dict[int, Tally] = defaultdict(Tally)
    rows = (
        copies_seen(viewer=viewer)
        .filter(parent_id__in=copy_ids)
        .values_list("parent_id", "status", "reported_for")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for parent_id, status, reported_for, n in rows:
        found[parent_id] += tally_of(directive, status, reported_for, n, now)
    return found


def standing_reports(copy_ids: Collection[int]) -> QuerySet[Report]:
    """Return the latest report of each copy that was neither corrected nor returned."""
    standing = Report.objects.filter(copy_id=OuterRef("pk"), returned_at=None, corrected_by=None)
    latest = Subquery(standing.order_by("-for_day", "-told_at", "-pk").values("pk")[:1])
    return Report.objects.filter(pk__in=Copy.objects.filter(pk__in=copy_ids).annotate(latest=latest).values("latest"))


def _figures(copy_ids: Collection[int]) -> dict[int, dict[int, Decimal]]:
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    rows = ReportedFigure.objects.filter(report__in=standing_reports(copy_ids))
    for copy_id, figure_id, value in rows.values_list("report__copy_id", "figure_id", "value"):
        found[copy_id][figure_id] = value
    return found


def totals(rows: Iterable[Row]) -> dict[int, Decimal]:
    """Return the sum of each figure over the latest reports of some units."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        for figure_id, value in row.figures.items():
            found[figure_id] += value
    return found


def reports_of(copy: Copy) -> list[Report]:
    """Return what a unit told, the newest first, with figures and files. Three queries. The caller may see the copy."""
    found = Report.objects.filter(copy=copy).select_related("by", "returned_by", "corrected_by")
    files = Prefetch("attachments", Attachment.objects.defer("content").order_by("pk"))
    return list(found.prefetch_related("figures__figure", files).order_by("-told_at", "-pk")[:100])


def moments_of(copy: Copy) -> list[CopyStep | Reminder]:
    """Return the steps of a copy and its reminders, the newest first. Two queries."""
    steps = CopyStep.objects.filter(copy=copy).select_related("by").order_by("-at", "-pk")[:100]
    reminders = Reminder.objects.filter(copy=copy).select_related("by").order_by("-at", "-pk")[:50]
    both: list[CopyStep | Reminder] = [*steps, *reminders]
    return sorted(both, key=lambda one: one.at, reverse=True)
