"""What happens in outreach: ids and plain values, never a name, a phone or an answer."""

from dataclasses import dataclass
from datetime import date

from renwang.foundation.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class QuestionsDefined(Event):
    """An office's own questions were written or changed."""

    codes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RoundDrafted(Event):
    """A round was written, or a draft changed."""

    round_id: int


@dataclass(frozen=True, kw_only=True)
class QuestionsAdded(Event):
    """A round that is still a draft asks more: for somebody's form."""

    round_id: int
    codes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RoundOpened(Event):
    """A round may ask from now on."""

    round_id: int


@dataclass(frozen=True, kw_only=True)
class RoundClosed(Event):
    """A round asks no more."""

    round_id: int
    closed_contact_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class HouseholdsPlanned(Event):
    """A batch of households got their contacts of a day, or further shares in them."""

    day: date
    contact_ids: tuple[int, ...]
    part_count: int


@dataclass(frozen=True, kw_only=True)
class ContactsSettled(Event):
    """A batch of contacts of past days ended: carried, or not reached."""

    carried_ids: tuple[int, ...]
    unreached_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SilenceNoted(Event):
    """Residents who were to answer by link have not: the contacts went on to the next mode."""

    contact_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CheckInsRecorded(Event):
    """Households told something. ``check_in_ids`` and ``finding_ids`` are new; ``answered_ids`` has one id for each submission."""

    check_in_ids: tuple[int, ...]
    finding_ids: tuple[int, ...]
    user_ids: tuple[int | None, ...] = ()  # who recorded each of check_in_ids
    stale_ids: tuple[int, ...] = ()
    answered_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CheckInsReceived(Event):
    """What households told was kept; what follows from it comes next, as CheckInsRecorded. Fields as there."""

    check_in_ids: tuple[int, ...]
    user_ids: tuple[int | None, ...]
    answered_ids: tuple[int, ...]
    stale_ids: tuple[int, ...]  # among answered_ids
    redated_ids: tuple[int, ...] = ()  # among check_in_ids: told, as it was sent, before the contact's day had begun


@dataclass(frozen=True, kw_only=True)
class CheckInSetAside(Event):
    """What follows from a check-in cannot be worked out with the others: a promise tries it alone."""

    check_in_id: int


@dataclass(frozen=True, kw_only=True)
class AttemptsRecorded(Event):
    """Tries were noted that reached nobody, or were refused."""

    attempt_ids: tuple[int, ...]
    contact_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class TextsSent(Event):
    """Households are asked by message: the messages are queued, their contacts wait for an answer."""

    contact_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CallBacksRecorded(Event):
    """Households want to be called: whoever is answerable calls them."""

    contact_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ContactPostponed(Event):
    """A person moved the next try."""

    contact_id: int


@dataclass(frozen=True, kw_only=True)
class ContactClosed(Event):
    """A person ended a contact without an answer, with a reason."""

    contact_id: int


@dataclass(frozen=True, kw_only=True)
class ContactAskedAgain(Event):
    """A person decided that a household which refused, or could not be reached, is asked again."""

    contact_id: int


@dataclass(frozen=True, kw_only=True)
class ContactsHandedOver(Event):
    """Open contacts followed the person who is answerable now."""

    contact_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ContactsDropped(Event):
    """Open contacts ended, because their household is the double of another that is asked itself."""

    contact_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class LinksMade(Event):
    """Households got links for a self-report. ``link_ids`` has one for each contact, made now or before."""

    link_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class YardstickSet(Event):
    """Answers are measured by something else from a day on."""

    code: str
    value: str
    since: date


@dataclass(frozen=True, kw_only=True)
class DeviceEnrolled(Event):
    """A phone or program may hand in check-ins for an account."""

    device_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class DeviceRevoked(Event):
    """A phone or program may no longer hand in check-ins."""

    device_id: int
