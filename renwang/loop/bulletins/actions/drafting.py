"""Draft bulletins from the figures, take fresh figures, begin a correction, put a draft aside."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.loop.registry.models import Division

from .. import queries
from ..events import BulletinDiscarded, BulletinsDrafted, FiguresRefreshed, RevisionDrafted
from ..models import Bulletin, BulletinFigure, BulletinSection
from ..rules import LATEST_DRAFT, BulletinStatus, Refused, StaleBulletin
from .moving import move

LATEST_REVISION = 99


@action
def draft_bulletins(*, actor: Actor, now: datetime, areas: Sequence[str], day: date) -> BulletinsDrafted:
    """Draft the bulletin of a day for some areas, where none has been begun. Areas that have one are passed over.

    Raises Refused for a day that is still to come, or too long ago.
    """
    actor.check_may_all("bulletins.draft_bulletins", areas)
    today = timezone.localdate(now)
    if not today - LATEST_DRAFT <= day <= today:
        raise Refused(_("A bulletin is drafted of today, or of one of the last two weeks."))
    if Division.objects.filter(code__in=areas).count() != len(set(areas)):
        raise Refused(_("There is no such area."))
    taken = set(
        Bulletin.objects.filter(day=day, area__in=areas)
        .exclude(status=BulletinStatus.DISCARDED)
        .values_list("area", flat=True)
    )
    made = [_drafted(queries.drafted(area=area, day=day), now=now) for area in sorted(set(areas) - taken)]
    return BulletinsDrafted(bulletin_ids=tuple(row.pk for row in made if row is not None))


def _drafted(draft: queries.DraftIn, *, now: datetime) -> Bulletin | None:
    try:
        with transaction.atomic():
            row = Bulletin.objects.create(
                area=draft.area,
                day=draft.day,
                title=draft.title,
                title_en=draft.title_en,
                figures_at=draft.figures_at,
                made_at=now,
            )
    except IntegrityError:
        # Another worker began it in this moment.
        return None
    BulletinSection.objects.bulk_create(_sections(row, draft.sections))
    BulletinFigure.objects.bulk_create(figure_rows(row, draft.figures))
    return row


def _sections(row: Bulletin, sections: Sequence[queries.SectionIn]) -> list[BulletinSection]:
    return [
        BulletinSection(
            bulletin=row,
            kind=one.kind,
            order=place,
            heading=one.heading,
            heading_en=one.heading_en,
            text=one.text,
            text_en=one.text_en,
            columns=one.columns,
            is_left_out=not one.text and not one.text_en,
        )
        for place, one in enumerate(sections)
    ]


def figure_rows(row: Bulletin, figures: Sequence[queries.FigureIn]) -> list[BulletinFigure]:
    """Return figures as rows of a bulletin, not yet written."""
    return [
        BulletinFigure(
            bulletin=row,
            indicator=one.computed.told.place.name.code,
            area=one.computed.told.place.area,
            slice=one.computed.told.place.name.slice,
            unit=one.computed.told.unit,
            label=one.label,
            label_en=one.label_en,
            place=one.place,
            place_en=one.place_en,
            method=one.method,
            method_en=one.method_en,
            numerator=one.computed.told.numerator,
            denominator=one.computed.told.denominator,
            value=one.computed.told.value,
            until=one.computed.until,
            computed_at=one.computed.computed_at,
            rows_kind=one.computed.rows.kind,
            rows=one.computed.rows.counted,
            rest=one.computed.rows.rest,
        )
        for one in figures
    ]


@action
def refresh_figures(*, actor: Actor, now: datetime, bulletin_id: int) -> FiguresRefreshed:
    """Let a draft take the figures of this moment. Words nobody edited are drafted anew; edited ones follow by their
    placeholders."""
    row = Bulletin.objects.get(pk=bulletin_id)
    actor.check_may("bulletins.refresh_figures", row.area)
    fresh = queries.refreshed(row)
    changed = Bulletin.objects.filter(pk=row.pk, status=BulletinStatus.DRAFT, version=row.version)
    if not changed.update(figures_at=fresh.figures_at, version=row.version + 1):
        raise StaleBulletin(_("Somebody else has just changed this bulletin. Load the page again."))
    edited = set(row.sections.filter(is_edited=True).values_list("kind", flat=True))
    row.sections.filter(is_edited=False).delete()
    row.figures.all().delete()
    BulletinSection.objects.bulk_create([one for one in _sections(row, fresh.sections) if one.kind not in edited])
    BulletinFigure.objects.bulk_create(figure_rows(row, fresh.figures))
    return FiguresRefreshed(bulletin_id=row.pk, figures=len(fresh.figures))


@action
def draft_revision(*, actor: Actor, now: datetime, bulletin_id: int, note: str, note_en: str = "") -> RevisionDrafted:
    """Begin a correction of a published bulletin: its words and its figures, to be changed; and what the correction changes."""
    old = Bulletin.objects.get(pk=bulletin_id)
    actor.check_may("bulletins.draft_revision", old.area)
    if old.status != BulletinStatus.PUBLISHED:
        raise StaleBulletin(_("Only the bulletin in force can be corrected."))
    if not note.strip():
        raise Refused(_("Say what the correction changes: its readers are told."))
    if Bulletin.objects.filter(area=old.area, day=old.day, status=BulletinStatus.DRAFT).exists():
        raise StaleBulletin(_("A correction of this bulletin has been begun already."))
    if old.revision >= LATEST_REVISION:
        raise Refused(_("This bulletin has been corrected too often."))
    row = Bulletin.objects.create(
        area=old.area,
        day=old.day,
        title=old.title,
        title_en=old.title_en,
        lead=old.lead,
        lead_en=old.lead_en,
        corrects=old,
        correction_note=note.strip(),
        correction_note_en=note_en.strip(),
        figures_at=old.figures_at,
        made_at=now,
        edited_at=now,
        edited_by_id=actor.user_id,
    )
    sections, figures = list(old.sections.all()), list(old.figures.all())
    # Without a key each is a new row.
    for section in sections:
        section.pk, section.bulletin = None, row
    for figure in figures:
        figure.pk, figure.bulletin = None, row
    BulletinSection.objects.bulk_create(sections)
    BulletinFigure.objects.bulk_create(figures)
    return RevisionDrafted(bulletin_id=row.pk, corrects=old.pk)


@action
def discard_bulletin(*, actor: Actor, now: datetime, bulletin_id: int) -> BulletinDiscarded:
    """Put a draft aside; it is kept, and not drafted again by itself."""
    row = Bulletin.objects.get(pk=bulletin_id)
    actor.check_may("bulletins.discard_bulletin", row.area)
    move(row, BulletinStatus.DISCARDED, edited_at=now)
    return BulletinDiscarded(bulletin_id=row.pk)
