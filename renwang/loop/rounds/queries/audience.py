"""Whom a round asks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.loop.registry.models import Enrolment, Household, Membership, Subject
from renwang.loop.registry.rules import SubjectKind

from ..models import ContactPart, Round
from ..rules import Because, Cadence, PartState


@dataclass(frozen=True, slots=True)
class Audience:
    """The description of an audience: ledgers × area × filters."""

    area: str
    programmes: tuple[str, ...] = ()
    everybody: bool = False
    needs_phone: bool = False
    has_member_under: int | None = None
    has_member_over: int | None = None

    @classmethod
    def of(cls, asking: Round) -> "Audience":
        """Return the audience of a stored round (prefetch ``audience``)."""
        return cls(
            area=asking.area,
            programmes=tuple(row.programme_id for row in asking.audience.all()),
            everybody=asking.everybody,
            needs_phone=asking.needs_phone,
            has_member_under=asking.has_member_under,
            has_member_over=asking.has_member_over,
        )


def years_before(day: date, years: int) -> date:
    """Return the same day so many years earlier (29 February becomes the 28th)."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def audience(wanted: Audience, *, day: date) -> QuerySet[Subject]:
    """Return the current households an audience describes, as they are on a day. A ledger counts for a household when
    the household itself or one of its members stands on it."""
    found = Subject.objects.filter(in_scope("division_id", (wanted.area,)), kind=SubjectKind.HOUSEHOLD, is_current=True)
    living = Membership.objects.filter(household_id=OuterRef("pk"), until__isnull=True)
    if not wanted.everybody:
        standing = Enrolment.objects.filter(
            Q(until__isnull=True) | Q(until__gte=day), programme_id__in=wanted.programmes, since__lte=day
        )
        found = found.filter(
            Q(pk__in=standing.values("subject_id"))
            | Q(
                pk__in=Membership.objects.filter(
                    until__isnull=True, person_id__in=standing.values("subject_id")
                ).values("household_id")
            )
        )
    if wanted.needs_phone:
        found = found.filter(
            Exists(Household.objects.filter(subject_id=OuterRef("pk"), phone_idx__isnull=False))
            | Exists(living.filter(person__person__phone_idx__isnull=False))
        )
    if wanted.has_member_under is not None:
        born = years_before(day, wanted.has_member_under)
        found = found.filter(Exists(living.filter(person__person__born_on__gt=born)))
    if wanted.has_member_over is not None:
        born = years_before(day, wanted.has_member_over)
        found = found.filter(Exists(living.filter(person__person__born_on__lte=born)))
    return found


def audience_size(*, viewer: Actor, wanted: Audience, day: date) -> int:
    """Return how many households an audience has, among those the viewer may see."""
    return audience(wanted, day=day).filter(in_scope("division_id", viewer.areas("rounds.view"))).count()


def still_to_plan(asking: Round, *, day: date, slot: int) -> QuerySet[Subject]:
    """Return the households of a round that have no share of it yet in a slot of a day, and may be asked.

    A round that asks once leaves out who was asked already on another day and not carried; every round leaves out who
    refused it.
    """
    share = ContactPart.objects.filter(round=asking, contact__household_id=OuterRef("pk"))
    found = audience(Audience.of(asking), day=day).exclude(Exists(share.filter(contact__day=day, contact__slot=slot)))
    if asking.cadence == Cadence.ONCE:
        return found.exclude(Exists(share.exclude(state=PartState.CARRIED)))
    return found.exclude(
        Exists(share.filter(state=PartState.MISSED, because__in=(Because.REFUSED, Because.MOVED_AWAY)))
    )


def households_with_phone(household_ids: Collection[int]) -> set[int]:
    """Return which of the households can be called: by their own phone or a member's."""
    own = Household.objects.filter(subject_id__in=household_ids, phone_idx__isnull=False)
    members = Membership.objects.filter(
        household_id__in=household_ids, until__isnull=True, person__person__phone_idx__isnull=False
    )
    return set(own.values_list("subject_id", flat=True)) | set(members.values_list("household_id", flat=True))
