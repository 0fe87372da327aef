"""What was heard in a reply so far, and what it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What a reply is."""

    ANSWERED = "answered"
    REFUSED = "refused"
    WRONG_NUMBER = "wrong_number"
    CALL_BACK = "call_back"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a reply says. ``answers``: in the shape of rules.answers; ``reason``: why a person must read it, "" where nobody need.

    A reply may be answered and still be read by a person: what was understood is a finding at once, the rest waits.
    """

    verdict: Verdict
    answers: Mapping[str, Any] = field(default_factory=dict)
    is_partial: bool = False
    reason: str = ""


@dataclass(slots=True)
class Heard:
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    needs: dict[str, dict[str, Any]] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    is_well: bool = False
    chose_well: bool = False  # by its number
    is_refused: bool = False
    is_wrong: bool = False
    calls_back: bool = False
    reasons: list[str] = field(default_factory=list)
    about: tuple[str, ...] = ()  # of whom the clause before spoke
    last_need: str = ""

    def unclear(self, reason: str = "unclear") -> None:
        if reason not in self.reasons:
            self.reasons.append(reason)

    def of(self, keys: Sequence[str]) -> list[dict[str, Any]]:
        self.about = tuple(keys)
        return [self.members.setdefault(key, {}) for key in keys]

    @property
    def has_problem(self) -> bool:
        return bool(self.needs) or any(set(part) - {"temperature"} for part in self.members.values())
