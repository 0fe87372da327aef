"""To which number a household's link may go: its own, as the register had it before, and nobody's who works on the case."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from renwang.foundation.access.models import User
from renwang.foundation.audit.queries import entries
from renwang.foundation.channels import kinds as channels
from renwang.foundation.channels.queries import messages_about
from renwang.foundation.channels.rules import MessageState, dialled
from renwang.loop.registry.models import Household, Membership, Organisation
from renwang.loop.registry.rules import SubjectKind
from renwang.loop.rounds.queries import households_on

from ..models import Case, ConfirmationLink
from ..rules import LINK_AGAIN, SHARED_BY_MOST, LinkWay, NoLine, NoOwnNumber, SentJustNow
from .rights import handlers_of

ABOUT_LINK = "cases.link"
CORRECTIONS = ("registry.correct_person", "registry.correct_household")


@dataclass(frozen=True, slots=True)
class _Number:
    subject_id: int
    number: str
    index: bytes
    known_since: datetime


def own_number(case: Case) -> str:
    """Return the number by which the one who had the need is asked; raises NoOwnNumber with why there is none.

    The person's own first, then the household's, then its members'. Not one that a worker's account bears, that somebody who
    handled the case has written down, that was told or changed since the case was opened, or that too many households share.
    """
    found = _numbers(case)
    if not found:
        raise NoOwnNumber("none")
    new = [one for one in found if one.known_since > case.opened_at]
    known = [one for one in found if one not in new]
    mended = _mended_by(handlers_of(case), {one.subject_id for one in known})
    crowded = {
        index for index, several in households_on({one.index for one in known}).items() if len(several) > SHARED_BY_MOST
    }
    why = "changed" if new else ""
    for one in known:
        if one.subject_id in mended:
            why = "changed"
        elif one.index in crowded:
            why = why or "shared"
        elif _is_a_workers(one.number):
            why = why or "worker"
        else:
            return one.number
    raise NoOwnNumber(why)


def can_send() -> bool:
    """Answer whether a link can go out by message: there is a line, and an address that phones reach."""
    return channels.is_set_up("sms") and bool(settings.RENWANG_PUBLIC_URL)


def is_sent_just_now(case: Case, now: datetime) -> bool:
    """Answer whether the household has just got a message about this case: it gets no second one so soon."""
    sent = ConfirmationLink.objects.filter(case=case, way=LinkWay.SENT, made_at__gt=now - LINK_AGAIN)
    return sent.exists()


def why_not_sent(case: Case, now: datetime) -> str:
    """Return why no link can go to the household's own phone now, in the reader's language; empty where it can."""
    if not can_send():
        return str(NoLine())
    if is_sent_just_now(case, now):
        return str(SentJustNow())
    try:
        own_number(case)
    except NoOwnNumber as refusal:
        return str(refusal)
    return ""


@dataclass(frozen=True, slots=True)
class LinkSent:
    """The last message with a link about a case: when, how long it opens, and where the message stands."""

    at: datetime
    until: datetime
    state: MessageState | None


def link_sent(case: Case) -> LinkSent | None:
    """Return what is known of the last link that was sent about a case. Never the link itself."""
    link = ConfirmationLink.objects.filter(case=case, way=LinkWay.SENT).order_by("-pk").first()
    if link is None:
        return None
    told = messages_about(ABOUT_LINK, [link.pk])
    return LinkSent(link.made_at, link.expires_at, MessageState(told[-1].state) if told else None)


def household_of(case: Case) -> int | None:
    """Return the household a case is about: the subject's own, or where the person lives now."""
    if case.subject.kind == SubjectKind.HOUSEHOLD:
        return case.subject_id
    home = Membership.objects.filter(person_id=case.subject_id, until__isnull=True)
    return home.values_list("household_id", flat=True).first()


def _numbers(case: Case) -> list[_Number]:
    """Return the numbers that can be written to, in the order in which they are tried."""
    columns = ("subject_id", "phone", "phone_idx", "subject__changed_at")
    if case.subject.kind == SubjectKind.ORGANISATION:
        rows = list(Organisation.objects.filter(subject=case.subject_id, phone_idx__isnull=False).values_list(*columns))
    else:
        home = household_of(case)
        people = Membership.objects.filter(until__isnull=True, person__person__phone_idx__isnull=False).filter(
            Q(household_id=home) if home is not None else Q(person_id=case.subject_id)
        )
        members = list(
            people.order_by("pk").values_list(
                "person_id", "person__person__phone", "person__person__phone_idx", "person__changed_at"
            )
        )
        own = [row for row in members if row[0] == case.subject_id]
        household = Household.objects.filter(subject=home, phone_idx__isnull=False).values_list(*columns)
        rows = [*own, *household, *(row for row in members if row not in own)]
    return [
        _Number(pk, number, bytes(index), changed_at)
        for pk, phone, index, changed_at in rows
        if (number := dialled(phone or ""))
    ]


def _mended_by(handlers: Collection[int], subjects: Collection[int]) -> set[int]:
    """Return those whose number one of the handlers has written down by hand, at whatever time."""
    rows = entries().filter(name__in=CORRECTIONS, actor_id__in=handlers, facts__subject_id__in=list(subjects))
    return {facts["subject_id"] for facts in rows.values_list("facts", flat=True) if "phone" in facts["fields"]}


def _is_a_workers(number: str) -> bool:
    """Answer whether some account bears this number, however either is spelled."""
    wanted = _bare(number)
    alike = User.objects.filter(work_phone__endswith=wanted[-3:]).values_list("work_phone", flat=True)
    return any(_bare(dialled(one)) == wanted for one in alike)


def _bare(number: str) -> str:
    return number.removeprefix("+86").removeprefix("0086")
