"""Workers: where they are, how many they have, how many more they can take."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from renwang.foundation.access.models import User
from renwang.foundation.access.queries import in_scope, staff
from renwang.foundation.access.rules import Actor
from renwang.loop.registry.queries.among import chunks

from ..models import Assignment, Duty, HandOver, ServedArea, Worker
from .answerable import current


def load_of(user_ids: Iterable[int]) -> dict[int, int]:
    """Return account → how many subjects it carries in answerable duties; who carries nobody is missing."""
    found: dict[int, int] = {}
    for part in chunks(dict.fromkeys(user_ids)):
        held = Assignment.objects.filter(user_id__in=part, **_CARRIED)
        found |= dict(held.order_by().values("user_id").annotate(load=Count("pk")).values_list("user_id", "load"))
    return found


# Who has died, was merged away, or lives nowhere any more is carried by nobody; the tie stays, for when they come back.
_CARRIED = {"until__isnull": True, "subject__is_current": True, "duty__is_answerable": True}


def with_load(found: QuerySet[Worker]) -> QuerySet[Worker]:
    """Return workers with ``load`` beside them: how many subjects each carries."""
    carried = Assignment.objects.filter(user_id=OuterRef("user_id"), **_CARRIED).order_by().values("user_id")
    load = Coalesce(Subquery(carried.annotate(load=Count("pk")).values("load")), 0, output_field=IntegerField())
    return found.annotate(load=load).select_related("user", "home")


def workers_of(area: str = "", *, viewer: Actor) -> QuerySet[Worker]:
    """Return the workers at home in, or serving, an area, as far as the viewer's areas reach; with ``load``."""
    areas = viewer.areas("assignments.view")
    found = Worker.objects.filter(user__is_active=True).filter(_in_reach(areas))
    if area:
        found = found.filter(_in_reach((area,)))
    return with_load(found).order_by("home_id", "user__name", "user_id")


def _in_reach(areas: tuple[str, ...]) -> Q:
    served = ServedArea.objects.filter(in_scope("division_id", areas))
    return in_scope("home_id", areas) | Q(pk__in=served.values("worker_id"))


def candidates(*, viewer: Actor, now: datetime, area: str) -> QuerySet[User]:
    """Return the accounts that could take a duty in an area: those with a role in it and the workers who serve it."""
    at_work = Worker.objects.filter(_in_reach((area,))).values("user_id")
    with_role = staff(areas=(area,), now=now).values("pk")
    return User.objects.filter(Q(pk__in=with_role) | Q(pk__in=at_work), is_active=True).order_by("name", "pk")


def held_by(user_id: int, *, viewer: Actor, now: datetime) -> QuerySet[Assignment]:
    """Return what an account holds now, as far as the viewer may see it: all of one's own, else one's areas."""
    there = Q(subject__isnull=True) | Q(subject__is_current=True)
    found = current(now).filter(there, user_id=user_id)
    if viewer.user_id != user_id:
        areas = viewer.areas("assignments.view")
        found = found.filter(in_scope("subject__division_id", areas) | in_scope("division_id", areas))
    return found.select_related("duty", "subject__division", "division").order_by(
        "duty__order", "subject__division_id", "division_id", "subject__name", "pk"
    )


def duties() -> QuerySet[Duty]:
    """Return the duties in their order."""
    return Duty.objects.order_by("order", "code")


def hand_overs_of(user_id: int) -> QuerySet[HandOver]:
    """Return the handings over an account gave or took, the latest first."""
    found = HandOver.objects.filter(Q(from_user_id=user_id) | Q(to_user_id=user_id))
    return found.select_related("from_user", "to_user", "duty").order_by("-at", "-pk")
