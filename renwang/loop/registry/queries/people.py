"""Reads about divisions and subjects. Whoever reads about people says who is looking."""

from django.db.models import Q, QuerySet

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor

from ..models import Division, Subject
from ..rules import DivisionLevel, SubjectKind


def visible(viewer: Actor, field: str = "", permission: str = "registry.view") -> Q:
    """Return the filter "the subject in ``field`` (a path to a Subject; empty is the row itself) may be seen".

    Everybody in the areas of a role, and one's own people for roles that see only those.
    """
    path = f"{field}__" if field else ""
    scope = in_scope(f"{path}division_id", viewer.areas(permission))
    if viewer.people and viewer.may_anywhere(permission):
        scope |= Q(**{f"{path}pk__in": viewer.people})
    return scope


def visible_subjects(*, viewer: Actor, kind: SubjectKind | None = None) -> QuerySet[Subject]:
    """Return the current subjects the viewer may see."""
    found = Subject.objects.filter(visible(viewer), is_current=True).select_related("division")
    return found.filter(kind=kind) if kind else found


def divisions(*, areas: tuple[str, ...] = ("",), level: DivisionLevel | None = None) -> QuerySet[Division]:
    """Return the divisions in some areas, by code."""
    found = Division.objects.filter(in_scope("code", areas)).order_by("code")
    return found.filter(level=level) if level else found
