"""The life of a resumption filing, one verb for each step."""

import base64
import binascii
import zlib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from ..events import CommitmentSigned, FilingMoved, FilingWritten
from ..models import Enterprise, Filing, FilingStep, StaffList
from ..queries.staff import staff_count
from ..rules import filings as rules
from ..rules.enterprises import Refused
from ..rules.filings import FIRM_WRITES, Contents, Status
from .standing import locked

LARGEST_SIGNATURE = 200_000  # bytes of a PNG


def firm_for(actor: Actor, permission: str, enterprise_id: int) -> Enterprise:
    """Return an enterprise the actor may do something with, locked."""
    firm = locked(enterprise_id, unknown=_("This enterprise is not in the register."))
    actor.check_may_for(permission, firm.subject.division_id, firm.pk)
    return firm


@action
def write_filing(
    *,
    actor: Actor,
    now: datetime,
    enterprise_id: int,
    plan: str,
    resumes_on: date | None,
    masks: int,
    masks_a_day: int,
    disinfectant: Decimal,
    disinfectant_a_day: Decimal,
    thermometers: int,
) -> FilingWritten:
    """Write the plan and the stock of a filing; the first word begins it. Raises Refused where it is with the office already."""
    firm = firm_for(actor, "enterprise.write_filing", enterprise_id)
    filing = writable(actor, now, firm)
    changed: dict[str, Any] = {
        "plan": plan.strip(),
        "resumes_on": resumes_on,
        "masks": masks,
        "masks_a_day": masks_a_day,
        "disinfectant": disinfectant,
        "disinfectant_a_day": disinfectant_a_day,
        "thermometers": thermometers,
    }
    if any(getattr(filing, name) != value for name, value in changed.items()) and filing.signed_at:
        # What was signed is what is filed: another text needs another signature.
        changed |= {"signed_at": None, "signed_by": "", "signature": None}
    Filing.objects.filter(pk=filing.pk).update(**changed)
    return FilingWritten(enterprise_id=firm.pk, filing_id=filing.pk)


@action
def sign_commitment(
    *, actor: Actor, now: datetime, enterprise_id: int, signer: str, drawn: str, agrees: bool
) -> CommitmentSigned:
    """Sign the letter of commitment on the screen: the name typed, the strokes as a PNG (data address), and the tick.

    A signature without strokes (no script, no finger) is the typed name and the tick.
    """
    firm = firm_for(actor, "enterprise.sign_commitment", enterprise_id)
    filing = writable(actor, now, firm)
    if not agrees or len(signer.strip()) < 2:
        raise Refused(_("Type your name and tick that you commit the firm to the letter."))
    Filing.objects.filter(pk=filing.pk).update(signed_by=signer.strip()[:60], signed_at=now, signature=_png_of(drawn))
    return CommitmentSigned(enterprise_id=firm.pk, filing_id=filing.pk)


def _png_of(drawn: str) -> bytes | None:
    """Return the picture of a data address; None where nothing was drawn; raises Refused for anything else."""
    if not drawn:
        return None
    head, _sign, body = drawn.partition(",")
    try:
        data = base64.b64decode(body, validate=True) if head == "data:image/png;base64" else b""
    except (binascii.Error, ValueError):
        data = b""
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or len(data) > LARGEST_SIGNATURE or not _is_whole(data):
        raise Refused(_("The signature did not arrive whole. Sign again."))
    return data


def _is_whole(data: bytes) -> bool:
    """Answer whether a PNG ends as it should and its header is sound: a broken one would spoil the letter's PDF."""
    header = data[12:29]
    return data[-8:-4] == b"IEND" and int.from_bytes(data[29:33], "big") == zlib.crc32(header)


