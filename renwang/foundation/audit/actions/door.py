"""Run one write, its ledger entry, its promises and its listeners in a single transaction."""

import contextlib
import functools
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import CharField

from ..events import Event
from ..keys import read_ledger_key
from ..models import Entry, Promise
from .chaining import Said, chain

P = ParamSpec("P")
E = TypeVar("E", bound=Event)
_listeners: dict[type[Event], list[Callable[..., None]]] = defaultdict(list)


class Acting(Protocol):
    """Whoever acts, as far as the ledger must know: a number (or nobody's), and what they may do."""

    @property
    def user_id(self) -> int | None: ...

    def check_may(self, permission: str, code: str) -> None: ...

    def check_may_anywhere(self, permission: str) -> None: ...


@dataclass
class _Passage(threading.local):
    """What this thread has carried through the door so far, until the outermost action writes it down."""

    depth: int = 0
    entries: list[Said] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)


_passage = _Passage()


def subscribe(event_type: type[Event], handler: Callable[..., None]) -> None:
    """Call ``handler(event, actor=…, now=…)`` in the transaction of every such event; twice the same is once."""
    if handler not in _listeners[event_type]:
        _listeners[event_type].append(handler)


def listeners() -> Mapping[type[Event], list[Callable[..., None]]]:
    """Return who listens to what, for the page that shows it and for the tests."""
    return _listeners


def action(write: Callable[P, E]) -> Callable[P, E]:
    """Run one write, its ledger entry and its listeners in a single transaction.

    The wrapped function takes ``actor`` and ``now`` as keywords and returns an event. Actions called inside it, or by
    its listeners, join its transaction; their entries follow its own, and all are chained when the outermost ends.
    """
    name = f"{_app_label(write.__module__)}.{write.__name__}"

    @functools.wraps(write)
    def door(*args: P.args, **kwargs: P.kwargs) -> E:
        actor: Any = kwargs["actor"]
        now: Any = kwargs["now"]
        with together():
            event = write(*args, **kwargs)
            _passage.entries.append(Said(name, asdict(event), _user_id(actor), now))
            for handle in _listeners[type(event)]:
                handle(event, actor=actor, now=now)
        return event

    door.ledger_name = name  # type: ignore[attr-defined]  # read by the tests that walk all actions
    return door


@contextlib.contextmanager
def together() -> Iterator[None]:
    """Let several actions be one: one transaction, and their entries chained at its end.

    The worker keeps a promise so. Without it the first of two actions would hold the day's chain while the second
    waits for a row, and whoever holds that row waits for the chain.
    """
    entries, promises = len(_passage.entries), len(_passage.promises)
    _passage.depth += 1
    try:
        with transaction.atomic():
            yield
            if _passage.depth == 1:
                _write_down()
    except BaseException:
        # The savepoint has taken the rows back; what would have been said about them goes with it.
        del _passage.entries[entries:]
        del _passage.promises[promises:]
        raise
    finally:
        _passage.depth -= 1
        if _passage.depth == 0:
            _passage.entries.clear()
            _passage.promises.clear()


def promise(*, kind: str, key: str, payload: Mapping[str, Any], now: datetime, due_at: datetime | None = None) -> None:
    """Promise an outside effect, to be kept by a worker after this action's commit. The same key twice is once.

    Must be called inside an action. ``payload`` holds ids and plain values only.
    """
    if _passage.depth == 0:
        raise RuntimeError("A promise is made inside an action.")
    for name, value in (("kind", kind), ("key", key)):
        # SQLite would keep it, PostgreSQL refuse it.
        column = Promise._meta.get_field(name)
        assert isinstance(column, CharField)
        if len(value) > (most := column.max_length or 0):
            raise ValueError(f"The {name} of a promise has at most {most} characters: {value}")
    _passage.promises.append(Promise(kind=kind, key=key, payload=dict(payload), made_at=now, due_at=due_at or now))


def _app_label(module: str) -> str:
    """Return "cases" for "renwang.loop.cases.actions.moves"."""
    parts = module.split(".")
    return parts[parts.index("actions") - 1] if "actions" in parts else parts[-2]


def _user_id(actor: Acting | None) -> int | None:
    return None if actor is None else actor.user_id


def _write_down() -> None:
    """Hand this thread's promises to the outbox, and chain what it carried, in order."""
    if _passage.promises:
        Promise.objects.bulk_create(_passage.promises, ignore_conflicts=True)
    if _passage.entries:
        chain(_passage.entries, key=ledger_key())


def ledger_key() -> bytes:
    """Return the key the ledger is sealed with; only its holder can forge an entry that verifies.

    Raises ImproperlyConfigured where the key is lost: a ledger goes on with the key it began with, or not at all.
    """
    return _key_of(str(settings.RENWANG_LEDGER_KEY_FILE))


@functools.cache
def _key_of(path: str) -> bytes:
    if not Path(path).exists() and Entry.objects.exists():
        raise ImproperlyConfigured(
            f"There is a ledger, but its key {path} is missing. Restore the folder of keys that belongs to it "
            "(RENWANG_KEY_DIR names it); a new key would prove nothing."
        )
    return read_ledger_key(path)
