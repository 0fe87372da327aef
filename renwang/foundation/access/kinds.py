"""The plug by which a later stage tells whom an account is answerable for, without access knowing that stage."""

from collections.abc import Callable
from datetime import datetime

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
