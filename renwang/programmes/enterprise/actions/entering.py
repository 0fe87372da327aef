"""How an enterprise enters: by a link it was given, or a code sent to its registered phone."""

import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from renwang.foundation.access import actions as access
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.foundation.channels.actions import MessageToSend, queue_messages
from renwang.loop.registry.engine.identifiers import read_phone

from .. import queries
from ..events import EnterpriseInvited, InvitationAccepted, SeatEnded, SignInCodeSent, SignInCodeTried
from ..models import Enterprise, Invitation, Seat, SignInCode
from ..rules.enterprises import (
    BETWEEN_CODES,
    INVITATION_LASTS,
    MOST_CODES_A_DAY,
    MOST_TRIES,
    SIGN_IN_LASTS,
    CannotEnter,
    Refused,
)
from .standing import locked

ROLE = "enterprise_user"


@action
def invite(*, actor: Actor, now: datetime, enterprise_id: int, phone: str = "") -> EnterpriseInvited:
    """Make a link by which somebody enters as an enterprise: once, within a week. Earlier ones end.

    Where a phone is given and messages can be sent, the link goes there; it is shown to whoever made it as well.
    """
    firm = locked(enterprise_id, unknown=_("This enterprise is not in the register."))
    actor.check_may_for("enterprise.invite", firm.subject.division_id, firm.pk)
    number = read_phone(phone) if phone else None
    if number is not None and not number.is_valid:
        raise Refused(_("“%(phone)s” is no telephone number.") % {"phone": phone})
    Invitation.objects.filter(enterprise=firm, used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
    made = Invitation.objects.create(
        enterprise=firm,
        phone=number.value if number else None,
        made_by_id=actor.user_id,
        made_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    if number and settings.RENWANG_SMPP and settings.RENWANG_PUBLIC_URL:
        link = f"{settings.RENWANG_PUBLIC_URL}/enterprise/invitation/{queries.token_of(made)}/"
        _send(
            actor,
            now,
            made.pk,
            "invitation",
            number.value,
            _("%(district)s: your link, for one entry: %(link)s") % {"district": settings.DISTRICT_NAME, "link": link},
            firm,
        )
    return EnterpriseInvited(enterprise_id=firm.pk, invitation_id=made.pk)


@action
def accept_invitation(*, actor: Actor, now: datetime, invitation_id: int) -> InvitationAccepted:
    """Enter as an enterprise by its link: once, before its date. The account is made on the first entry.

    Raises CannotEnter, whose words are meant for whoever opened the link.
    """
    actor.check_may("enterprise.accept_invitation", "")
    row = Invitation.objects.select_related("enterprise__subject__organisation").filter(pk=invitation_id).first()
    if row is None:
        raise CannotEnter(_("This link is not complete. Open it again from the message."))
    # The filter is the lock: of two phones with the same link, the second updates no row.
    if not Invitation.objects.filter(pk=row.pk, used_at__isnull=True, expires_at__gt=now).update(used_at=now):
        raise CannotEnter(
            _("This link was used already. Ask for a new one, or enter by a code.")
            if row.used_at
            else _("This link is no longer valid. Ask for a new one, or enter by a code.")
        )
    user_id, is_new = _seated(now, row.enterprise, row.phone or row.enterprise.subject.organisation.phone or "")
    return InvitationAccepted(enterprise_id=row.enterprise_id, invitation_id=row.pk, user_id=user_id, is_new=is_new)


@action
def send_code(*, actor: Actor, now: datetime, enterprise_id: int, phone: str) -> SignInCodeSent:
    """Send a code to an enterprise's registered phone: one a minute, five a day. Earlier codes end.

    Raises CannotEnter when asked too often. The caller has seen that the phone is registered.
    """
    firm = locked(enterprise_id, unknown=_("This enterprise is not in the register."))
    actor.check_may("enterprise.send_code", firm.subject.division_id)
    if not queries.is_registered_phone(firm, phone):
        raise CannotEnter(_("This phone is not registered for the enterprise."))
    recent = list(queries.codes_since(firm.pk, now - timedelta(days=1))[:MOST_CODES_A_DAY])
    if recent and now - recent[0].made_at < BETWEEN_CODES:
        raise CannotEnter(_("A code was sent a moment ago. Wait a minute before you ask for another."))
    if len(recent) >= MOST_CODES_A_DAY:
        raise CannotEnter(_("Five codes were sent today. Call the industry office to enter by a link."))
    SignInCode.objects.filter(enterprise=firm, used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
    code = f"{secrets.randbelow(10**6):06d}"
    made = SignInCode.objects.create(enterprise=firm, code=code, made_at=now, expires_at=now + SIGN_IN_LASTS)
    words = _("%(district)s: your code is %(code)s, for ten minutes. Nobody of ours asks you for it.")
    _send(actor, now, made.pk, "code", phone, words % {"district": settings.DISTRICT_NAME, "code": code}, firm)
    return SignInCodeSent(enterprise_id=firm.pk, code_id=made.pk)


@action
def enter_by_code(*, actor: Actor, now: datetime, enterprise_id: int, phone: str, code: str) -> SignInCodeTried:
    """Enter as an enterprise by the code that was sent: once, for ten minutes, five tries. A wrong try is kept.

    ``is_right`` of the answer tells; the account is made on the first entry.
    """
    firm = locked(enterprise_id, unknown=_("This enterprise is not in the register."))
    actor.check_may("enterprise.enter_by_code", firm.subject.division_id)
    row = SignInCode.objects.select_for_update().filter(enterprise=firm).order_by("-made_at", "-pk").first()
    is_open = row is not None and row.used_at is None and row.expires_at > now and row.tries < MOST_TRIES
    if row is None or not is_open or not queries.is_registered_phone(firm, phone):
        return SignInCodeTried(enterprise_id=firm.pk, code_id=row.pk if row else 0, is_right=False, user_id=None)
    if not hmac.compare_digest(row.code or "", "".join(code.split())):
        SignInCode.objects.filter(pk=row.pk).update(tries=row.tries + 1)
        return SignInCodeTried(enterprise_id=firm.pk, code_id=row.pk, is_right=False, user_id=None)
    SignInCode.objects.filter(pk=row.pk).update(used_at=now)
    user_id, _is_new = _seated(now, firm, phone)
    return SignInCodeTried(enterprise_id=firm.pk, code_id=row.pk, is_right=True, user_id=user_id)


@action
def end_seat(*, actor: Actor, now: datetime, seat_id: int) -> SeatEnded:
    """End an account's right to speak for an enterprise: somebody has left the firm."""
    row = Seat.objects.select_related("enterprise__subject").get(pk=seat_id)
    actor.check_may_for("enterprise.invite", row.enterprise.subject.division_id, row.enterprise_id)
    if not Seat.objects.filter(pk=seat_id, until__isnull=True).update(until=now):
        raise Refused(_("This account speaks for the enterprise no longer."))
    return SeatEnded(enterprise_id=row.enterprise_id, user_id=row.user_id)


def _seated(now: datetime, firm: Enterprise, phone: str) -> tuple[int, bool]:
    """Return the account that speaks for an enterprise by this phone, and whether it is new; sign-in is noted."""
    number = read_phone(phone).value if phone else ""
    seat = queries.seat_by_phone(firm, number) if number else None
    if seat is not None:
        if not seat.user.is_active:
            raise CannotEnter(_("This account is closed. Call the industry office."))
        user_id, is_new = seat.user_id, False
    else:
        organisation = firm.subject.organisation
        made = access.add_account(
            actor=Actor.system(),
            now=now,
            username=f"firm-{firm.pk}-{secrets.token_hex(3)}",
            name=organisation.contact_name or firm.subject.name[:60],
            password=None,  # enters by links and codes only
            role=ROLE,
            area=firm.subject.division_id,
            unit=firm.subject.name[:80],
            must_change_password=False,
        )
        Seat.objects.create(user_id=made.user_id, enterprise=firm, phone=number or None, since=now)
        user_id, is_new = made.user_id, True
    name = User.objects.values_list("name", flat=True).get(pk=user_id)
    access.sign_in(actor=Actor(user_id=user_id, name=name), now=now)
    return user_id, is_new


def _send(actor: Actor, now: datetime, key: int, what: str, phone: str, words: str, firm: Enterprise) -> None:
    queue_messages(
        actor=Actor.system(),
        now=now,
        messages=[
            MessageToSend(
                key=f"enterprise.{what}.{key}",
                address=phone,
                text=words,
                about=f"enterprise.{what}",
                about_id=key,
                area=firm.subject.division_id,
                expires_at=now + (SIGN_IN_LASTS if what == "code" else INVITATION_LASTS),
                is_urgent=True,
            )
        ],
    )
