"""What gates tell: shifts, one person by QR code, a firm's day, and the roll-up for health."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.loop.cases import actions as cases
from renwang.loop.cases.rules import CaseOpening

from .. import queries
from ..events import DayReported, GateDaysRolledUp, GateRecorded
from ..models import DayReport, Enterprise, GateDay, GatePass, GateShift
from ..needs import GateFever
from ..rules import gates as rules
from ..rules.enterprises import Refused
from ..rules.gates import How, Reading, Shift, ShiftTold
from .filings import firm_for
from .standing import following, locked


@action
def record_gate(
    *,
    actor: Actor,
    now: datetime,
    enterprise_id: int,
    submission_id: UUID,
    day: date,
    shift: str,
    how: How,
    told: ShiftTold,
) -> GateRecorded:
    """Write down one shift at a firm's gate; who has more than 37.3 °C opens a case with the health office.

    Told again for the same shift, the new numbers take the place of the old. Twice the same submission is once.
    """
    firm = firm_for(actor, "enterprise.record_gate", enterprise_id)
    today = timezone.localtime(now).date()
    if day > today or (today - day).days > rules.TOLD_WITHIN:
        raise Refused(_("A shift is told on its day, or within a week."))
    if how == How.SELF:
        raise Refused(_("By QR code each tells for themselves."))
    rules.check_shift(told)
    before = GateShift.objects.filter(submission_id=submission_id).first()
    if before is not None:
        if before.enterprise_id != firm.pk:
            raise Refused(_("Open the page again and repeat what you did."))
        return _said(before, is_repeat=True)
    columns = {
        "submission_id": submission_id,
        "people": told.people,
        "measured": told.measured,
        "masked": told.masked,
        "fevers": len(told.fevers),
        "is_disinfected": told.is_disinfected,
        "by_id": actor.user_id,
        "at": now,
    }
    row, is_new = GateShift.objects.get_or_create(
        enterprise=firm, day=day, shift=Shift(shift), how=How(how), defaults=columns
    )
    known = 0 if is_new else row.fevers
    if not is_new:
        GateShift.objects.filter(pk=row.pk).update(**columns)
        row.refresh_from_db()
    if len(told.fevers) > known:
        _open_fever(actor, now, firm, told.fevers)
    return _said(row, is_repeat=False)


@action
def pass_gate(
    *, actor: Actor, now: datetime, enterprise_id: int, submission_id: UUID, shift: str, reading: Reading
) -> GateRecorded:
    """Let one person declare at the gate by its QR code. Twice the same submission is once."""
    firm = locked(enterprise_id, unknown=_("This enterprise is not in the register."))
    actor.check_may("enterprise.pass_gate", firm.subject.division_id)
    rules.check_degrees(reading.degrees)
    if len(reading.who.strip()) < 2:
        raise Refused(_("Write your name or work number."))
    before = GatePass.objects.filter(submission_id=submission_id).select_related("shift").first()
    if before is not None:
        if before.shift.enterprise_id != firm.pk:
            raise Refused(_("Open the page again and repeat what you did."))
        return _said(before.shift, is_repeat=True)
    row, _is_new = GateShift.objects.get_or_create(
        enterprise=firm,
        day=timezone.localtime(now).date(),
        shift=Shift(shift),
        how=How.SELF,
        defaults={"submission_id": submission_id, "at": now},
    )
    if row.people >= rules.MOST_IN_A_SHIFT:
        raise Refused(_("This gate takes no more today. Speak to the guard."))
    GatePass.objects.create(
        submission_id=submission_id,
        shift=row,
        who=reading.who.strip()[:40],
        degrees=str(reading.degrees),
        has_mask=reading.has_mask,
        at=now,
    )
    GateShift.objects.filter(pk=row.pk).update(
        people=F("people") + 1,
        measured=F("measured") + 1,
        masked=F("masked") + int(reading.has_mask),
        fevers=F("fevers") + int(reading.is_fever),
        at=now,
    )
    if reading.is_fever:
        _open_fever(actor, now, firm, [reading])
    row.refresh_from_db()
    return _said(row, is_repeat=False)


def _open_fever(actor: Actor, now: datetime, firm: Enterprise, fevers: Sequence[Reading]) -> None:
    answers = {
        "people": len(fevers),
        "highest": str(max(one.degrees for one in fevers)),
        "who": "、".join(one.who for one in fevers if one.who)[:200],
    }
    cases.open_cases(
        actor=following(actor),
        now=now,
        openings=[CaseOpening(subject_id=firm.pk, kind=GateFever.code, answers=answers)],
    )


@action
def roll_up_gates(*, actor: Actor, now: datetime, day: date) -> GateDaysRolledUp:
    """Add the shifts of a day up for the health office, firm by firm: made by the house, typed by nobody. Again is the same."""
    actor.check_may("enterprise.roll_up_gates", "")
    totals = queries.gate_totals(day)
    GateDay.objects.bulk_create(
        [GateDay(day=day, at=now, **one) for one in totals],
        update_conflicts=True,
        unique_fields=["enterprise", "day"],
        update_fields=["people", "measured", "masked", "fevers", "shifts", "not_disinfected", "at"],
        batch_size=1000,
    )
    return GateDaysRolledUp(
        day=day,
        enterprises=len(totals),
        people=sum(one["people"] for one in totals),
        fevers=sum(one["fevers"] for one in totals),
    )


@action
def report_day(
    *, actor: Actor, now: datetime, enterprise_id: int, day: date, staff_back: int, capacity_use: int
) -> DayReported:
    """Tell how many staff are at work on a day and how much of the capacity is used, in percent. Told again, it is renewed."""
    firm = firm_for(actor, "enterprise.report_day", enterprise_id)
    today = timezone.localtime(now).date()
    if day > today or (today - day).days > rules.TOLD_WITHIN:
        raise Refused(_("A day is told on the day itself, or within a week."))
    if not 0 <= capacity_use <= 200:
        raise Refused(_("The use of capacity lies between 0 and 200 %."))
    if staff_back < 0 or staff_back > max(firm.staff * 2, 100):
        raise Refused(_("More staff than twice the payroll: look at the number again."))
    told = {"staff_back": staff_back, "capacity_use": capacity_use, "by_id": actor.user_id, "at": now}
    DayReport.objects.update_or_create(enterprise=firm, day=day, defaults=told)
    return DayReported(enterprise_id=firm.pk, day=day)


def _said(row: GateShift, *, is_repeat: bool) -> GateRecorded:
    return GateRecorded(
        enterprise_id=row.enterprise_id, shift_id=row.pk, day=row.day, fevers=row.fevers, is_repeat=is_repeat
    )


def degrees_of(text: str) -> Decimal:
    """Return a temperature as typed; raises Refused."""
    try:
        return Decimal(text.replace("，", ".").replace(",", ".").replace("℃", "").strip())
    except ArithmeticError:
        raise Refused(_("Write the temperature as a number, for example 36.5.")) from None
