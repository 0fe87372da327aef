"""The link by which a household says itself whether its need is met. Who handled the case never sees it."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from renwang.foundation.access.fields import keyring
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.foundation.channels.actions import MessageToSend, cancel_messages, queue_messages

from .. import kinds, queries, rules
from ..engine import tokens
from ..events import ConfirmationLinkMade
from ..models import Case, ConfirmationLink
from ..rules import LinkWay, Status, StepSays
from .steps import check_each, locked, stale_case, write_steps


@action
def send_confirmation_link(*, actor: Actor, now: datetime, case_id: int) -> ConfirmationLinkMade:
    """Send the household its link by message, to its own phone: until a date, used once. Earlier ones end.

    Whoever handled the case may do this, because they do not see it. Raises NoLine, NoOwnNumber, SentJustNow.
    """
    case = _met(actor, "cases.send_confirmation_link", case_id)
    if not queries.can_send():
        raise rules.NoLine
    if queries.is_sent_just_now(case, now):
        raise rules.SentJustNow
    number = queries.own_number(case)
    link = _make(case, LinkWay.SENT, actor, now)
    path = reverse("cases:confirm", args=[tokens.token(link.pk, keyring().links.secret())])
    with override(settings.LANGUAGE_CODE):  # the household's, not the worker's
        text = rules.link_message(
            sender=settings.DISTRICT_NAME,
            label="" if kinds.get(case.kind).is_sensitive else kinds.label_of(case.kind),
            link=f"{settings.RENWANG_PUBLIC_URL}{path}",
            lasts=rules.LINK_LASTS.days,
        )
    message = MessageToSend(
        key=f"{queries.ABOUT_LINK}:{link.pk}",
        address=number,
        text=text,
        about=queries.ABOUT_LINK,
        about_id=link.pk,
        area=case.division_id,
    )
    queue_messages(actor=_following(actor), now=now, messages=[message])
    return ConfirmationLinkMade(case_id=case_id, link_id=link.pk, is_sent=True)


@action
def make_confirmation_link(*, actor: Actor, now: datetime, case_id: int) -> ConfirmationLinkMade:
    """Make a link that a second person shows the household: until a date, used once. Earlier ones end.

    Raises HandlerMayNotShowLink for whoever handled the case.
    """
    case = _met(actor, "cases.make_confirmation_link", case_id)
    if actor.user_id is None or actor.user_id in queries.handlers_of(case):
        raise rules.HandlerMayNotShowLink
    link = _make(case, LinkWay.SHOWN, actor, now)
    return ConfirmationLinkMade(case_id=case_id, link_id=link.pk, is_sent=False)


def _met(actor: Actor, permission: str, case_id: int) -> Case:
    (case,) = locked([case_id])
    check_each(actor, permission, [case])
    if case.status != Status.MET:
        raise stale_case(case_id)
    return case


def _make(case: Case, way: LinkWay, actor: Actor, now: datetime) -> ConfirmationLink:
    earlier = ConfirmationLink.objects.filter(case=case, used_at__isnull=True, expires_at__gt=now)
    ended = list(earlier.values_list("pk", flat=True))
    if ended:
        earlier.update(expires_at=now)
        cancel_messages(actor=_following(actor), now=now, about=queries.ABOUT_LINK, about_ids=ended)
    says = StepSays.LINK_SENT if way == LinkWay.SENT else StepSays.LINK_SHOWN
    write_steps(case_ids=[case.pk], old=case.status, new=case.status, by=actor.user_id, at=now, says=says)
    return ConfirmationLink.objects.create(
        case=case, way=way, made_by_id=actor.user_id, made_at=now, expires_at=now + rules.LINK_LASTS
    )


def _following(actor: Actor) -> Actor:
    """Return the system on behalf of whoever asks: they may not write messages of their own."""
    return Actor(user_id=actor.user_id, name=actor.name, is_system=True)
