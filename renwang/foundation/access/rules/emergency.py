"""When emergency access to a neighbouring area is given."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from .areas import is_neighbour, is_within

EMERGENCY_LASTS = timedelta(hours=24)
SHORTEST_REASON = 10  # characters: "help" is no reason


def emergency_refusal(
    *, area: str, line: Sequence[str], own_lines: Iterable[Sequence[str]], own_areas: Iterable[str], reason: str
) -> LazyText | None:
    """Return why emergency access is refused, None when it is given. ``line``: codes from the top down to ``area``."""
    if len(reason.strip()) < SHORTEST_REASON:
        return _("Say in at least 10 characters why you need it: the officers of that area will read it.")
    if not line:
        return _("There is no such area. Choose one from the list.")
    if any(is_within(area, own) for own in own_areas):
        return _("This area is already yours: you need no emergency access.")
    if not any(is_neighbour(line, own) for own in own_lines):
        return _(
            "Emergency access opens a neighbouring area that is not wider than your own. "
            "For anything else ask the account manager for a role there."
        )
    return None
