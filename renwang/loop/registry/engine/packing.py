"""A long list that keeps most of its things as bytes: half a million rows of Python objects would be gigabytes, as bytes they are not."""

import pickle
from collections.abc import Iterator, Sequence
from typing import Any, Final, Generic, TypeVar, overload

T = TypeVar("T")
PART: Final = 1_000


class Packed(Sequence[T]):
    """A list to append to, to read in its order, and now and then to put another thing in a place.

    Two parts lie open, the one that is being filled and the one that was asked for last. The bytes never leave the process.
    """

    __slots__ = ("_last", "_number", "_open", "_parts", "_was_changed")

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._last: list[T] = []
        self._open: list[T] = []
        self._number = -1  # of the part that lies open
        self._was_changed = False

    def append(self, thing: T) -> None:
        """Put a thing at the end."""
        self._last.append(thing)
        if len(self._last) == PART:
            self._parts.append(_packed(self._last))
            self._last = []

    def __len__(self) -> int:
        return len(self._parts) * PART + len(self._last)

    def __iter__(self) -> Iterator[T]:
        for place in range(len(self)):
            yield self[place]

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> list[T]: ...
    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self._part(place // PART)[place % PART]

    def __setitem__(self, place: int, thing: T) -> None:
        part = self._part(place // PART)
        part[place % PART] = thing
        self._was_changed |= part is self._open

    def _part(self, number: int) -> list[T]:
        if number == len(self._parts):
            return self._last
        if number != self._number:
            if self._was_changed:
                self._parts[self._number] = _packed(self._open)
            self._open, self._number, self._was_changed = _opened(self._parts[number]), number, False
        return self._open


class Passing(Generic[T]):
    """What is put away once and taken out once, in the same order: each part is gone when it was taken."""

    __slots__ = ("_parts",)

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def put(self, part: list[T]) -> None:
        """Put a part away."""
        self._parts.append(_packed(part))

    def taken(self) -> Iterator[list[T]]:
        """Yield the parts, and let each go."""
        self._parts.reverse()
        while self._parts:
            yield _opened(self._parts.pop())


def _packed(part: list[T]) -> bytes:
    return pickle.dumps(part, protocol=5)


def _opened(part: bytes) -> list[T]:
    found: list[T] = pickle.loads(part)  # noqa: S301 - our own bytes, which were never anywhere else
    return found
