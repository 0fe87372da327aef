"""Who acts on the command line, and over which area."""

from datetime import datetime

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from renwang.foundation.access.models import User
from renwang.foundation.access.queries import actor_for
from renwang.foundation.access.rules import Actor
from renwang.loop.registry.models import Division


def account(username: str | None, *, now: datetime) -> Actor:
    """Return the account of that name with its rights, the system where none is named; raises CommandError."""
    if not username:
        return Actor.system()
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(_("There is no account %(name)s.") % {"name": username})
    return actor_for(user=user, now=now, verified=True)


def area_of(code: str) -> str:
    """Return an area's code; raises CommandError where there is no such division."""
    if code and not Division.objects.filter(pk=code).exists():
        raise CommandError(_("There is no division %(code)s.") % {"code": code})
    return code
