"""Which enterprises somebody sees, and what is known of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Count, Q, QuerySet

from renwang.foundation.access.fields import blinds
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.assignments.queries import current
from renwang.loop.registry.queries import visible

from ..models import DayReport, Enterprise, Filing, Invitation, Meter, Seat, SignInCode
from ..rules.filings import TO_CHECK, Status

CADRE = "stationed_cadre"  # the duty
SALT = "renwang.enterprise.invitation"
GATE_SALT = "renwang.enterprise.gate"


def people_of(user_id: int, now: datetime) -> frozenset[int]:
    """Return the enterprises an account speaks for. Registered in config/wiring.py, so that access can ask."""
    held = Seat.objects.filter(Q(until__isnull=True) | Q(until__gt=now), user_id=user_id, since__lte=now)
    return frozenset(held.values_list("enterprise_id", flat=True))


def seen_by(*, viewer: Actor, permission: str = "enterprise.view") -> QuerySet[Enterprise]:
    """Return the enterprises the viewer may see: of their areas, or their own."""
    found = Enterprise.objects.filter(visible(viewer, "subject", permission), subject__is_current=True)
    return found.select_related("subject__division", "subject__organisation").order_by("subject__name", "pk")


def own(*, viewer: Actor, now: datetime) -> QuerySet[Enterprise]:
    """Return the enterprises an account speaks for."""
    ids = people_of(viewer.user_id, now) if viewer.user_id is not None else frozenset()
    found = Enterprise.objects.filter(pk__in=ids, subject__is_current=True)
    return found.select_related("subject__division", "subject__organisation").order_by("subject__name", "pk")


def one_for(*, viewer: Actor, enterprise_id: int, permission: str) -> Enterprise | None:
    """Return an enterprise the viewer may do something with; None for whoever may not see that it is there."""
    return seen_by(viewer=viewer, permission=permission).filter(pk=enterprise_id).first()


def by_credit_code(code: str) -> Enterprise | None:
    """Return the enterprise of a unified social credit code."""
    found = Enterprise.objects.filter(subject__organisation__credit_code=code, subject__is_current=True)
    return found.select_related("subject__organisation").first() if code else None


def known_codes(codes: Iterable[str]) -> dict[str, int]:
    """Return {credit code: enterprise} of those that are known."""
    return {
        str(code): pk
        for code, pk in Enterprise.objects.filter(subject__organisation__credit_code__in=set(codes)).values_list(
            "subject__organisation__credit_code", "pk"
        )
    }


def cadres_of(enterprise_ids: Iterable[int], now: datetime) -> dict[int, User]:
    """Return {enterprise: its stationed cadre}. One query."""
    held = current(now).filter(duty_id=CADRE, subject_id__in=list(enterprise_ids)).select_related("user")
    return {row.subject_id: row.user for row in held if row.subject_id is not None}


def without_cadre(*, viewer: Actor, now: datetime) -> QuerySet[Enterprise]:
    """Return the enterprises that nobody is stationed at."""
    held = current(now).filter(duty_id=CADRE, subject__isnull=False).values("subject_id")
    return seen_by(viewer=viewer).exclude(pk__in=held)


def cadres(*, areas: tuple[str, ...], now: datetime) -> QuerySet[User]:
    """Return the accounts that may be stationed at an enterprise of some areas."""
    from renwang.foundation.access.queries import grants_at, in_scope

    held = grants_at(now).filter(in_scope("area", areas), role=CADRE)
    return User.objects.filter(is_active=True, pk__in=held.values("user_id")).order_by("name", "pk")


def meters_of(enterprise_id: int) -> QuerySet[Meter]:
    """Return the meters of an enterprise, those that it has now first."""
    return Meter.objects.filter(enterprise_id=enterprise_id).order_by("-until", "number")


def seats_of(enterprise_id: int) -> list[Seat]:
    """Return who speaks for an enterprise now."""
    return list(Seat.objects.filter(enterprise_id=enterprise_id, until__isnull=True).select_related("user"))


def seat_by_phone(enterprise: Enterprise, phone: str) -> Seat | None:
    """Return the open seat of a phone at an enterprise."""
    held = Seat.objects.filter(enterprise=enterprise, until__isnull=True, phone_idx__in=blinds(phone, "phone"))
    return held.select_related("user").first()


def is_registered_phone(enterprise: Enterprise, phone: str) -> bool:
    """Answer whether a phone is the one the register holds for an enterprise, or that of one of its seats."""
    kept = enterprise.subject.organisation.phone_idx
    if kept is not None and bytes(kept) in blinds(phone, "phone"):
        return True
    return seat_by_phone(enterprise, phone) is not None


def codes_since(enterprise_id: int, since: datetime) -> QuerySet[SignInCode]:
    """Return the codes sent to an enterprise since a moment, newest first."""
    return SignInCode.objects.filter(enterprise_id=enterprise_id, made_at__gte=since).order_by("-made_at", "-pk")


def token_of(invitation: Invitation) -> str:
    """Return what stands in the link of an invitation."""
    return signing.dumps(invitation.pk, salt=SALT, compress=True)


def invitation_of(token: str) -> Invitation | None:
    """Return the invitation of a link; None where the link is not ours."""
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Invitation.objects.filter(pk=key).select_related("enterprise__subject__organisation").first()


def gate_token(enterprise_id: int) -> str:
    """Return what stands in the QR code at a gate: it names the firm, opens nothing else and does not run out."""
    return signing.dumps(enterprise_id, salt=GATE_SALT, compress=True)


def gate_of(token: str) -> Enterprise | None:
    """Return the enterprise of a gate's QR code; None where the code is not ours."""
    try:
        key = signing.loads(token, salt=GATE_SALT)
    except signing.BadSignature:
        return None
    return Enterprise.objects.filter(pk=key, subject__is_current=True).select_related("subject").first()


