"""A worker's whole day: whom to contact, whom to visit, which cases wait, what was asked of them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, F, OuterRef, Q, Subquery

from renwang.desk import told
from renwang.desk.ordering import Stop, day_order
from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.loop.assignments.models import Worker
from renwang.loop.cases import kinds as needs
from renwang.loop.cases import queries as cases
from renwang.loop.cases.models import Case, Referral
from renwang.loop.cases.queries import OpenCase
from renwang.loop.cases.rules import LIVE, ReferralState
from renwang.loop.registry.models import Household, Membership, Subject
from renwang.loop.rounds import kinds as modes
from renwang.loop.rounds import queries as rounds
from renwang.loop.rounds.models import CheckIn, Contact, Finding
from renwang.loop.rounds.rules import OPEN_STATES, ContactState

MOST = 400


@dataclass(frozen=True, slots=True)
class LastTold:
    """The last check-in of a household, in one line."""

    at: datetime
    words: str
    is_good: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One household of the day."""

    contact_id: int
    household_id: int
    name: str
    members: int
    place: str
    village: str  # as addresses write it
    address: str
    state: str
    state_label: str
    mode: str
    icon: str
    due_at: datetime
    tries: int
    has_phone: bool
    ended_at: datetime | None
    last: LastTold | None
    cases: tuple[OpenCase, ...] = ()

    @property
    def alarm(self) -> str:
        """Return the word of what cannot wait there; empty where all can."""
        return next((one.label for one in self.cases if one.is_urgent or one.is_late), "")

    @property
    def where(self) -> str:
        """Return the village and the address, the village once."""
        if self.address.startswith(self.village):
            return self.address
        return f"{self.place} {self.address}".strip()

    @property
    def is_visit(self) -> bool:
        return self.mode == "visit" or self.state == ContactState.LAST_VISIT or not self.has_phone


@dataclass(frozen=True)
class MyDay:
    """A worker's day, in working order."""

    calls: list[Card] = field(default_factory=list)
    visits: list[Card] = field(default_factory=list)
    waiting: list[Card] = field(default_factory=list)  # asked to answer by themselves, or to be tried later
    done: list[Card] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)

    @property
    def todo(self) -> int:
        return len(self.calls) + len(self.visits) + len(self.waiting)

    @property
    def now(self) -> int:
        return len(self.calls) + len(self.visits)


def my_day(*, viewer: Actor, day: date, now: datetime) -> MyDay:
    """Return the day of whoever looks. A constant number of queries, for 5 households and for 80."""
    contacts = list(rounds.my_contacts(viewer=viewer, day=day)[:MOST])
    cards = _cards(contacts, viewer=viewer, now=now)
    found = MyDay(
        cases=my_cases(viewer=viewer),
        referrals=my_referrals(viewer=viewer),
    )
    open_cards = [card for card in cards.values() if card.state in OPEN_STATES]
    found.done.extend(
        sorted(
            (card for card in cards.values() if card.state not in OPEN_STATES),
            key=lambda card: card.ended_at or now,
            reverse=True,
        )
    )
    own_words = {mode.code for mode in modes.all_modes() if not mode.asked_by_worker}
    places = _stops(open_cards, viewer=viewer)
    for key in day_order(places[0], now=now, start=places[1]):
        card = cards[key]
        later = card.due_at > now and not card.alarm
        if card.mode in own_words or later:
            found.waiting.append(card)
        elif card.is_visit:
            found.visits.append(card)
        else:
            found.calls.append(card)
    return found


def _stops(cards: Sequence[Card], *, viewer: Actor) -> tuple[list[Stop], tuple[float, float] | None]:
    where = {
        row[0]: row[1:]
        for row in Household.objects.filter(pk__in=[card.household_id for card in cards]).values_list(
            "pk", "lon", "lat", "subject__division_id"
        )
    }
    home = Worker.objects.filter(pk=viewer.user_id or 0).values_list("lon", "lat").first()
    start = (home[0], home[1]) if home and home[0] is not None and home[1] is not None else None
    return [
        Stop(
            key=card.contact_id,
            due_at=card.due_at,
            is_alarm=bool(card.alarm),
            lon=where.get(card.household_id, (None, None, ""))[0],
            lat=where.get(card.household_id, (None, None, ""))[1],
            division=where.get(card.household_id, (None, None, ""))[2],
            address=card.address,
        )
        for card in cards
    ], start


