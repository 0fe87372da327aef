"""The plug for outside effects: what the worker does with a promise, and what it does every so often."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol


class Keeper(Protocol):
    """Keep one promise. Called again after a crash, so it must not do anything twice."""

    def __call__(self, payload: Mapping[str, Any], *, now: datetime, report: Callable[[int], None]) -> None: ...


@dataclass(frozen=True)
class Effect:
    """How one kind of promise is kept.

    ``in_one_transaction``: the effect's writes and the mark that it is kept commit together, so it happens exactly once.
    Long effects say no, commit in steps, and look where they stopped.
    """

    kind: str
    keep: Keeper
    in_one_transaction: bool = True


@dataclass(frozen=True)
class Tick:
    """Something that must happen every so often. Two workers may do it at once, so it must not matter."""

    name: str
    every: timedelta
    run: Callable[[datetime], None]


@dataclass(frozen=True)
class Service:
    """Something that a worker keeps running beside its promises: a line to the outside. ``run`` returns soon after it is told to stop;
    several workers may run it at once, so it must settle among them who does the work."""

    name: str
    run: Callable[[Callable[[], bool]], None]


_effects: dict[str, Effect] = {}
_ticks: dict[str, Tick] = {}
_services: dict[str, Service] = {}


def register_effect(effect: Effect) -> None:
    """Say how a kind of promise is kept; refuses a second keeper of the same kind."""
    if _effects.setdefault(effect.kind, effect) is not effect:
        raise ValueError(f"Two effects keep promises of the kind {effect.kind!r}.")


def register_tick(tick: Tick) -> None:
    """Say what happens every so often; refuses two of the same name."""
    if _ticks.setdefault(tick.name, tick) is not tick:
        raise ValueError(f"Two ticks call themselves {tick.name!r}.")


def effect(kind: str) -> Effect:
    """Return how a kind of promise is kept; KeyError when nobody said."""
    return _effects[kind]


def effects() -> list[Effect]:
    """Return every effect, by kind."""
    return [_effects[kind] for kind in sorted(_effects)]


def ticks() -> list[Tick]:
    """Return every tick, by name."""
    return [_ticks[name] for name in sorted(_ticks)]


def register_service(service: Service) -> None:
    """Say what a worker keeps running; refuses two of the same name."""
    if _services.setdefault(service.name, service) is not service:
        raise ValueError(f"Two services call themselves {service.name!r}.")


def services() -> list[Service]:
    """Return every service, by name."""
    return [_services[name] for name in sorted(_services)]


# Takes account ids, returns their names: wired to access, which the ledger does not know.
NamesOf = Callable[[Iterable[int]], Mapping[int, str]]

_namers: list[NamesOf] = []


def register_names_of(namer: NamesOf) -> None:
    """Let a later stage tell the names of accounts; twice the same is once."""
    if namer not in _namers:
        _namers.append(namer)


def names_of(user_ids: Iterable[int]) -> Mapping[int, str]:
    """Return the names of accounts, as far as somebody knows them."""
    wanted = set(user_ids)
    return {user_id: name for namer in _namers for user_id, name in namer(wanted).items()}
