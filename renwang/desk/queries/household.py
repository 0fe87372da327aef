"""Everything about one household in time order: what we know, what we promised, what is open."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from renwang.desk import told
from renwang.foundation.access import queries as access
from renwang.foundation.access.rules import Actor
from renwang.loop.assignments.models import Assignment
from renwang.loop.cases import queries as cases
from renwang.loop.cases.queries import OpenCase
from renwang.loop.fulfilment import kinds as resources
from renwang.loop.fulfilment.models import Movement
from renwang.loop.fulfilment.rules import Step, plain
from renwang.loop.registry import queries as registry
from renwang.loop.registry.models import Membership
from renwang.loop.registry.queries import EnrolmentCard, HouseholdCard
from renwang.loop.registry.rules import called
from renwang.loop.rounds import kinds as modes
from renwang.loop.rounds.models import Attempt, CheckIn, Contact, Finding
from renwang.loop.rounds.rules import OPEN_STATES, Outcome

from .my_work import findings_of

MOST = 60  # moments of each kind
KINDS = ("contacts", "cases", "deliveries", "changes", "looks")


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing in the time line. ``kind``: one of KINDS; ``case_id`` or ``check_in_id``: what it leads to."""

    at: datetime
    kind: str
    icon: str
    title: str
    text: str = ""
    by: str = ""
    meaning: str = "quiet"
    case_id: int | None = None
    check_in_id: int | None = None


@dataclass(frozen=True, slots=True)
class Responsible:
    """Somebody who holds a duty for the household or its village."""

    user_id: int
    name: str
    phone: str
    duty: str
    since: datetime
    is_answerable: bool
    of_household: bool


@dataclass(frozen=True, slots=True)
class State:
    """How one member is, as last told."""

    words: str
    meaning: str
    at: datetime | None


@dataclass(frozen=True)
class HouseholdPage:
    """Everything the page shows."""

    card: HouseholdCard
    enrolments: dict[int, list[EnrolmentCard]]
    responsible: list[Responsible]
    states: dict[int, State]
    open_cases: list[OpenCase]
    next_contact: Contact | None
    today: list[Contact]
    moments: list[Moment]
    counted: Counter[str]


def household_page(
    *, viewer: Actor, household_id: int, now: datetime, today: date, shown: str = ""
) -> HouseholdPage | None:
    """Return one household as its page shows it; None where there is none to see. A constant number of queries."""
    card = registry.household_card(viewer, household_id)
    if card is None:
        return None
    lived_here = set(Membership.objects.filter(household_id=card.id).values_list("person_id", flat=True))
    subjects = [card.id, *lived_here]
    contacts = list(
        Contact.objects.filter(household_id=card.id).order_by("-day", "-slot").select_related("user")[:MOST]
    )
    told_here = list(
        CheckIn.objects.filter(household_id=card.id)
        .defer("told")
        .order_by("-told_at", "-pk")
        .select_related("by")[:MOST]
    )
    found = findings_of([row.pk for row in told_here])
    moments = [
        *_contact_moments(contacts, told_here, found),
        *_case_moments(viewer, subjects),
        *_delivery_moments(viewer, subjects),
        *_assignment_moments(card.id),
        *_look_moments(viewer, card, subjects),
    ]
    moments.sort(key=lambda moment: moment.at, reverse=True)
    return HouseholdPage(
        card=card,
        enrolments=registry.enrolments_of(viewer, [member.id for member in card.members]),
        responsible=responsible_for(card.id, card.division, now=now),
        states=_states(card, told_here[:1]),
        open_cases=cases.open_by_household(viewer=viewer, household_ids=[card.id], now=now).get(card.id, []),
        next_contact=next((row for row in reversed(contacts) if row.state in OPEN_STATES), None),
        today=[row for row in contacts if row.day == today],
        moments=[moment for moment in moments if not shown or moment.kind == shown],
        counted=Counter(moment.kind for moment in moments),
    )


def responsible_for(household_id: int, division: str, *, now: datetime) -> list[Responsible]:
    """Return who holds a duty for a household or for an area it lies in, the household's own first. One query."""
    above = [division[:end] for end in range(1, len(division) + 1)]
    rows = (
        Assignment.objects.filter(Q(until__isnull=True) | Q(until__gt=now), since__lte=now)
        .filter(Q(subject_id=household_id) | Q(division_id__in=above))
        .select_related("user", "duty")
        .order_by("duty__order", "since")
    )
    found = [
        Responsible(
            user_id=row.user_id,
            name=row.user.name,
            phone=row.user.work_phone,
            duty=called(row.duty.label, row.duty.label_en),
            since=row.since,
            is_answerable=row.duty.is_answerable,
            of_household=row.subject_id is not None,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.of_household, not one.is_answerable))


def _states(card: HouseholdCard, last: Sequence[CheckIn]) -> dict[int, State]:
    """Return how each member is, by the last check-in: only what was found, nothing sealed is opened. One query."""
    if not last:
        return {}
    check_in = last[0]
    rows = Finding.objects.filter(check_in=check_in).exclude(subject_id=card.id).values_list("subject_id", "kind")
    words: dict[int, list[str]] = {}
    for subject, kind in rows:
        words.setdefault(subject, []).append(told.finding(kind))
    return {
        member.id: State(" · ".join(words[member.id]), "act", check_in.told_at)
        if member.id in words
        else State(pgettext("one person", "well"), "verified", check_in.told_at)
        for member in card.members
        # Partly told and yet all well: only an office's own question was left open.
        if member.id in words or check_in.all_well or not check_in.is_partial
    }


