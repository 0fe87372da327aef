"""A stationed cadre looks at a site: what is wrong becomes a case, and the filing goes on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.loop.cases import actions as cases
from renwang.loop.cases.rules import CaseOpening

from ..events import SiteChecked
from ..models import CheckPhoto, Filing, SiteCheck
from ..needs import Rectification
from ..rules import checks as rules
from ..rules.checks import Checklist
from ..rules.enterprises import Refused
from ..rules.filings import Status
from .filings import firm_for, move
from .standing import following


@action
def check_site(
    *,
    actor: Actor,
    now: datetime,
    enterprise_id: int,
    submission_id: UUID,
    seen: Checklist,
    note: str = "",
    photos: Sequence[bytes] = (),
) -> SiteChecked:
    """Write down what a cadre saw. What is wrong opens one case with its list; an accepted filing becomes fit, or is to be put
    right. Twice the same submission is once."""
    firm = firm_for(actor, "enterprise.check_site", enterprise_id)
    before = SiteCheck.objects.filter(submission_id=submission_id).first()
    if before is not None:
        if before.enterprise_id != firm.pk:
            raise Refused(_("Open the page again and repeat what you did."))
        return _said(before, is_repeat=True)
    _check_photos(photos)
    findings = rules.findings_of(seen)
    case_id = None
    if findings:
        opened = cases.open_cases(
            actor=following(actor),
            now=now,
            openings=[
                CaseOpening(
                    subject_id=firm.pk, kind=Rectification.code, answers={"items": findings, "note": note.strip()}
                )
            ],
        )
        case_id = next(iter((*opened.case_ids, *opened.told_again_ids)))
    made = SiteCheck.objects.create(
        submission_id=submission_id,
        enterprise=firm,
        by_id=actor.user_id,
        at=now,
        day=timezone.localtime(now).date(),
        gate_disinfection=seen.gate_disinfection,
        gate_temperature=seen.gate_temperature,
        stock_days=min(seen.stock_days, 9999),
        isolation_room=seen.isolation_room,
        canteen=seen.canteen,
        in_a_room=seen.in_a_room,
        area_each=seen.area_each,
        posters=seen.posters,
        found=",".join(findings),
        note=note.strip()[:300],
        case_id=case_id,
    )
    CheckPhoto.objects.bulk_create([CheckPhoto(check_made=made, blob=photo) for photo in photos])
    _let_filing_go_on(actor, now, firm.pk, is_fit=not findings)
    return _said(made, is_repeat=False)


def _let_filing_go_on(actor: Actor, now: datetime, enterprise_id: int, *, is_fit: bool) -> None:
    """Move the filing by what was seen. A firm at work stays at work: to stop it is the office's decision."""
    filing = Filing.objects.select_for_update().filter(enterprise_id=enterprise_id, is_current=True).first()
    if filing is None:
        return
    to = {
        (Status.ACCEPTED, True): Status.INSPECTED,
        (Status.ACCEPTED, False): Status.RECTIFYING,
        (Status.RECTIFYING, True): Status.INSPECTED,
        (Status.SUSPENDED, True): Status.INSPECTED,
        (Status.INSPECTED, False): Status.RECTIFYING,
    }.get((Status(filing.status), is_fit))
    if to is not None:
        move(actor, now, filing, to)


def _check_photos(photos: Sequence[bytes]) -> None:
    if len(photos) > rules.MOST_PHOTOS:
        raise Refused(_("At most %(most)d photos go with a check.") % {"most": rules.MOST_PHOTOS})
    for photo in photos:
        if len(photo) > rules.LARGEST_PHOTO:
            raise Refused(_("A photo has at most 3 MB. Take it smaller."))
        if not rules.is_photo(photo):
            raise Refused(_("This is no photo: send a JPEG, PNG or WebP picture."))


def _said(made: SiteCheck, *, is_repeat: bool) -> SiteChecked:
    return SiteChecked(
        enterprise_id=made.enterprise_id,
        check_id=made.pk,
        findings=tuple(made.findings),
        case_id=made.case_id,
        is_repeat=is_repeat,
    )
