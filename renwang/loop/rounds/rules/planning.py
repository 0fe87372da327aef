"""What a round's share in today's contact becomes, seen from what has already happened with the household today."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .statuses import OPEN_STATES, Because, Cadence, ContactState, PartState

# Local hours at which the first and the second contact of a day may begin.
FIRST_HOUR = (time(8), time(14))
# Between an answer and the next time the same household is asked on the same day, and the local hour at which that ends.
BETWEEN = timedelta(hours=3)
LAST_HOUR = time(20)
SLOTS: dict[str, tuple[int, ...]] = {Cadence.ONCE: (0,), Cadence.DAILY: (0,), Cadence.TWICE: (0, 1)}
# What is decided for the whole round, and not only for the day.
FINAL_FOR_ROUND = (Because.REFUSED, Because.MOVED_AWAY)


@dataclass(frozen=True, slots=True)
class Share:
    """What becomes of one round's share in a contact."""

    state: PartState
    because: str = ""


def share_of_late_round(state: ContactState | None, *, is_covered: bool, may_wait: bool) -> Share:
    """Return what becomes of a round that meets a household whose contact of the day stands so (None: not begun).

    Never a second contact: answered from what was told today where that covers its questions, otherwise carried to the
    next day while the round's window lasts.
    """
    if state is None or state in OPEN_STATES:
        return Share(PartState.ASKED)
    if state == ContactState.REACHED and is_covered:
        return Share(PartState.ANSWERED)
    because = Because.REFUSED if state == ContactState.REFUSED and not may_wait else Because.ALREADY_ASKED
    return Share(PartState.CARRIED if may_wait else PartState.MISSED, because)


def share_after_day(*, may_wait: bool, cadence: str, ended: ContactState, because: str) -> Share:
    """Return what becomes of an unanswered share when its day is over."""
    if cadence == Cadence.ONCE and may_wait and ended == ContactState.CARRIED:
        return Share(PartState.CARRIED, Because.DAY_OVER)
    return Share(PartState.MISSED, because if ended != ContactState.CARRIED else Because.DAY_OVER)


def slot_starts_at(day: date, slot: int, zone: ZoneInfo) -> datetime:
    """Return the moment from which the contact of a slot may be tried."""
    return datetime.combine(day, FIRST_HOUR[slot], zone)


def slots_to_plan(cadence: str, *, day: date, now: datetime, zone: ZoneInfo) -> tuple[int, ...]:
    """Return the slots a round may still begin on a day. A round that opens after the second one has begun asks once that
    day: two calls within minutes measure nothing."""
    return tuple(slot for slot in SLOTS[cadence] if slot == 0 or now < slot_starts_at(day, slot, zone))


def second_is_due(own: datetime, *, told_at: datetime, day: date, zone: ZoneInfo) -> datetime | None:
    """Return when the second contact of a day is due after the first was answered: at its own hour, or some hours after the
    answer where that was late. None: the evening has come, and the one answer must do for the day."""
    due = max(own, told_at + BETWEEN)
    return due if due == own or due <= datetime.combine(day, LAST_HOUR, zone) else None


def told_when(told: datetime | None, *, day: date, now: datetime, zone: ZoneInfo) -> datetime:
    """Return when something of a contact's day was told, as far as a phone's clock can be believed: not before that day
    began, and not in the future. A clock that is years wrong would measure by other yardsticks and start clocks that have
    long run out."""
    began = datetime.combine(day, time(0), zone)
    return now if told is None or not began <= told <= now else told


def day_is_over(day: date, now: datetime, zone: ZoneInfo) -> bool:
    """Answer whether a local day has passed."""
    return now.astimezone(zone).date() > day
