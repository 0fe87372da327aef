"""What every file that leaves says of itself: who took it, when, what for; and what stands where something is protected."""

from datetime import datetime

from django.utils.translation import gettext as _

from renwang.foundation.sheets.engine.package import Mark

# Three signs say that something was told and is protected; an empty cell says that nothing is known.
ANSWER_MASK = "***"


def mark_of(*, who: str, at: datetime, why: str, is_opened: bool = False) -> Mark:
    """Return the mark of a file; ``at`` is a local moment."""
    when = at.strftime("%Y-%m-%d %H:%M")
    guarded = _("protected fields opened") if is_opened else _("protected fields masked")
    why = why or _("no reason given")
    line = _("Taken by %(who)s · %(when)s · %(why)s · %(guarded)s") % {
        "who": who,
        "when": when,
        "why": why,
        "guarded": guarded,
    }
    return Mark(who=who, at=when, why=why, line=line)
