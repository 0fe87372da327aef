"""Areas as prefixes of division codes."""

from collections.abc import Sequence


def next_prefix(prefix: str) -> str:
    """Return the first code after all codes that start with ``prefix`` (codes compare by character)."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def prefix_range(prefix: str) -> tuple[str, str]:
    """Return ``(first, after)`` such that a code lies in the area exactly when ``first <= code < after``."""
    return (prefix, next_prefix(prefix)) if prefix else ("", "\U0010ffff")


def is_within(code: str, area: str) -> bool:
    """Answer whether a division code lies in an area."""
    return code.startswith(area)


def is_neighbour(line: Sequence[str], own_line: Sequence[str]) -> bool:
    """Answer whether an area is a neighbour of one's own: not wider than it, and below the parent of its parent.

    A line is the codes from the top of the tree down to the area itself. A village's neighbours are the villages of
    the district; a subdistrict's neighbours are the subdistricts and villages of the district (of the city, where the
    tree begins with a city).
    """
    if not line or not own_line or len(line) < len(own_line):
        return False
    shared = own_line[-3] if len(own_line) >= 3 else own_line[0]
    return shared in line and own_line[-1] not in line
