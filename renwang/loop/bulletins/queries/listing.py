"""Which bulletins there are, and for whom."""

from django.db.models import QuerySet

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.loop.registry.models import Division
from renwang.loop.registry.rules import DivisionLevel

from ..models import Bulletin, BulletinFigure, Plan
from ..rules import DEFAULT_HOUR, FROZEN, BulletinStatus

EDIT = "bulletins.edit_bulletin"


def published() -> QuerySet[Bulletin]:
    """Return what was published, the latest first: whoever is signed in reads it."""
    return Bulletin.objects.filter(status__in=FROZEN).order_by("-day", "area", "-revision")


def drafts_of(*, viewer: Actor) -> QuerySet[Bulletin]:
    """Return the drafts of the areas whose bulletins somebody edits, the latest first."""
    scope = in_scope("area", viewer.areas(EDIT))
    return Bulletin.objects.filter(scope, status=BulletinStatus.DRAFT).order_by("-day", "area")


def bulletin_seen(*, viewer: Actor, bulletin_id: int) -> Bulletin | None:
    """Return one bulletin as far as somebody may read it: what is published everybody, a draft who edits those of its area."""
    row = Bulletin.objects.filter(pk=bulletin_id).select_related("corrects", "published_by", "edited_by").first()
    if row is None:
        return None
    return row if row.status in FROZEN or viewer.may(EDIT, row.area) else None


def has_figures(bulletin_id: int) -> bool:
    """Answer whether any figure stands behind a bulletin."""
    return BulletinFigure.objects.filter(bulletin_id=bulletin_id).exists()


def correction_of(bulletin: Bulletin) -> Bulletin | None:
    """Return the bulletin that corrects this one and is published; None where it is the last word."""
    return bulletin.corrections.filter(status__in=FROZEN).order_by("-revision").first()


def areas_to_draft(*, viewer: Actor) -> list[tuple[str, str]]:
    """Return the areas whose bulletin somebody may draft as (code, name): districts and subdistricts. One query."""
    levels = (DivisionLevel.CITY, DivisionLevel.DISTRICT, DivisionLevel.STREET)
    rows = Division.objects.filter(in_scope("code", viewer.areas("bulletins.draft_bulletins")), level__in=levels)
    return [(row.code, row.called) for row in rows.order_by("code")]


def hour_of(area: str) -> int | None:
    """Return the hour at which an area's bulletin is drafted every day; None where it is not."""
    plan = Plan.objects.filter(area=area).first()
    if plan is not None:
        return plan.hour if plan.is_wanted else None
    return DEFAULT_HOUR if Division.objects.filter(code=area, level=DivisionLevel.DISTRICT).exists() else None
