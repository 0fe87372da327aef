"""Take up what households write back: answers through the one door, refusals, wrong numbers; the rest goes to a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import OperationalError
from django.utils import timezone

from renwang.foundation.access.fields import blinds
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action, count_what_has_grown, together
from renwang.foundation.channels import queries as channels
from renwang.foundation.channels.actions import Settled, settle_incoming
from renwang.foundation.channels.models import Incoming
from renwang.foundation.channels.rules import IncomingState

from .. import queries
from ..events import CallBacksRecorded, CheckInsRecorded
from ..models import Contact
from ..rules import OPEN_STATES, Asked, Outcome, after_call_back
from ..rules.replies import Kin, Reply, Verdict, addressed, read
from .attempts import AttemptMade, record_attempts
from .check_ins import ByActor, CheckInTold, keep_as_told
from .standing import MOVED_COLUMNS, put_down, standing_of

AT_ONCE = 500
MODE = "sms"
OUTCOMES = {Verdict.REFUSED: Outcome.REFUSED, Verdict.WRONG_NUMBER: Outcome.WRONG_NUMBER}


def take_new_replies(*, actor: Actor, now: datetime) -> int:
    """Take up every reply that has arrived; returns how many. What cannot be taken up is put before a person, alone."""
    taken = last = 0
    while ids := channels.new_incoming(AT_ONCE, last):
        _take_or_halve(ids, actor=actor, now=now)
        taken += len(ids)
        last = ids[-1]
        count_what_has_grown()
    return taken


def _take_or_halve(ids: Sequence[int], *, actor: Actor, now: datetime) -> None:
    try:
        take_replies(actor=actor, now=now, incoming_ids=ids)
    except OperationalError:
        raise  # the database is away or busy: it is no reply's fault
    except Exception:  # noqa: BLE001  # whatever it is, it must not keep the others waiting
        if len(ids) == 1:
            area = queries.root_area()
            told = Settled(incoming_id=ids[0], state=IncomingState.REVIEW, reason="failed", area=area)
            settle_incoming(actor=actor, now=now, settled=[told])
            return
        for some in (ids[: len(ids) // 2], ids[len(ids) // 2 :]):
            _take_or_halve(some, actor=actor, now=now)


@dataclass(slots=True)
class _Taken:
    told: list[CheckInTold] = field(default_factory=list)
    attempts: list[AttemptMade] = field(default_factory=list)
    call_backs: list[int] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)


def take_replies(*, actor: Actor, now: datetime, incoming_ids: Sequence[int]) -> int:
    """Take up replies in one transaction: keep answers as check-ins, note refusals and wrong numbers, settle each reply or put it
    before a person. Taken up twice, nothing happens twice. Returns how many were settled."""
    rows = [row for row in channels.incoming(incoming_ids) if row.state == IncomingState.NEW]
    if not rows:
        return 0
    taken = _read_all(rows, now=now)
    with together():
        if taken.told:
            record_replies(actor=actor, now=now, replies=taken.told)
        if taken.attempts:
            record_attempts(actor=actor, now=now, attempts=taken.attempts)
        if taken.call_backs:
            record_call_backs(actor=actor, now=now, contact_ids=taken.call_backs)
        settle_incoming(actor=actor, now=now, settled=taken.settled)
    return len(taken.settled)


@action
def record_replies(*, actor: Actor, now: datetime, replies: Sequence[CheckInTold]) -> CheckInsRecorded:
    """Keep what households wrote as what they told; see ``record_check_ins``. That the number is theirs is the right."""
    actor.check_may("rounds.record_replies", "")
    return keep_as_told(now=now, gathered=[ByActor(actor, told) for told in replies], may_check=False)


@action
def record_call_backs(*, actor: Actor, now: datetime, contact_ids: Sequence[int]) -> CallBacksRecorded:
    """Let whoever is answerable call these households now, because they want it or their reply needs it."""
    rows = list(Contact.objects.select_for_update().filter(id__among=contact_ids, state__in=OPEN_STATES).order_by("pk"))
    for row in rows:
        actor.check_may_for("rounds.record_call_backs", row.division_id, row.household_id)
    steps = queries.steps_of_rounds({row.led_by_id for row in rows})
    for row in rows:
        after = after_call_back(standing_of(row), steps[row.led_by_id], has_phone=row.has_phone, now=now)
        put_down(row, after, now=now)
    Contact.objects.bulk_update(rows, MOVED_COLUMNS, batch_size=500)
    return CallBacksRecorded(contact_ids=tuple(row.pk for row in rows))


def submission_of(incoming_id: int, contact_id: int) -> UUID:
    """Return the number of what a reply becomes: the same reply is the same submission, however often it is taken up."""
    return uuid5(NAMESPACE_URL, f"renwang:reply:{incoming_id}:{contact_id}")


def _read_all(rows: Sequence[Incoming], *, now: datetime) -> _Taken:
    today = timezone.localdate(now)
    indexes = {row.pk: blinds(row.address or "", "phone") for row in rows}
    on = queries.households_on([index for several in indexes.values() for index in several])
    households = {pk for several in on.values() for pk in several}
    contacts = queries.contacts_for_replies(households, today)
    kin = queries.kin_of(households, today)
    chosen = {pk: _choose(several, now=now) for pk, several in contacts.items()}
    asked = queries.asked_in_contacts([row.pk for row in chosen.values()])
    fever_from = queries.yardsticks_on([today])[today].fever_from
    taken = _Taken()
    root = queries.root_area()
    for row in rows:
        speakers = {pk: person for index in indexes[row.pk] for pk, person in on.get(index, {}).items()}
        there = {pk: chosen[pk] for pk in speakers if pk in chosen}
        if not there:
            taken.settled.append(_review(row, "no_contact" if speakers else "unknown_number", area=root))
            continue
        _Reading(row, there, speakers, kin, asked, taken, fever_from=fever_from, now=now).take()
    return taken


def _choose(contacts: Sequence[Contact], *, now: datetime) -> Contact:
    """Return the contact a reply answers: the open one that was asked by message last, else the latest that has begun."""
    still = [row for row in contacts if row.state in OPEN_STATES]
    texted = [row for row in still if row.texted]
    return texted[0] if texted else still[-1] if still else contacts[0]


def _review(row: Incoming, reason: str, *, area: str, contact: Contact | None = None) -> Settled:
    return Settled(
        incoming_id=row.pk,
        state=IncomingState.REVIEW,
        reason=reason,
        about=queries.ABOUT if contact else "",
        about_id=contact.pk if contact else None,
        area=contact.division_id if contact else area,
    )


@dataclass(slots=True)
class _Reading:
    row: Incoming
    there: Mapping[int, Contact]  # by household
    speakers: Mapping[int, int | None]
    kin: Mapping[int, Sequence[Kin]]
    asked: Mapping[int, Asked]
    taken: _Taken
    fever_from: object
    now: datetime

    def take(self) -> None:
        """Read one reply, of one household or of several on one phone."""
        text = self.row.text or ""
        still = {pk: one for pk, one in self.there.items() if one.state in OPEN_STATES} or dict(self.there)
        if len(still) == 1:
            (contact,) = still.values()
            if contact.letter:
                named = addressed(text, {one.pk: (one.letter, one.household.name) for one in self.there.values()})
                if named and set(named) <= {one.pk for one in self.there.values()}:
                    return self._take_several(named)
            return self._settle(contact, self._read(contact, text))
        named = addressed(text, {one.pk: (one.letter, one.household.name) for one in self.there.values()})
        if named is None:
            first = min(still.values(), key=lambda one: one.pk)
            reply = self._read(first, text)
            if reply.verdict in (Verdict.REFUSED, Verdict.WRONG_NUMBER):
                # Whoever holds the phone says it for the phone.
                for contact in still.values():
                    self._attempt(contact, OUTCOMES[reply.verdict])
                self.taken.settled.append(self._handled(first))
                return None
            self.taken.settled.append(_review(self.row, "shared_phone", area=first.division_id, contact=first))
            return None
        return self._take_several(named)

    def _take_several(self, named: Mapping[int, str]) -> None:
        by_id = {one.pk: one for one in self.there.values()}
        settled: list[Settled] = []
        for contact_id, words in named.items():
            contact = by_id[contact_id]
            reply = self._read(contact, words)
            settled.append(self._do(contact, reply))
        worst = next((one for one in settled if one.state == IncomingState.REVIEW), settled[0])
        self.taken.settled.append(worst)

    def _read(self, contact: Contact, text: str) -> Reply:
        return read(
            text,
            asked=self.asked.get(contact.pk, Asked(travel=True, contacts=True, health=True, needs=True)),
            members=self.kin.get(contact.household_id, ()),
            today=timezone.localdate(self.row.received_at),
            speaker=self.speakers.get(contact.household_id),
            fever_from=self.fever_from,  # type: ignore[arg-type]
        )

    def _settle(self, contact: Contact, reply: Reply) -> None:
        self.taken.settled.append(self._do(contact, reply))

    def _do(self, contact: Contact, reply: Reply) -> Settled:
        match reply.verdict:
            case Verdict.ANSWERED:
                # The whole reply is kept with each household it answers for: nothing of it is lost.
                answers = {**reply.answers, "words": (self.row.text or "")[:1000]}
                self.taken.told.append(
                    CheckInTold(
                        submission_id=submission_of(self.row.pk, contact.pk),
                        contact_id=contact.pk,
                        mode=MODE,
                        answers=answers,
                        told_at=self.row.received_at,
                        told_by=self.speakers.get(contact.household_id),
                        is_partial=reply.is_partial,
                    )
                )
            case Verdict.CALL_BACK:
                self.taken.call_backs.append(contact.pk)
                if contact.state not in OPEN_STATES:
                    return _review(self.row, "call_back", area=contact.division_id, contact=contact)
            case Verdict.REFUSED | Verdict.WRONG_NUMBER:
                self._attempt(contact, OUTCOMES[reply.verdict])
            case _:
                pass
        if reply.reason or reply.verdict == Verdict.UNCLEAR:
            return _review(self.row, reply.reason or "unclear", area=contact.division_id, contact=contact)
        return self._handled(contact)

    def _attempt(self, contact: Contact, outcome: Outcome) -> None:
        self.taken.attempts.append(
            AttemptMade(
                submission_id=submission_of(self.row.pk, contact.pk),
                contact_id=contact.pk,
                mode=MODE,
                outcome=outcome,
                at=self.row.received_at,
            )
        )

    def _handled(self, contact: Contact) -> Settled:
        return Settled(
            incoming_id=self.row.pk,
            state=IncomingState.HANDLED,
            about=queries.ABOUT,
            about_id=contact.pk,
            area=contact.division_id,
        )
