"""Who acts on the command line, and over which area."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

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


def check_out(out: Path, endings: Collection[str]) -> None:
    """Raise CommandError where a file cannot be written there, or its name says that it is something else.

    Asked before the ledger says that it left.
    """
    ending = out.suffix.lower().lstrip(".")
    if ending not in endings:
        wanted = ", ".join(f".{one}" for one in sorted(endings))
        raise CommandError(_("--out %(out)s: the name must end in %(wanted)s.") % {"out": out, "wanted": wanted})
    if out.is_dir() or not out.absolute().parent.is_dir():
        raise CommandError(_("--out %(out)s: there is no such folder.") % {"out": out})
