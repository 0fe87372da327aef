"""Between a contact's row and its standing as a value. Whoever uses these holds the row's lock."""

from datetime import datetime

from ..models import Contact
from ..rules import OPEN_STATES, ContactState, Disposition, Standing

MOVED_COLUMNS = ["state", "disposition", "step", "mode", "tries", "next_try_at", "because", "ended_at", "has_phone"]


def standing_of(row: Contact) -> Standing:
    """Return where a contact stands."""
    return Standing(
        state=ContactState(row.state),
        disposition=Disposition(row.disposition),
        step=row.step,
        mode=row.mode,
        tries=row.tries,
        next_try_at=row.next_try_at,
        because=row.because,
    )


def put_down(row: Contact, standing: Standing, *, now: datetime) -> None:
    """Take a standing over into a row, which the caller writes (MOVED_COLUMNS)."""
    for name in ("state", "disposition", "step", "mode", "tries", "next_try_at", "because"):
        setattr(row, name, getattr(standing, name))
    row.ended_at = None if standing.state in OPEN_STATES else (row.ended_at or now)
