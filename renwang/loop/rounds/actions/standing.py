"""Between a contact's row and its standing as a value. Whoever uses these holds the row's lock."""

from collections.abc import Iterable
from datetime import datetime

from renwang.foundation.audit.queries import among

from ..models import Contact
from ..rules import OPEN_STATES, ContactState, Disposition, Standing

MOVED_COLUMNS = ["state", "disposition", "step", "mode", "tries", "next_try_at", "because", "ended_at", "has_phone"]
FEW = 40  # ways to move at once, each of which is a statement


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
    """Take a standing over into a row, which ``write_down`` keeps."""
    for name in ("state", "disposition", "step", "mode", "tries", "next_try_at", "because"):
        setattr(row, name, getattr(standing, name))
    row.ended_at = None if standing.state in OPEN_STATES else (row.ended_at or now)


def write_down(rows: Iterable[Contact]) -> None:
    """Keep where rows stand. Thousands move in the same few ways: one statement for each way costs a hundredth of one value for
    each row."""
    ways: dict[tuple[object, ...], list[Contact]] = {}
    for row in rows:
        ways.setdefault(tuple(getattr(row, column) for column in MOVED_COLUMNS), []).append(row)
    if len(ways) > FEW:
        Contact.objects.bulk_update([row for same in ways.values() for row in same], MOVED_COLUMNS, batch_size=100)
        return
    for way, same in ways.items():
        Contact.objects.filter(among(Contact, "id", [row.pk for row in same])).update(
            **dict(zip(MOVED_COLUMNS, way, strict=True))
        )