def _cards(contacts: Sequence[Contact], *, viewer: Actor, now: datetime) -> dict[int, Card]:
    ids = [contact.household_id for contact in contacts]
    addresses = dict(Household.objects.filter(pk__in=ids).values_list("pk", "address"))
    sizes = household_sizes(ids)
    last = last_told(ids)
    live = cases.open_by_household(viewer=viewer, household_ids=ids, now=now)
    icons = {mode.code: mode.icon for mode in modes.all_modes()}
    return {
        contact.pk: Card(
            contact_id=contact.pk,
            household_id=contact.household_id,
            name=contact.household.name,
            members=sizes[contact.household_id],
            place=contact.division.called,
            village=contact.division.name,
            address=addresses.get(contact.household_id, ""),
            state=contact.state,
            state_label=str(contact.get_state_display()),
            mode=contact.mode,
            icon=icons.get(contact.mode, "point"),
            due_at=contact.next_try_at,
            tries=contact.tries,
            has_phone=contact.has_phone,
            ended_at=contact.ended_at,
            last=last.get(contact.household_id),
            cases=tuple(live.get(contact.household_id, ())),
        )
        for contact in contacts
    }


def household_sizes(household_ids: Collection[int]) -> Counter[int]:
    """Return how many live in each household. One query."""
    rows = Membership.objects.filter(household_id__in=household_ids, until__isnull=True).values_list("household_id")
    return Counter(dict(rows.annotate(n=Count("*")).order_by()))


def last_told(household_ids: Collection[int]) -> dict[int, LastTold]:
    """Return the last check-in of each household, in one line; nothing sealed is opened. Two queries.

    Ask only about households the viewer may see.
    """
    latest = CheckIn.objects.filter(household_id=OuterRef("pk")).order_by("-told_at", "-pk").values("pk")[:1]
    wanted = Subject.objects.filter(pk__in=household_ids).annotate(last=Subquery(latest)).values("last")
    rows = list(
        CheckIn.objects.filter(pk__in=wanted).values_list("pk", "household_id", "told_at", "all_well", "is_partial")
    )
    found = findings_of([row[0] for row in rows])
    return {
        household: LastTold(
            at,
            told.check_in(all_well=all_well, findings=found.get(pk, ()), is_partial=is_partial),
            all_well and not found.get(pk),
        )
        for pk, household, at, all_well, is_partial in rows
    }


def findings_of(check_in_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the kinds of finding of check-ins. One query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Finding.objects.filter(check_in_id__in=check_in_ids).order_by("pk").values_list("check_in_id", "kind")
    for check_in, kind in rows:
        found[check_in].append(kind)
    return dict(found)


def my_cases(*, viewer: Actor) -> list[Case]:
    """Return the live cases a worker holds, the shortest clock first. One query."""
    if viewer.user_id is None:
        return []
    found = Case.objects.filter(holder_id=viewer.user_id, status__in=LIVE).select_related("subject", "division")
    return list(found.order_by("due_at", "pk")[:50])


def my_referrals(*, viewer: Actor) -> list[Referral]:
    """Return what was offered to a worker, or to an area they answer for, and waits for their answer. One query."""
    if viewer.user_id is None:
        return []
    to_area = Q(to_user=None) & in_scope("to_area", viewer.areas("cases.answer_referral"))
    offices = viewer.offices()
    if offices and "command" not in offices:
        to_area &= Q(to_office__in=[*offices, ""])
    found = Referral.objects.filter(Q(to_user_id=viewer.user_id) | to_area, state=ReferralState.OFFERED)
    return list(found.select_related("case__subject", "case__division", "by").order_by("made_at", F("pk"))[:50])


def label_of(case: Case) -> str:
    """Return the name of a case's kind."""
    return needs.label_of(case.kind)
