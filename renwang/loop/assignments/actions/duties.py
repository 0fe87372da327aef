"""Define the duties: they are data."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.loop.registry.models import Division

from ..events import DutiesDefined
from ..models import Assignment, Duty
from ..rules import DutyIn
from .problems import DutyIsHeld


@action
def define_duties(*, actor: Actor, now: datetime, duties: Sequence[DutyIn]) -> DutiesDefined:
    """Define duties or change them, by code; who holds them stays. The right must hold for the whole tree of divisions. Raises DutyIsHeld."""
    roots = Division.objects.filter(parent__isnull=True).values_list("code", flat=True)
    actor.check_may_all("assignments.define_duties", list(roots) or [""])
    known = {duty.code: duty for duty in Duty.objects.select_for_update().order_by("code")}
    for duty in duties:
        before = known.get(duty.code)
        if before is None:
            continue
        _check_change(before, duty)
        if before.one_holder != duty.one_holder:
            Assignment.objects.filter(duty_id=duty.code, until__isnull=True).update(is_sole=duty.one_holder)
    Duty.objects.bulk_create(
        [
            Duty(
                code=duty.code,
                label=duty.label,
                label_en=duty.label_en,
                held_for=duty.held_for,
                one_holder=duty.one_holder,
                in_screening_team=duty.in_screening_team,
                is_answerable=duty.is_answerable,
                order=duty.order,
            )
            for duty in {duty.code: duty for duty in duties}.values()
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["label", "label_en", "held_for", "one_holder", "in_screening_team", "is_answerable", "order"],
    )
    return DutiesDefined(codes=tuple(duty.code for duty in duties))


def _check_change(before: Duty, duty: DutyIn) -> None:
    held = Assignment.objects.filter(duty=before, until__isnull=True)
    if before.held_for != duty.held_for and Assignment.objects.filter(duty=before).exists():
        raise DutyIsHeld(before.label)
    if duty.one_holder and not before.one_holder:
        shared = held.values("subject_id", "division_id").annotate(holders=Count("id")).filter(holders__gt=1)
        if shared.exists():
            raise DutyIsHeld(before.label)
