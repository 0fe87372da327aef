"""A case goes where its household goes."""

import datetime as dt

import pytest

from conftest import District, Family
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.cases import actions, queries
from renwang.loop.cases.models import Case
from renwang.loop.cases.rules import LIVE, Status, StepSays
from renwang.loop.registry import actions as registry

pytestmark = pytest.mark.django_db


def test_nobody_moves_cases_by_hand(district: Actor, family: Family, now: dt.datetime) -> None:
    with pytest.raises(NotAllowed):
        actions.follow_move(actor=district, now=now, subject_ids=[family.household.pk], to_code="370704003201")


def test_live_cases_go_with_the_household_and_are_seen_where_it_lives_now(
    small_district: District, district: Actor, outsider: Actor, family: Family, now: dt.datetime
) -> None:
    ids = [
        actions.open_case(
            actor=district,
            now=now,
            subject_id=subject.pk,
            kind="general.other",
            detail={"words": "The gate is broken."},
        ).case_ids[0]
        for subject in (family.household, family.head)
    ]
    done = actions.open_case(
        actor=district, now=now, subject_id=family.members[1].pk, kind="general.other", detail={"words": "Done."}
    ).case_ids[0]
    Case.objects.filter(pk=done).update(status=Status.CLOSED)
    assert not queries.visible_cases(viewer=outsider).exists()

    to = small_district.far_village.code
    registry.move_household(actor=district, now=now, household_id=family.household.pk, division=to)

    assert set(Case.objects.filter(division_id=to).values_list("pk", flat=True)) == set(ids)
    assert Case.objects.get(pk=done).division_id == small_district.village.code
    assert set(queries.visible_cases(viewer=outsider).filter(status__in=LIVE).values_list("pk", flat=True)) == set(ids)
    step = Case.objects.get(pk=ids[0]).steps.latest("pk")
    assert (step.says, step.about) == (StepSays.MOVED, small_district.far_village.name)
    names = [entry.name for entry in Entry.objects.order_by("day", "seq")][-2:]
    assert names == ["registry.move_household", "cases.follow_move"]