@action
def file_resumption(*, actor: Actor, now: datetime, enterprise_id: int) -> FilingMoved:
    """Hand the filing in: the office answers within two working days. Handed in twice it is once. Raises NotComplete."""
    firm = firm_for(actor, "enterprise.file_resumption", enterprise_id)
    filing = Filing.objects.select_for_update().filter(enterprise=firm, is_current=True).first()
    if filing is None:
        raise Refused(_("Write the plan first."))
    if filing.status == Status.FILED:
        return FilingMoved(enterprise_id=firm.pk, filing_id=filing.pk, old=Status.FILED, new=Status.FILED)
    is_open = StaffList.objects.filter(filing=filing, status__in=rules.LIST_IS_OPEN).exists()
    rules.check_contents(
        Contents(
            plan=filing.plan,
            staff=staff_count(filing.pk),
            has_open_list=is_open,
            is_signed=filing.signed_at is not None,
            masks=filing.masks,
            masks_a_day=filing.masks_a_day,
            disinfectant=filing.disinfectant,
            disinfectant_a_day=filing.disinfectant_a_day,
            thermometers=filing.thermometers,
        )
    )
    due = rules.answer_due(timezone.localtime(now))
    return move(actor, now, filing, Status.FILED, filed_at=now, answer_due_at=due, answered_at=None)


@action
def answer_filing(*, actor: Actor, now: datetime, filing_id: int, is_accepted: bool, reason: str = "") -> FilingMoved:
    """Accept a filing, or return it with what is missing. Nobody inspects before: the check comes afterwards."""
    filing = of_office(actor, "enterprise.answer_filing", filing_id)
    said = reason.strip() if is_accepted else _reason(reason)
    return move(actor, now, filing, Status.ACCEPTED if is_accepted else Status.RETURNED, note=said, answered_at=now)


@action
def suspend_work(*, actor: Actor, now: datetime, filing_id: int, reason: str) -> FilingMoved:
    """Stop a firm's work, with the reason it and its cadre read; a check that finds nothing lets it begin again."""
    filing = of_office(actor, "enterprise.suspend_work", filing_id)
    return move(actor, now, filing, Status.SUSPENDED, note=_reason(reason), resumed_at=None)


@action
def resume_work(*, actor: Actor, now: datetime, enterprise_id: int) -> FilingMoved:
    """Say that the firm works again: after the check that found it fit. Twice is once."""
    firm = firm_for(actor, "enterprise.resume_work", enterprise_id)
    filing = Filing.objects.select_for_update().filter(enterprise=firm, is_current=True).first()
    if filing is None:
        raise Refused(_("Nothing was filed yet."))
    if filing.status == Status.RESUMED:
        return FilingMoved(enterprise_id=firm.pk, filing_id=filing.pk, old=Status.RESUMED, new=Status.RESUMED)
    return move(actor, now, filing, Status.RESUMED, resumed_at=now)


def of_office(actor: Actor, permission: str, filing_id: int) -> Filing:
    """Return a filing the actor may decide on, locked."""
    filing = (
        Filing.objects.select_for_update(of=("self",))
        .select_related("enterprise__subject")
        .filter(pk=filing_id)
        .first()
    )
    if filing is None:
        raise Refused(_("This filing does not exist, or not any more."))
    subject = filing.enterprise.subject
    actor.check_may_for(permission, subject.division_id, subject.pk)
    return filing


def move(actor: Actor, now: datetime, filing: Filing, to: Status, *, note: str = "", **columns: Any) -> FilingMoved:
    """Move a filing from the status that was seen; of two, the second is refused by the guarded update."""
    old = filing.status
    rules.check_move(old, to)
    if not Filing.objects.filter(pk=filing.pk, status=old).update(status=to, **columns):
        raise rules.stale()
    FilingStep.objects.create(filing=filing, old=old, new=to, by_id=actor.user_id, at=now, note=note[:300])
    return FilingMoved(enterprise_id=filing.enterprise_id, filing_id=filing.pk, old=old, new=to)


def writable(actor: Actor, now: datetime, firm: Enterprise) -> Filing:
    """Return the filing a firm may still write, locked; the first word begins it. Raises Refused where the office has it."""
    filing = Filing.objects.select_for_update().filter(enterprise=firm, is_current=True).first()
    if filing is None:
        filing = Filing.objects.create(enterprise=firm, begun_at=now)
        FilingStep.objects.create(filing=filing, old="", new=Status.DRAFT, by_id=actor.user_id, at=now)
    if filing.status not in FIRM_WRITES:
        raise Refused(_("This filing is with the office; it is not changed any more. Call them if something is wrong."))
    return filing


def _reason(reason: str) -> str:
    said = reason.strip()
    if len(said) < 2:
        raise Refused(_("Say why, in a few words: the firm will read it."))
    return said[:300]
