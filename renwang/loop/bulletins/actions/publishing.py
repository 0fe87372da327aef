"""Publish a bulletin: from then on nothing of it changes."""

from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from .. import queries
from ..events import BulletinPublished
from ..models import Bulletin, BulletinFigure
from ..rules import BulletinStatus, EditorMayNotPublish, Name, NothingToPublish, Part, Place, Shown, StaleBulletin
from .moving import move


@action
def publish_bulletin(*, actor: Actor, now: datetime, bulletin_id: int, version: int) -> BulletinPublished:
    """Publish a draft as it was read (``version``): numbers that could tell of few people are left out, the number of the year is
    given, what it corrects is replaced. Raises StaleBulletin, EditorMayNotPublish, NothingToPublish."""
    row = Bulletin.objects.select_for_update().get(pk=bulletin_id)
    actor.check_may("bulletins.publish_bulletin", row.area)
    if row.status != BulletinStatus.DRAFT or row.version != version:
        raise StaleBulletin(_("This bulletin has been changed meanwhile. Load the page again."))
    if actor.user_id is not None and row.edited_by_id == actor.user_id:
        raise EditorMayNotPublish(_("You changed its words last: somebody else reads it and publishes it."))
    figures = list(row.figures.all())
    if not figures:
        raise NothingToPublish(_("There are no figures behind these words yet. Take the figures first."))
    _mask(row, figures)
    year, number, revision = _numbered(row)
    old = row.corrects
    if old is not None:
        Bulletin.objects.filter(pk=old.pk, status=BulletinStatus.PUBLISHED).update(status=BulletinStatus.SUPERSEDED)
    row.year, row.number, row.revision = year, number, revision
    seal = queries.sealed_as(row)
    move(
        row,
        BulletinStatus.PUBLISHED,
        year=year,
        number=number,
        revision=revision,
        seal=seal,
        published_at=now,
        published_by_id=actor.user_id,
    )
    return BulletinPublished(
        bulletin_id=row.pk,
        area=row.area,
        number=number,
        revision=revision,
        figures=len(figures),
        rows=sum(len(queries.ids_of(one, "")) for one in figures),
        seal=seal,
        supersedes=None if old is None else old.pk,
    )


def _mask(row: Bulletin, figures: list[BulletinFigure]) -> None:
    """Decide how each number stands on the published page."""
    shown = queries.shown_in(figures, row)
    for one in figures:
        place = Place(one.area, Name(one.indicator, one.slice))
        one.numerator_shown = shown.get(Part(place, "n"), Shown.OPEN)
        one.denominator_shown = shown.get(Part(place, "of"), Shown.OPEN)
    BulletinFigure.objects.bulk_update(figures, ["numerator_shown", "denominator_shown"], batch_size=500)


def _numbered(row: Bulletin) -> tuple[int, int, int]:
    """Return year, number and revision: a correction bears the number of what it corrects."""
    if row.corrects is not None and row.corrects.number is not None:
        return row.corrects.year or row.day.year, row.corrects.number, row.corrects.revision + 1
    last = Bulletin.objects.filter(area=row.area, year=row.day.year).aggregate(last=Max("number"))["last"]
    return row.day.year, (last or 0) + 1, 0
