"""Reads about who is responsible for whom."""

from datetime import datetime

from django.db.models import Q, QuerySet

from renwang.loop.registry.models import Membership

from .models import Assignment


def current(now: datetime) -> QuerySet[Assignment]:
    """Return the assignments that hold at a moment."""
    return Assignment.objects.filter(Q(until__isnull=True) | Q(until__gt=now), since__lte=now)


def people_of(user_id: int, now: datetime) -> frozenset[int]:
    """Return the ids of the subjects an account is answerable for: households and their members, persons, organisations.

    Registered in config/wiring.py, so that access can ask without knowing this stage.
    """
    own = set(current(now).filter(user_id=user_id, subject__isnull=False).values_list("subject_id", flat=True))
    members = Membership.objects.filter(household_id__in=own, until__isnull=True).values_list("person_id", flat=True)
    return frozenset(own) | frozenset(members)
