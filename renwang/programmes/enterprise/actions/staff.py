"""The list of staff who come back: sent, checked row by row, then its good rows taken or all of it put away."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.fields import sealing
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action, promise
from renwang.foundation.audit.actions.bulk import insert_rows
from renwang.foundation.sheets.engine.caps import DEFAULT_CAPS, check_size
from renwang.loop.registry.rules import IMPORT_MOVES, ImportStatus, Verdict
from renwang.loop.registry.rules.recognising import IGNORED, OTHER, How
from renwang.loop.registry.rules.verdicts import LONGEST, say

from ..events import StaffListChecked, StaffListDiscarded, StaffListReceived, StaffListTaken
from ..models import Filing, StaffList, StaffRow, Worker
from ..queries.staff import CheckedStaff, checked_staff, staff_count
from ..rules.enterprises import Refused, Stale
from ..rules.staff import StaffIn
from .filings import firm_for, writable
from .standing import following

CHECK_STAFF = "enterprise.check_staff_list"
ENTER_STAFF = "enterprise.enter_staff"
# What is smaller is checked, or taken, before one has looked up; a larger list is the worker's.
AT_ONCE = 100_000  # bytes
ROWS_AT_ONCE = 1_000


@action
def take_staff_list(
    *, actor: Actor, now: datetime, enterprise_id: int, filename: str, content: bytes
) -> StaffListReceived:
    """Take in the workbook of staff who come back, sealed, and check it; a large one is checked by the worker.

    Nobody of it is on the list before the firm takes its good rows. It takes the place of the one sent before; the same
    file again is left as it is. Raises TooBig (a SheetFault).
    """
    firm = firm_for(actor, "enterprise.take_staff_list", enterprise_id)
    filing = writable(actor, now, firm)
    check_size(len(content), DEFAULT_CAPS)
    digest = hashlib.sha256(content).hexdigest()
    kept = StaffList.objects.filter(filing=filing).defer("blob").first()
    if kept is not None and kept.status == ImportStatus.APPLYING:
        raise _moved_on()
    gone = (ImportStatus.DISCARDED, ImportStatus.REFUSED)
    if kept is not None and kept.digest == digest and kept.status not in gone:
        return StaffListReceived(enterprise_id=firm.pk, filing_id=filing.pk, is_repeat=True)
    StaffRow.objects.filter(filing=filing).delete()
    StaffList.objects.filter(filing=filing).delete()
    StaffList.objects.create(filing=filing, filename=filename[:200], digest=digest, blob=content, at=now)
    if len(content) <= AT_ONCE:
        found = checked_staff(
            content=content, filename=filename, filing_id=filing.pk, today=timezone.localtime(now).date()
        )
        check_staff_list(actor=following(actor), now=now, filing_id=filing.pk, digest=digest, found=found)
    else:
        payload = {"filing_id": filing.pk, "digest": digest}
        promise(kind=CHECK_STAFF, key=_key(CHECK_STAFF, filing.pk, now), payload=payload, now=now)
    return StaffListReceived(enterprise_id=firm.pk, filing_id=filing.pk)


@action
def check_staff_list(
    *, actor: Actor, now: datetime, filing_id: int, digest: str, found: CheckedStaff
) -> StaffListChecked:
    """Write down the verdict on every row, computed by `queries.staff.checked_staff` of the file with this digest. Raises Stale."""
    filing = _filing(actor, "enterprise.check_staff_list", filing_id)
    seen = found.checked
    problem = seen.problem or ("" if seen.total else say("no_rows"))
    to = ImportStatus.REFUSED if problem else ImportStatus.CHECKED
    count = {verdict: seen.count(verdict) for verdict in Verdict}
    _move(
        filing_id,
        ImportStatus.CHECKING,
        to,
        digest=digest,
        problem=problem[:LONGEST],
        sheets="\n".join(seen.sheets),
        unread="\n".join(seen.others),
        guessed="\n".join(f"{one.title}\t{one.field}" for one in seen.guesses if one.how is How.CONTENT),
        left_out="\n".join(one.title for one in seen.guesses if one.field == IGNORED or one.field.startswith(OTHER)),
        rows=seen.total - count[Verdict.IGNORED],
        rows_new=count[Verdict.NEW],
        rows_changed=count[Verdict.CHANGED],
        rows_unchanged=count[Verdict.UNCHANGED],
        rows_wrong=count[Verdict.INVALID],
        leaving=len(found.leaving),
    )
    seal = sealing(StaffRow, "detail")
    insert_rows(
        StaffRow,
        ("filing_id", "row_no", "row_to", "verdict", "field", "message", "detail"),
        ((filing_id, *one.kept(), seal(one.detail)[0]) for one in seen.verdicts),
    )
    return StaffListChecked(
        enterprise_id=filing.enterprise_id,
        filing_id=filing_id,
        is_usable=to == ImportStatus.CHECKED,
        rows=seen.total,
        rows_wrong=count[Verdict.INVALID],
    )


@action
def apply_staff_list(*, actor: Actor, now: datetime, enterprise_id: int, others_leave: bool = False) -> StaffListTaken:
    """Take the good rows of a checked list; a long one is taken by the worker. Taken twice it is once.

    ``others_leave``: who is on the list now and not in the file leaves it. Raises Stale.
    """
    firm = firm_for(actor, "enterprise.apply_staff_list", enterprise_id)
    filing = writable(actor, now, firm)
    kept = StaffList.objects.filter(filing=filing).defer("blob").first()
    if kept is not None and kept.status in (ImportStatus.APPLYING, ImportStatus.APPLIED):
        is_done = kept.status == ImportStatus.APPLIED
        return StaffListTaken(enterprise_id=firm.pk, filing_id=filing.pk, is_done=is_done, staff=staff_count(filing.pk))
    if kept is None or kept.status != ImportStatus.CHECKED:
        raise _moved_on()
    if not kept.rows_good:
        raise Refused(_("No row of this list can be taken. Mend it in your workbook and send it again."))
    _move(filing.pk, ImportStatus.CHECKED, ImportStatus.APPLYING, others_leave=others_leave)
    if kept.rows <= ROWS_AT_ONCE:
        enter_staff(actor=following(actor), now=now, filing_id=filing.pk)
        return StaffListTaken(enterprise_id=firm.pk, filing_id=filing.pk, is_done=True, staff=staff_count(filing.pk))
    promise(kind=ENTER_STAFF, key=_key(ENTER_STAFF, filing.pk, now), payload={"filing_id": filing.pk}, now=now)
    return StaffListTaken(enterprise_id=firm.pk, filing_id=filing.pk, is_done=False, staff=staff_count(filing.pk))


@action
def enter_staff(*, actor: Actor, now: datetime, filing_id: int) -> StaffListTaken:
    """Write the staff of a list that is being taken: all of it in one transaction, or nothing. Raises Stale where it is done already."""
    filing = _filing(actor, "enterprise.enter_staff", filing_id)
    kept = StaffList.objects.filter(filing=filing, status=ImportStatus.APPLYING).first()
    if kept is None:
        raise _moved_on()
    found = checked_staff(
        content=kept.blob or b"", filename=kept.filename, filing_id=filing_id, today=timezone.localtime(now).date()
    )
    staff = [*found.stay, *([] if kept.others_leave else found.leaving), *found.staff]
    _write(filing_id, staff)
    _move(filing_id, ImportStatus.APPLYING, ImportStatus.APPLIED)
    return StaffListTaken(enterprise_id=filing.enterprise_id, filing_id=filing_id, is_done=True, staff=len(staff))


@action
def discard_staff_list(*, actor: Actor, now: datetime, enterprise_id: int) -> StaffListDiscarded:
    """Put a checked list away; who was on the list before stays. Raises Stale."""
    firm = firm_for(actor, "enterprise.discard_staff_list", enterprise_id)
    filing = writable(actor, now, firm)
    _move(filing.pk, ImportStatus.CHECKED, ImportStatus.DISCARDED)
    return StaffListDiscarded(enterprise_id=firm.pk, filing_id=filing.pk)


def _write(filing_id: int, staff: Sequence[StaffIn]) -> None:
    Worker.objects.filter(filing_id=filing_id).delete()
    names = ("name", "id_number", "phone", "comes_from", "was_in_risk_area")
    seals = {name: sealing(Worker, name) for name in names}
    risk = {None: "", True: "yes", False: "no"}
    insert_rows(
        Worker,
        ("filing_id", "row_no", *names, "in_dormitory"),
        (
            (
                filing_id,
                number,
                seals["name"](one.name)[0],
                seals["id_number"](one.id_number)[0],
                seals["phone"](one.phone)[0],
                seals["comes_from"](one.comes_from)[0],
                seals["was_in_risk_area"](risk[one.was_in_risk_area])[0],
                one.in_dormitory,
            )
            for number, one in enumerate(staff, 1)
        ),
    )


def _filing(actor: Actor, permission: str, filing_id: int) -> Filing:
    filing = (
        Filing.objects.select_for_update(of=("self",))
        .select_related("enterprise__subject")
        .filter(pk=filing_id)
        .first()
    )
    if filing is None:
        raise _moved_on()
    subject = filing.enterprise.subject
    actor.check_may_for(permission, subject.division_id, subject.pk)
    return filing


def _move(filing_id: int, seen: ImportStatus, to: ImportStatus, **told: object) -> None:
    """Move a list on, if it still stands where it was seen; with a digest, if it is still this file. The filter is the lock."""
    here = StaffList.objects.filter(filing_id=filing_id, status=seen)
    if "digest" in told:
        here = here.filter(digest=told["digest"])
    if to not in IMPORT_MOVES[seen] or not here.update(status=to, **told):
        raise _moved_on()


def _moved_on() -> Stale:
    return Stale(_("This list has moved on meanwhile. Load the page again."))


def _key(kind: str, filing_id: int, now: datetime) -> str:
    return f"{kind}:{filing_id}:{now.isoformat()}"
