"""Every kind of need the platform knows. The loop asks here; it never names a kind itself."""

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from .models import Need

N = TypeVar("N", bound="type[Need]")
_kinds: "dict[str, type[Need]]" = {}


class UnknownKind(Exception):
    """No programme registers this kind of need."""


def register(need: N) -> N:
    """Make a kind of need known; refuses a second one of the same code or for the same finding."""
    if need.code in _kinds and _kinds[need.code] is not need:
        raise ValueError(f"Two kinds of need call themselves {need.code!r}.")
    if need.finding and any(other.finding == need.finding for other in _kinds.values() if other is not need):
        raise ValueError(f"Two kinds of need answer the finding {need.finding!r}.")
    _kinds[need.code] = need
    return need


def get(code: str) -> "type[Need]":
    """Return the kind of that code; raises UnknownKind."""
    try:
        return _kinds[code]
    except KeyError:
        raise UnknownKind(code) from None


def for_finding(finding: str) -> "type[Need] | None":
    """Return the kind of need a finding opens, or None when no programme acts on it."""
    return next((need for need in _kinds.values() if need.finding == finding), None)


def all_kinds() -> "list[type[Need]]":
    """Return every kind, by code."""
    return [_kinds[code] for code in sorted(_kinds)]
