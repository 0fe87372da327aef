"""Areas as prefixes of division codes."""


def next_prefix(prefix: str) -> str:
    """Return the first code after all codes that start with ``prefix`` (codes compare by character)."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def prefix_range(prefix: str) -> tuple[str, str]:
    """Return ``(first, after)`` such that a code lies in the area exactly when ``first <= code < after``."""
    return (prefix, next_prefix(prefix)) if prefix else ("", "\U0010ffff")


def is_within(code: str, area: str) -> bool:
    """Answer whether a division code lies in an area."""
    return code.startswith(area)
