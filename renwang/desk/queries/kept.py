"""What was just counted is not counted again: a few seconds in this process, and every answer tells how old it is."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings

T = TypeVar("T")
MOST = 512
_kept: dict[Hashable, "tuple[datetime, Any]"] = {}


@dataclass(frozen=True, slots=True)
class Kept:
    """For how long something may be told again."""

    seconds: int

    def of(self, key: Hashable, *, now: datetime, make: Callable[[], T]) -> tuple[T, datetime]:
        """Return what ``make`` made and when, made anew where it is older than allowed. The key names who may see it."""
        allowed = timedelta(seconds=min(self.seconds, getattr(settings, "RENWANG_COUNTS_KEPT", self.seconds)))
        found = _kept.get(key)
        if found is not None and abs(now - found[0]) < allowed:
            return found[1], found[0]
        value = make()
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = (now, value)
        return value, now


def forget() -> None:
    """Forget everything: for tests and after a change of rights."""
    _kept.clear()


SECONDS = Kept(10)
MINUTES = Kept(300)
HALF_AN_HOUR = Kept(1800)
