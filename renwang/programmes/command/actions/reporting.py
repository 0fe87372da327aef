"""A unit tells how far it is; the issuer sends a report back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from .. import rules
from ..events import ReportGiven, ReportReturned
from ..models import Copy, Report, ReportedFigure
from ..rules import MOVES, REPORTS, CopyStatus, FileTold, Refused, StaleCopy, StaleReport, UnknownDirective
from .acknowledging import check_in_force, copy_for
from .attaching import attach
from .issuing import note_step

LONGEST_TEXT = 5000


@action
def report(
    *,
    actor: Actor,
    now: datetime,
    copy_id: int,
    submission_id: UUID,
    text: str,
    figures: Mapping[int, Decimal] | None = None,
    files: Sequence[FileTold] = (),
    is_final: bool = False,
    for_day: date | None = None,
    corrects_id: int | None = None,
) -> ReportGiven:
    """Tell how far one's unit is; kept as told, once however often it is sent. A correction is another report that names the first.

    ``figures``: asked figure → number, all that the directive asks. Raises NotThisUnit, NotInForce, StaleCopy, StaleReport,
    ReportIncomplete, FileRefused.
    """
    copy = copy_for(actor, copy_id, "command.report")
    repeat = Report.objects.filter(submission_id=submission_id).first()
    if repeat is not None:
        return _given(repeat, copy, is_repeat=True)
    check_in_force(copy)
    asked = {one.pk: (one.label, one.kind) for one in copy.directive.figures.all()}
    told = rules.checked_figures(asked, figures or {})
    rules.check_files(files)
    said = text.strip()
    if len(said) > LONGEST_TEXT:
        raise rules.ReportIncomplete(_("At most %(most)d characters, please.") % {"most": LONGEST_TEXT})
    if not said and not told and not files:
        raise rules.ReportIncomplete(_("Write what was done, in a sentence or two."))
    day = _day(copy, for_day, now)
    first = _corrected(copy, corrects_id)
    if first is not None:
        is_final, day = first.is_final, first.for_day
    row = Report(
        submission_id=submission_id,
        copy=copy,
        text=said,
        for_day=day,
        is_final=is_final,
        told_at=now,
        by_id=actor.user_id,
        corrects=first,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        # The same form came twice at once, or two corrected one report.
        repeat = Report.objects.filter(submission_id=submission_id).first()
        if repeat is None:
            raise StaleReport from error
        return _given(repeat, copy, is_repeat=True)
    _move(copy, row, actor, now)
    ReportedFigure.objects.bulk_create(
        [ReportedFigure(report=row, figure_id=key, value=value) for key, value in told.items()]
    )
    attach(files, actor=actor, now=now, report=row)
    return _given(row, copy, is_repeat=False)


@action
def return_report(*, actor: Actor, now: datetime, report_id: int, reason: str) -> ReportReturned:
    """Send a report back to its unit, with a reason: it reports again. Raises NotTheIssuer, NotInForce, StaleReport, ReasonMissing."""
    row = Report.objects.select_related("copy__directive", "copy__parent").filter(pk=report_id).first()
    if row is None:
        raise UnknownDirective
    copy = row.copy
    actor.check_may("command.return_report", copy.division_id)
    check_steers(actor, copy)
    check_in_force(copy)
    said = rules.check_reason(reason)
    standing = Report.objects.filter(pk=row.pk, returned_at=None, corrected_by=None).values("pk")
    # By its key alone: an update may not look through a join.
    is_standing = standing.exists()
    seen = CopyStatus(copy.status)
    here = Copy.objects.filter(pk=copy.pk, status=seen)
    if not is_standing or (seen != CopyStatus.RETURNED and CopyStatus.RETURNED not in MOVES[seen]):
        raise StaleReport
    # The copy's row is the lock: its unit cannot report or correct at this moment.
    if not here.update(status=CopyStatus.RETURNED) or not standing.exists():
        raise StaleReport
    Report.objects.filter(pk=row.pk, returned_at=None).update(
        returned_at=now, returned_by_id=actor.user_id, return_reason=said
    )
    still = Report.objects.filter(copy=copy, returned_at=None, corrected_by=None)
    Copy.objects.filter(pk=copy.pk).update(**still.aggregate(reported_for=Max("for_day"), reported_at=Max("told_at")))
    note_step(copy.pk, CopyStatus.RETURNED, actor, now, said)
    return ReportReturned(directive_id=copy.directive_id, copy_id=copy.pk, report_id=row.pk)


def check_steers(actor: Actor, copy: Copy) -> None:
    """Raise NotTheIssuer unless somebody issued the directive, or their unit passed this copy on."""
    directive = copy.directive
    if rules.manages(actor, area=directive.area, office=directive.office):
        return
    if copy.parent is None or not rules.answers_for(actor, copy.parent.unit):
        raise rules.NotTheIssuer


def _day(copy: Copy, for_day: date | None, now: datetime) -> date:
    today = timezone.localdate(now)
    if for_day is None:
        return today
    if for_day not in copy.directive.timetable.days_to_tell_of(timezone.localdate(copy.directive.issued_at), today):
        raise rules.ReportIncomplete(_("A report is for today or for yesterday."))
    return for_day


def _corrected(copy: Copy, report_id: int | None) -> Report | None:
    if report_id is None:
        return None
    first = Report.objects.filter(pk=report_id, copy=copy, returned_at=None, corrected_by=None).first()
    if first is None:
        raise StaleReport
    return first


def _move(copy: Copy, row: Report, actor: Actor, now: datetime) -> None:
    """Let the copy go where the report takes it; a correction moves nothing."""
    seen = CopyStatus(copy.status)
    here = Copy.objects.filter(pk=copy.pk, status=seen)
    if row.corrects_id is not None:
        # Taken, so that the report is not sent back at the same moment.
        if not here.update(reported_at=now) or Report.objects.filter(pk=row.corrects_id).exclude(returned_at=None):
            raise StaleReport
        return
    new = CopyStatus.DONE if row.is_final else CopyStatus.IN_PROGRESS
    if seen not in REPORTS or (new != seen and new not in MOVES[seen]):
        raise StaleCopy(_refusal(seen))
    latest = max(row.for_day, copy.reported_for) if copy.reported_for else row.for_day
    if not here.update(status=new, reported_at=now, reported_for=latest):
        raise StaleCopy(_("Somebody of your unit reported at the same moment. Load the page again."))
    if new != seen:
        note_step(copy.pk, new, actor, now)


def _refusal(seen: CopyStatus) -> str:
    if seen == CopyStatus.SENT:
        return _("Acknowledge the directive first, then report.")
    return _("Everything was reported as done already. Correct the last report if it was wrong.")


def _given(row: Report, copy: Copy, *, is_repeat: bool) -> ReportGiven:
    if row.copy_id != copy.pk:
        raise Refused(_("This form was sent before, for something else. Open the page again."))
    return ReportGiven(
        directive_id=copy.directive_id,
        copy_id=copy.pk,
        report_id=row.pk,
        is_final=row.is_final,
        corrects_id=row.corrects_id,
        is_repeat=is_repeat,
    )
