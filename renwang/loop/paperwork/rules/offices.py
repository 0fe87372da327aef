"""Whose form it is: an office changes its own, the command of the district any."""

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor

from .refusals import CannotDo


def speaks_for(actor: Actor, office: str) -> bool:
    """Answer whether somebody may change a form of this office ("": a subdistrict's or village's own)."""
    return not office or actor.is_system or bool({office, "command"} & set(actor.offices()))


def check_speaks(actor: Actor, office: str) -> None:
    """Raise CannotDo where somebody changes another office's form."""
    if not speaks_for(actor, office):
        raise CannotDo(_("You do not speak for this office."))
