"""Whose ledgers somebody may list: that a household stands on a sensitive one is told to its office and the command alone."""

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.loop.registry.models import Programme
from renwang.loop.registry.queries import may_see_sensitive

from ..rules import CannotDo


def may_list(viewer: Actor, programme: str) -> bool:
    """Answer whether somebody may have a list of those on a ledger ("": of everybody)."""
    if not programme:
        return True
    row = Programme.objects.filter(code=programme).first()
    return row is not None and (not row.is_sensitive or may_see_sensitive(viewer, row.office, 0))


def check_programme(viewer: Actor, programme: str) -> None:
    """Raise CannotDo where there is no such ledger, or only its own office may list it."""
    if not may_list(viewer, programme):
        raise CannotDo(_("There is no ledger “%(code)s” that you may list.") % {"code": programme})
