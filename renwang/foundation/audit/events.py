"""What every event is: a fact in the past tense, made of ids and plain values."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact in the past tense. It never carries names, phones, answers or model instances."""


@dataclass(frozen=True, kw_only=True)
class PromiseReturned(Event):
    """A dead letter was put back into the outbox by a person."""

    promise_id: int


@dataclass(frozen=True, kw_only=True)
class PromiseDropped(Event):
    """A dead letter was given up by a person."""

    promise_id: int
    reason_given: bool
