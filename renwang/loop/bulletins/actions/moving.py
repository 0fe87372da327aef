"""The one step every move of a bulletin takes."""

from typing import Any

from django.utils.translation import gettext as _

from ..models import Bulletin
from ..rules import MOVES, BulletinStatus, StaleBulletin


def move(row: Bulletin, new: BulletinStatus, **columns: Any) -> None:
    """Let a bulletin take a status that follows the one that was seen; raises StaleBulletin."""
    seen = BulletinStatus(row.status)
    allowed = new in MOVES[seen]
    found = Bulletin.objects.filter(pk=row.pk, status=seen, version=row.version)
    if not allowed or not found.update(status=new, **columns):
        raise StaleBulletin(_("This bulletin has been changed meanwhile. Load the page again."))