@dataclass(frozen=True)
class Line:
    """One row of the list of enterprises."""

    enterprise: Enterprise
    status: str
    filing: Filing | None
    cadre: User | None
    open_cases: int


def lines(enterprises: Iterable[Enterprise], *, now: datetime) -> list[Line]:
    """Return enterprises with their filing, cadre and open cases. A constant number of queries."""
    from renwang.loop.cases.models import Case
    from renwang.loop.cases.rules import LIVE

    rows = list(enterprises)
    ids = [row.pk for row in rows]
    filings = {one.enterprise_id: one for one in Filing.objects.filter(enterprise_id__in=ids, is_current=True)}
    held = cadres_of(ids, now)
    counted: Any = Case.objects.filter(subject_id__in=ids, status__in=LIVE).values("subject_id").annotate(n=Count("pk"))
    live = {row["subject_id"]: row["n"] for row in counted}
    return [
        Line(
            row,
            filings[row.pk].status if row.pk in filings else "",
            filings.get(row.pk),
            held.get(row.pk),
            live.get(row.pk, 0),
        )
        for row in rows
    ]


def narrowed(
    found: QuerySet[Enterprise], *, text: str = "", area: str = "", industry: str = "", size: str = "", status: str = ""
) -> QuerySet[Enterprise]:
    """Return the enterprises that fit what was asked for."""
    from renwang.foundation.access.queries import in_scope

    if text:
        found = found.filter(Q(subject__name__icontains=text) | Q(subject__organisation__credit_code__istartswith=text))
    if area:
        found = found.filter(in_scope("subject__division_id", (area,)))
    if industry:
        found = found.filter(industry__startswith=industry)
    if size:
        found = found.filter(is_designated=size == "designated")
    if status == "none":
        return found.exclude(filings__is_current=True)
    if status == "to_check":
        return found.filter(filings__is_current=True, filings__status__in=TO_CHECK)
    if status in Status.values:
        found = found.filter(filings__is_current=True, filings__status=status)
    return found


def last_report(enterprise_id: int) -> DayReport | None:
    """Return what a firm told last of its day."""
    return DayReport.objects.filter(enterprise_id=enterprise_id).order_by("-day").first()