def _contact_moments(
    contacts: Sequence[Contact], told_here: Sequence[CheckIn], found: dict[int, list[str]]
) -> list[Moment]:
    """Return what was told and what was tried. One query."""
    words = {mode.code: (mode.icon, str(mode.label)) for mode in modes.all_modes()}
    moments = [
        Moment(
            at=row.told_at,
            kind="contacts",
            icon=words.get(row.mode, ("message-dots", ""))[0],
            title=told.check_in(all_well=row.all_well, findings=found.get(row.pk, ()), is_partial=row.is_partial),
            text=str(row.get_staleness_display()) if row.staleness else "",
            by=" · ".join(filter(None, (words.get(row.mode, ("", row.mode))[1], row.by.name if row.by else ""))),
            meaning="act" if found.get(row.pk) else "verified",
            check_in_id=row.pk,
        )
        for row in told_here
    ]
    attempts = (
        Attempt.objects.filter(contact_id__in=[row.pk for row in contacts])
        .exclude(outcome=Outcome.ANSWERED)
        .select_related("by")
        .order_by("-at")[:MOST]
    )
    moments += [
        Moment(
            at=row.at,
            kind="contacts",
            icon=words.get(row.mode, ("phone-off", ""))[0],
            title=f"{words.get(row.mode, ('', row.mode))[1]}: {row.get_outcome_display()}",
            text=row.note,
            by=row.by.name if row.by else "",
        )
        for row in attempts
    ]
    moments += [
        Moment(
            at=row.ended_at,
            kind="contacts",
            icon="phone-off",
            title=str(row.get_state_display()),
            text=row.closed_because or (str(row.get_because_display()) if row.because else ""),
            meaning="act" if row.state == "unreached" else "quiet",
        )
        for row in contacts
        if row.ended_at and row.state in ("unreached", "refused", "closed")
    ]
    return moments


def _case_moments(viewer: Actor, subjects: Collection[int]) -> list[Moment]:
    meanings = {"open": "late", "in_hand": "doing", "met": "doing", "verified": "verified", "closed": "verified"}
    return [
        Moment(
            at=one.at,
            kind="cases",
            icon=one.icon,
            title=f"{one.label} · {one.new_label}" if one.old != one.new else one.label,
            text=one.note,
            by=one.who,
            meaning=meanings.get(one.new, "quiet"),
            case_id=one.case_id,
        )
        for one in cases.case_timeline(viewer=viewer, subject_ids=subjects, most=MOST)
    ]


def _delivery_moments(viewer: Actor, subjects: Collection[int]) -> list[Moment]:
    """Return what was sent, received, verified for the cases the viewer may see. One query."""
    seen = cases.visible_cases(viewer=viewer).filter(subject_id__in=subjects).values("pk")
    rows = (
        Movement.objects.filter(line__case__in=seen)
        .exclude(step__in=[Step.REQUEST, Step.CANCEL])
        .select_related("line", "by")
        .order_by("-at", "-pk")[:MOST]
    )
    return [
        Moment(
            at=row.at,
            kind="deliveries",
            icon="truck-delivery" if row.step in (Step.SEND, Step.COMMIT) else "package",
            title=f"{resources.label_of(row.line.resource)} {plain(row.quantity)} {resources.unit_of(row.line.resource)} · {Step(row.step).label}",
            text=row.note,
            by=row.by.name if row.by else "",
            meaning="verified" if row.step in (Step.RECEIVE, Step.VERIFY) else "doing",
            case_id=row.line.case_id,
        )
        for row in rows
    ]


def _assignment_moments(household_id: int) -> list[Moment]:
    """Return who began and who ended to be responsible. One query."""
    rows = Assignment.objects.filter(subject_id=household_id).select_related("user", "duty").order_by("-since")[:MOST]
    moments = []
    for row in rows:
        duty = called(row.duty.label, row.duty.label_en)
        begun = _("%(name)s is now responsible (%(duty)s)") % {"name": row.user.name, "duty": duty}
        moments.append(Moment(at=row.since, kind="changes", icon="user-check", title=begun, text=row.reason))
        if row.until is not None:
            ended = _("%(name)s is no longer responsible (%(duty)s)") % {"name": row.user.name, "duty": duty}
            moments.append(Moment(at=row.until, kind="changes", icon="user-minus", title=ended, text=row.ended_because))
    return moments


def _look_moments(viewer: Actor, card: HouseholdCard, subjects: Collection[int]) -> list[Moment]:
    """Return who opened what is sealed: for whoever may see the looks of the area. One query."""
    if not viewer.may("access.view_looks", card.division):
        return []
    rows = access.looks(viewer=viewer).filter(subject_id__in=subjects).select_related("user").order_by("-at")[:MOST]
    words = {"phone": _("phone number"), "id_number": _("ID number"), "answers": _("answers"), "told": _("answers")}
    return [
        Moment(
            at=row.at,
            kind="looks",
            icon="eye",
            title=_("%(what)s was opened") % {"what": words.get(row.field, row.field)},
            text=row.reason,
            by=row.user.name if row.user else "",
        )
        for row in rows
    ]
