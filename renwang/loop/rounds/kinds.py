"""Every way to reach a household that the platform knows. The loop asks here; it never names a mode itself."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .rules import Outcome, Step

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_modes: "dict[str, Mode]" = {}


class UnknownMode(Exception):
    """No file of ``modes/`` registers this mode."""


@dataclass(frozen=True)
class Mode:
    """One way to reach a household.

    ``asked_by_worker``: somebody of the district asks, and notes how each try ended; otherwise the resident answers alone,
    and only silence ends a try. ``sends_text``: each try is a message of ours. ``outcomes``: how a try by this mode can end.
    """

    code: str
    label: "StrOrPromise"
    icon: str  # name of an icon of the sprite
    asked_by_worker: bool
    needs_phone: bool
    outcomes: tuple[Outcome, ...] = field(default=())
    tries: int = 2
    wait_minutes: int = 120
    sends_text: bool = False  # one message asks all; whoever gets it answers in words or numbers

    def step(self, *, tries: int | None = None, wait_minutes: int | None = None) -> Step:
        """Return a step of a mode sequence by this mode, with its own tries and waits where none are given."""
        return Step(
            mode=self.code,
            tries=self.tries if tries is None else tries,
            wait_minutes=self.wait_minutes if wait_minutes is None else wait_minutes,
            needs_phone=self.needs_phone,
            asked_by_worker=self.asked_by_worker,
        )


def register(mode: Mode) -> Mode:
    """Make a mode known; refuses a second one of the same code."""
    if _modes.setdefault(mode.code, mode) is not mode:
        raise ValueError(f"Two modes call themselves {mode.code!r}.")
    return mode


def get(code: str) -> Mode:
    """Return the mode of that code; raises UnknownMode."""
    try:
        return _modes[code]
    except KeyError:
        raise UnknownMode(code) from None


def all_modes() -> list[Mode]:
    """Return every mode, those asked by a worker first."""
    return sorted(_modes.values(), key=lambda mode: (not mode.asked_by_worker, mode.code))
