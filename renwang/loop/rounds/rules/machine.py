"""What a try, a silence, an answer or the end of the day does to a contact: pure moves from one standing to the next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .statuses import OPEN_STATES, Because, ContactState, Disposition, Outcome

LAST_MODE = "visit"  # after every mode has failed, somebody goes there
LATER_WAIT = timedelta(hours=1)

USELESS_NUMBER = frozenset({Outcome.WRONG_NUMBER, Outcome.NO_SUCH_NUMBER})
DISPOSITION_AFTER: dict[Outcome, Disposition] = {
    Outcome.ANSWERED: Disposition.STARTED,
    Outcome.NO_ANSWER: Disposition.UNRESPONSIVE,
    Outcome.BUSY: Disposition.UNRESPONSIVE,
    Outcome.SWITCHED_OFF: Disposition.UNRESPONSIVE,
    Outcome.NOT_HOME: Disposition.UNRESPONSIVE,
    Outcome.WRONG_NUMBER: Disposition.FAILED,
    Outcome.NO_SUCH_NUMBER: Disposition.FAILED,
    Outcome.LATER: Disposition.CONTACTED,
    Outcome.BROKE_OFF: Disposition.BREAKOFF,
    Outcome.REFUSED: Disposition.REFUSED,
    Outcome.MOVED_AWAY: Disposition.INELIGIBLE,
    Outcome.NOT_SENT: Disposition.UNRESPONSIVE,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a mode sequence, with what its mode needs."""

    mode: str
    tries: int = 2
    wait_minutes: int = 120
    needs_phone: bool = False
    asked_by_worker: bool = True

    @property
    def wait(self) -> timedelta:
        return timedelta(minutes=self.wait_minutes)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a contact stands: its state, what has come of it, and when who tries next by which mode."""

    state: ContactState
    disposition: Disposition
    step: int
    mode: str
    tries: int
    next_try_at: datetime
    because: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


def beginning(steps: Sequence[Step], *, has_phone: bool, starts_at: datetime) -> Standing:
    """Return how a contact begins: at the first step that can be taken with what is known of the household."""
    blank = Standing(ContactState.DUE, Disposition.REGISTERED, 0, LAST_MODE, 0, starts_at)
    return _from_step(blank, steps, 0, has_phone=has_phone, now=starts_at)


def after_attempt(
    standing: Standing, outcome: Outcome, steps: Sequence[Step], *, has_phone: bool, now: datetime
) -> Standing:
    """Return where a contact stands after one try. A contact that is no longer open does not move."""
    if not standing.is_open:
        return standing
    told = replace(standing, disposition=DISPOSITION_AFTER[outcome])
    if outcome == Outcome.ANSWERED:
        return told
    if outcome == Outcome.REFUSED:
        return replace(told, state=ContactState.REFUSED, because=Because.REFUSED)
    if outcome == Outcome.MOVED_AWAY:
        return replace(told, state=ContactState.UNREACHED, because=Because.MOVED_AWAY)
    if outcome == Outcome.LATER:
        # They asked for it: it costs no try.
        state = ContactState.TRYING if told.state == ContactState.DUE else told.state
        return replace(told, state=state, next_try_at=now + LATER_WAIT)
    if standing.state == ContactState.LAST_VISIT:
        return replace(told, state=ContactState.UNREACHED, tries=told.tries + 1, because=reason_of(told.disposition))
    if outcome in USELESS_NUMBER:
        return _from_step(told, steps, standing.step + 1, has_phone=False, now=now)
    step = steps[standing.step] if standing.step < len(steps) else None
    if outcome == Outcome.NOT_SENT:
        # Another message would meet what stopped the first.
        return _from_step(told, steps, standing.step + 1, has_phone=has_phone, now=now)
    if step is None or standing.tries + 1 >= step.tries:
        return _from_step(told, steps, standing.step + 1, has_phone=has_phone, now=now)
    return replace(told, state=ContactState.TRYING, tries=told.tries + 1, next_try_at=now + step.wait)


def after_call_back(standing: Standing, steps: Sequence[Step], *, has_phone: bool, now: datetime) -> Standing:
    """Return where a contact stands when the household wants to be called: at the next step at which somebody calls, now."""
    if not standing.is_open or standing.state == ContactState.LAST_VISIT:
        return standing
    told = replace(standing, state=ContactState.TRYING, disposition=Disposition.CONTACTED)
    if standing.step < len(steps) and steps[standing.step].asked_by_worker:
        return replace(told, next_try_at=now)
    start = next((n for n, step in enumerate(steps) if n > standing.step and step.asked_by_worker), len(steps))
    return _from_step(told, steps, start, has_phone=has_phone, now=now)


def after_silence(standing: Standing, steps: Sequence[Step], *, has_phone: bool, now: datetime) -> Standing:
    """Return where a contact stands when the resident who was to answer by link has not, and the wait is over.

    Steps asked by a worker do not move by silence: an untried call stays due until the end of the day.
    """
    if not standing.is_open or standing.state == ContactState.LAST_VISIT or now < standing.next_try_at:
        return standing
    if standing.step >= len(steps) or steps[standing.step].asked_by_worker:
        return standing
    step = steps[standing.step]
    told = replace(standing, disposition=Disposition.UNRESPONSIVE)
    if standing.tries + 1 >= step.tries:
        return _from_step(told, steps, standing.step + 1, has_phone=has_phone, now=now)
    return replace(told, state=ContactState.TRYING, tries=told.tries + 1, next_try_at=now + step.wait)


def after_day(standing: Standing, *, goes_on: bool, was_tried: bool, has_worker: bool) -> Standing:
    """Return where a contact of a past day ends: carried where its asking goes on tomorrow, else not reached, with a reason.

    A visit that was due and not made is not carried: the household belongs on the list.
    """
    if not standing.is_open:
        return standing
    if goes_on and standing.state != ContactState.LAST_VISIT:
        return replace(standing, state=ContactState.CARRIED, because=Because.DAY_OVER)
    if not has_worker:
        because = Because.NOBODY_ANSWERABLE
    elif not was_tried:
        because = Because.NOT_TRIED
    else:
        because = reason_of(standing.disposition)
    disposition = standing.disposition if was_tried else Disposition.UNRESPONSIVE
    return replace(standing, state=ContactState.UNREACHED, disposition=disposition, because=because)


def reason_of(disposition: Disposition) -> Because:
    """Return the reason a contact was not reached, as its last try tells it."""
    return {
        Disposition.FAILED: Because.WRONG_NUMBER,
        Disposition.INELIGIBLE: Because.MOVED_AWAY,
        Disposition.REFUSED: Because.REFUSED,
    }.get(disposition, Because.NO_RESPONSE)


def _from_step(standing: Standing, steps: Sequence[Step], start: int, *, has_phone: bool, now: datetime) -> Standing:
    """Stand at the first step from ``start`` on that can be taken; after the last one, the answerable person goes there."""
    for place in range(start, len(steps)):
        step = steps[place]
        if step.needs_phone and not has_phone:
            continue
        state = ContactState.DUE if standing.disposition == Disposition.REGISTERED else ContactState.TRYING
        # Who asks by link waits first; who calls may call at once.
        wait = timedelta() if step.asked_by_worker else step.wait
        return replace(standing, state=state, step=place, mode=step.mode, tries=0, next_try_at=now + wait)
    return replace(standing, state=ContactState.LAST_VISIT, step=len(steps), mode=LAST_MODE, tries=0, next_try_at=now)
