"""A directive goes out, is taken back, or gives way to another."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import ROLES, Actor
from renwang.foundation.audit.actions import action
from renwang.loop.registry.models import Division
from renwang.loop.registry.rules import DivisionLevel

from ..events import DirectiveIssued, DirectiveWithdrawn
from ..models import AskedFigure, Copy, CopyStep, Directive
from ..rules import (
    DIRECTIVE_MOVES,
    MOST_FIGURES,
    Cadence,
    CopyStatus,
    DirectiveIncomplete,
    DirectiveStatus,
    FigureAsked,
    FileTold,
    NotInForce,
    NotTheIssuer,
    NumberTaken,
    Refused,
    Unit,
    UnitKind,
    UnknownDirective,
    Urgency,
    check_files,
    check_reason,
    manages,
)
from .attaching import attach

LONGEST = timedelta(days=400)
LEVEL_OF = {UnitKind.STREET: DivisionLevel.STREET, UnitKind.VILLAGE: DivisionLevel.VILLAGE}


@dataclass(frozen=True, kw_only=True)
class DirectiveDraft:
    """All that one directive is, before it is issued."""

    number: str
    title: str
    text: str
    office: str
    area: str
    units: tuple[Unit, ...]
    acknowledge_by: datetime
    urgency: str = Urgency.PLAIN
    cadence: str = Cadence.NONE
    report_by: datetime | None = None
    closes_on: date | None = None
    figures: tuple[FigureAsked, ...] = ()
    files: tuple[FileTold, ...] = field(default=(), repr=False)


@action
def issue_directive(
    *,
    actor: Actor,
    now: datetime,
    draft: DirectiveDraft,
    submission_id: UUID,
    supersedes_id: int | None = None,
    reason: str = "",
) -> DirectiveIssued:
    """Send a directive to units, once however often it is sent; with ``supersedes_id`` it takes another's place.

    Raises DirectiveIncomplete, NumberTaken, FileRefused, NotTheIssuer, NotInForce, ReasonMissing.
    """
    actor.check_may("command.issue_directive", draft.area)
    if not manages(actor, area=draft.area, office=draft.office):
        raise NotTheIssuer
    before = Directive.objects.filter(submission_id=submission_id).first()
    if before is not None:
        return _issued(before, actor)
    _check(draft, now)
    check_files(draft.files)
    old = _superseded(actor, supersedes_id)
    said = check_reason(reason) if old else ""
    try:
        with transaction.atomic():
            made = Directive.objects.create(
                submission_id=submission_id,
                number=draft.number.strip(),
                title=draft.title.strip(),
                text=draft.text.strip(),
                office=draft.office,
                area=draft.area,
                urgency=draft.urgency,
                acknowledge_by=draft.acknowledge_by,
                cadence=draft.cadence,
                report_by=draft.report_by,
                closes_on=draft.closes_on,
                issued_at=now,
                by_id=actor.user_id,
                supersedes=old,
            )
    except IntegrityError as error:
        # The same form came twice at once, or two offices took one number.
        before = Directive.objects.filter(submission_id=submission_id).first()
        if before is not None:
            return _issued(before, actor)
        if old and Directive.objects.filter(supersedes=old).exists():
            raise NotInForce from error
        raise NumberTaken(
            _("The number %(number)s is used already. Take the next one.") % {"number": draft.number}
        ) from error
    if old:
        _end(old, DirectiveStatus.SUPERSEDED, actor, now, said)
    AskedFigure.objects.bulk_create(
        [
            AskedFigure(directive=made, order=place, label=one.label.strip(), unit=one.unit.strip(), kind=one.kind)
            for place, one in enumerate(draft.figures)
        ]
    )
    attach(draft.files, actor=actor, now=now, directive=made)
    units = sorted(set(draft.units))
    Copy.objects.bulk_create(
        [
            Copy(directive=made, kind=unit.kind, division_id=unit.division, office=unit.office, sent_at=now)
            for unit in units
        ],
        batch_size=2000,
    )
    return _issued(made, actor, is_new=True)


@action
def withdraw_directive(*, actor: Actor, now: datetime, directive_id: int, reason: str) -> DirectiveWithdrawn:
    """Take a directive back, with a reason all its units read. Raises NotTheIssuer, NotInForce, ReasonMissing."""
    directive = Directive.objects.filter(pk=directive_id).first()
    if directive is None:
        raise UnknownDirective
    actor.check_may("command.withdraw_directive", directive.area)
    if not manages(actor, area=directive.area, office=directive.office):
        raise NotTheIssuer
    _end(directive, DirectiveStatus.WITHDRAWN, actor, now, check_reason(reason))
    return DirectiveWithdrawn(directive_id=directive_id)


def _superseded(actor: Actor, directive_id: int | None) -> Directive | None:
    if directive_id is None:
        return None
    old = Directive.objects.filter(pk=directive_id).first()
    if old is None:
        raise UnknownDirective
    if not manages(actor, area=old.area, office=old.office):
        raise NotTheIssuer
    if not old.is_in_force:
        raise NotInForce
    return old


def _end(directive: Directive, new: DirectiveStatus, actor: Actor, now: datetime, reason: str) -> None:
    seen = DirectiveStatus(directive.status)
    still = Directive.objects.filter(pk=directive.pk, status=seen)
    if new not in DIRECTIVE_MOVES[seen] or not still.update(
        status=new, ended_at=now, ended_by_id=actor.user_id, end_reason=reason
    ):
        raise NotInForce


def _issued(directive: Directive, actor: Actor, *, is_new: bool = False) -> DirectiveIssued:
    if not is_new and directive.by_id != actor.user_id:
        raise Refused(_("This form was sent before, for something else. Open the page again."))
    copies = Copy.objects.filter(directive=directive, parent=None).order_by("pk").values_list("pk", flat=True)
    return DirectiveIssued(
        directive_id=directive.pk,
        copy_ids=tuple(copies),
        superseded_id=directive.supersedes_id,
        is_repeat=not is_new,
    )


def _check(draft: DirectiveDraft, now: datetime) -> None:
    for words, is_missing in (
        (_("Give the directive a number."), not draft.number.strip()),
        (_("Give the directive a title."), not draft.title.strip()),
        (_("Write what is to be done."), not draft.text.strip()),
        (_("Choose at least one unit."), not draft.units),
    ):
        if is_missing:
            raise DirectiveIncomplete(words)
    if draft.acknowledge_by <= now:
        raise DirectiveIncomplete(_("The time to acknowledge has passed already. Choose a later one."))
    if draft.acknowledge_by > now + LONGEST:
        raise DirectiveIncomplete(_("The time to acknowledge is more than a year away."))
    if draft.urgency not in Urgency.values or draft.cadence not in Cadence.values:
        raise DirectiveIncomplete(_("Choose one of the list."))
    _check_reports(draft, now)
    _check_figures(draft)
    _check_units(draft)


def _check_reports(draft: DirectiveDraft, now: datetime) -> None:
    if draft.cadence == Cadence.NONE:
        if draft.report_by or draft.figures:
            raise DirectiveIncomplete(_("Say how often units report, or ask for no figures and no report."))
    elif draft.report_by is None:
        raise DirectiveIncomplete(_("Say by when the first report is due."))
    elif not draft.acknowledge_by <= draft.report_by <= now + LONGEST:
        raise DirectiveIncomplete(
            _("The first report cannot be due before the time to acknowledge, nor in more than a year.")
        )
    last = draft.report_by or draft.acknowledge_by
    if draft.closes_on and not timezone.localdate(last) <= draft.closes_on <= timezone.localdate(now + LONGEST):
        raise DirectiveIncomplete(_("The last day lies before what is asked for, or more than a year away."))


def _check_figures(draft: DirectiveDraft) -> None:
    if len(draft.figures) > MOST_FIGURES:
        raise DirectiveIncomplete(_("At most %(most)d figures, please.") % {"most": MOST_FIGURES})
    labels = [one.label.strip() for one in draft.figures]
    if not all(labels) or len(set(labels)) != len(labels):
        raise DirectiveIncomplete(_("Every figure needs a name of its own."))


def _check_units(draft: DirectiveDraft) -> None:
    levels = dict(Division.objects.filter(pk__in={one.division for one in draft.units}).values_list("pk", "level"))
    offices = {role.office for role in ROLES.values() if role.office}
    for unit in draft.units:
        fits = (
            unit.office in offices and unit.division in levels
            if unit.kind == UnitKind.OFFICE
            else unit.kind in UnitKind.values and levels.get(unit.division) == LEVEL_OF[UnitKind(unit.kind)]
        )
        if not fits or not unit.division.startswith(draft.area):
            raise DirectiveIncomplete(_("%(unit)s is no unit of your area. Choose from the list.") % {"unit": unit.key})


def note_step(copy_id: int, status: CopyStatus, actor: Actor, now: datetime, reason: str = "") -> None:
    """Write down one step of a copy."""
    CopyStep.objects.create(copy_id=copy_id, status=status, by_id=actor.user_id, at=now, reason=reason)
