"""Where a bulletin stands, and who must act next."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BulletinStatus(TextChoices):
    """Where a bulletin stands, and who must act next."""

    DRAFT = "draft", _("draft")  # its area's officers: read, edit; the district command: publish
    PUBLISHED = "published", _("published")  # nobody: it never changes
    SUPERSEDED = "superseded", _("replaced by a correction")  # nobody: it stays readable
    DISCARDED = "discarded", _("discarded")  # nobody


MOVES: Final[Mapping[BulletinStatus, frozenset[BulletinStatus]]] = {
    BulletinStatus.DRAFT: frozenset({BulletinStatus.PUBLISHED, BulletinStatus.DISCARDED}),
    BulletinStatus.PUBLISHED: frozenset({BulletinStatus.SUPERSEDED}),
    BulletinStatus.SUPERSEDED: frozenset(),
    BulletinStatus.DISCARDED: frozenset(),
}
FROZEN: Final = frozenset({BulletinStatus.PUBLISHED, BulletinStatus.SUPERSEDED})

DEFAULT_HOUR: Final = 17  # when a district's bulletin of the day is drafted, unless its plan says otherwise


LATEST_DRAFT: Final = timedelta(days=14)  # how long ago a day may be that nobody has told of yet


class Refused(Exception):
    """A bulletin cannot be written, published or changed so; the message says why and what to do."""


class StaleBulletin(Refused):
    """Somebody else has edited, published or discarded it meanwhile."""


class UnknownFigure(Refused):
    """A text names a figure that is not among those of its day."""


class NothingToPublish(Refused):
    """There are no figures to stand behind the words."""


class EditorMayNotPublish(Refused):
    """Whoever changed the words does not publish them."""
