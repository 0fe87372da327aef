"""The plugs by which later stages tell access what it must know, without access knowing those stages."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

# Takes an account's id and the moment, returns the ids of the subjects that are this account's own people.
PeopleOf = Callable[[int, datetime], frozenset[int]]

_sources: list[PeopleOf] = []


def register_people_of(source: PeopleOf) -> None:
    """Let a stage add to whom an account is answerable for; twice the same is once."""
    if source not in _sources:
        _sources.append(source)


def people_of(user_id: int, now: datetime) -> frozenset[int]:
    """Return the ids of all subjects that are this account's own people at a moment."""
    return frozenset().union(*(source(user_id, now) for source in _sources))


@dataclass(frozen=True, slots=True)
class Place:
    """One area: its code and what people call it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class SubjectPlace:
    """One subject: where it belongs and what to call it on a page, once the right to look was checked."""

    code: str
    name: str


class Places(Protocol):
    """What a later stage knows about areas and who lives where."""

    def lines(self, codes: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Return for each known code the codes from the top of the tree down to it; unknown codes are left out."""

    def names(self, codes: Collection[str]) -> dict[str, str]:
        """Return the names of the known codes."""

    def named(self, name: str) -> list[Place]:
        """Return the areas that bear exactly this name."""

    def below(self, areas: tuple[str, ...], most: int) -> list[Place]:
        """Return up to ``most`` areas in some prefixes, the widest first."""

    def subject(self, subject_id: int) -> SubjectPlace | None:
        """Return where a subject belongs; None when there is none."""


class _Nowhere:
    """No stage has told of any area."""

    def lines(self, codes: Collection[str]) -> dict[str, tuple[str, ...]]:
        return {}

    def names(self, codes: Collection[str]) -> dict[str, str]:
        return {}

    def named(self, name: str) -> list[Place]:
        return []

    def below(self, areas: tuple[str, ...], most: int) -> list[Place]:
        return []

    def subject(self, subject_id: int) -> SubjectPlace | None:
        return None


_places: list[Places] = []


def register_places(source: Places) -> None:
    """Let a stage tell of areas; a second stage that would is refused."""
    if source in _places:
        return
    if _places:
        raise ValueError("Two stages tell of areas.")
    _places.append(source)


def places() -> Places:
    """Return what is known about areas."""
    return _places[0] if _places else _Nowhere()
