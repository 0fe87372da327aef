"""Two records made one, and two again: whatever hangs on them, in whatever app, comes back exactly."""

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import District, Family, MakeFamily
from renwang.foundation.access.fields import SealedTextField
from renwang.foundation.access.models import CodeField
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.loop.assignments.models import Assignment
from renwang.loop.registry.actions import CannotUndo, NotMergeable, merge_subjects, undo_merge
from renwang.loop.registry.actions.merges import links
from renwang.loop.registry.models import Division, Enrolment, Membership, Merge, MovedLink, Person, SearchKey, Subject

HISTORY = {Merge, MovedLink}


def everything() -> dict[str, list[Any]]:
    """Return every row of every table that names a subject, with all its columns (sealed ones opened)."""
    found = {}
    for model in {model for model, _field in links()} | {Subject, Person}:
        if model in HISTORY:
            continue
        columns = [f.attname for f in model._meta.concrete_fields if f.attname != "changed_at"]
        found[model._meta.label] = list(model._base_manager.order_by("pk").values_list(*columns))
    return found


def test_every_key_to_a_subject_is_walked() -> None:
    walked = {(model._meta.label, field) for model, field in links()}
    expected = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is Subject and not field.primary_key:
                expected.add((model._meta.label, field.name))
    assert walked == expected - {("registry.Merge", "kept"), ("registry.Merge", "gone")}
    assert {
        ("registry.Membership", "person"),
        ("registry.Membership", "household"),
        ("assignments.Assignment", "subject"),
    } <= walked


def test_no_app_points_at_a_person_past_its_subject() -> None:
    from renwang.loop.registry.models import Household, Organisation

    past = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.related_model in {Household, Organisation, Person}
    ]
    assert past == []  # a merge would not find it


def test_an_outsider_may_not_merge_nor_a_helper(
    family: Family, make_family: MakeFamily, outsider: Actor, helper: Actor, now: dt.datetime
) -> None:
    other = make_family("刘德顺")
    for actor in (outsider, helper):
        with pytest.raises(NotAllowed):
            merge_subjects(actor=actor, now=now, kept_id=family.head.pk, gone_id=other.head.pk, reason="同一人")
    assert not Merge.objects.exists()


def test_who_is_responsible_for_one_area_only_may_not_merge_over_its_border(
    small_district: District, family: Family, make_family: MakeFamily, street_officer: Actor, now: dt.datetime
) -> None:
    far = make_family("刘德顺", division=small_district.far_village)
    with pytest.raises(NotAllowed):
        merge_subjects(actor=street_officer, now=now, kept_id=family.head.pk, gone_id=far.head.pk, reason="同一人")


def test_different_kinds_and_a_record_with_itself_are_refused(
    family: Family, district: Actor, now: dt.datetime
) -> None:
    for gone in (family.household.pk, family.head.pk):
        with pytest.raises(NotMergeable):
            merge_subjects(actor=district, now=now, kept_id=family.head.pk, gone_id=gone, reason="x")


def test_households_merged_and_unmerged_bring_back_every_link(
    family: Family, make_family: MakeFamily, street_officer: Actor, now: dt.datetime
) -> None:
    other = make_family("刘德胜", size=3)
    for household in (family.household, other.household):
        Enrolment.objects.create(subject=household, programme_id="poor_household", since=dt.date(2016, 1, 1))
    Enrolment.objects.create(subject=other.household, programme_id="resident", since=dt.date(2016, 1, 1))
    Assignment.objects.create(
        duty_id="helper", user=Assignment.objects.get().user, subject=other.household, since=now - dt.timedelta(days=3)
    )
    before = everything()
    merged = merge_subjects(
        actor=street_officer, now=now, kept_id=family.household.pk, gone_id=other.household.pk, reason="重复登记"
    )
    assert Membership.objects.filter(household=family.household, until=None).count() == 6
    assert set(
        Enrolment.objects.filter(subject=family.household, until=None).values_list("programme_id", flat=True)
    ) == {"poor_household", "resident"}
    # What would have been double stays with the merged-away one, ended.
    assert Enrolment.objects.get(subject=other.household).until is not None
    assert Assignment.objects.get(subject=other.household).until == now
    assert SearchKey.objects.filter(subject=family.household, key="刘德胜").exists()
    assert not Subject.objects.get(pk=other.household.pk).is_current
    undo_merge(actor=street_officer, now=now, merge_id=merged.merge_id)
    assert everything() == before


def test_persons_merged_take_over_what_is_missing_and_give_it_back(
    family: Family, make_family: MakeFamily, street_officer: Actor, now: dt.datetime
) -> None:
    other = make_family("刘得顺", size=1)
    person = Person.objects.get(pk=other.head.pk)
    person.id_number = "990704195001010017"
    person.save()
    before = everything()
    merged = merge_subjects(
        actor=street_officer, now=now, kept_id=family.head.pk, gone_id=other.head.pk, reason="重复登记"
    )
    kept = Person.objects.get(pk=family.head.pk)
    assert kept.id_number == "990704195001010017" and kept.id_number_idx is not None
    assert Membership.objects.get(person=other.head).until is not None
    undo_merge(actor=street_officer, now=now, merge_id=merged.merge_id)
    assert everything() == before


def test_a_merge_is_taken_back_once_and_the_later_one_first(
    family: Family, make_family: MakeFamily, district: Actor, now: dt.datetime
) -> None:
    second, third = make_family("甲"), make_family("乙")

    def merge(kept: Family, gone: Family) -> int:
        return merge_subjects(
            actor=district, now=now, kept_id=kept.head.pk, gone_id=gone.head.pk, reason="同一人"
        ).merge_id

    before = everything()
    first_merge, later_merge = merge(second, family), merge(third, second)
    with pytest.raises(CannotUndo):
        undo_merge(actor=district, now=now, merge_id=first_merge)
    undo_merge(actor=district, now=now, merge_id=later_merge)
    undo_merge(actor=district, now=now, merge_id=first_merge)
    with pytest.raises(CannotUndo):
        undo_merge(actor=district, now=now, merge_id=first_merge)
    assert everything() == before


def bake(model: type[models.Model], field: str, subject: Subject, place: str) -> bool:
    """Make one row of a model that names the subject, with whatever else it needs; False where that takes more than baking."""
    from model_bakery import baker

    baker.generators.add(CodeField, lambda: place)
    baker.generators.add(SealedTextField, lambda: "{}")
    # A path over required keys that lead to a division or to the same subject is baked with those.
    given: dict[str, Any] = {field: subject}
    for other in model._meta.concrete_fields:
        if isinstance(other, models.ForeignKey) and other.related_model is Division and not other.null:
            given[other.name] = subject.division
    try:
        with transaction.atomic():
            baker.make(model, **given)
    except (IntegrityError, TypeError, ValueError):
        return False
    return True


def test_a_row_of_every_app_that_names_a_subject_comes_back(
    family: Family, make_family: MakeFamily, district: Actor, now: dt.datetime
) -> None:
    other = make_family("刘德胜")
    walked = [(model, field) for model, field in links() if model is not Subject]
    baked = {
        model._meta.label for model, field in walked if bake(model, field, other.household, other.household.division_id)
    }
    assert len(baked) >= 5, baked
    before = everything()
    merged = merge_subjects(
        actor=district, now=now, kept_id=family.household.pk, gone_id=other.household.pk, reason="重复登记"
    )
    assert merged.moved >= len(baked)
    undo_merge(actor=district, now=now, merge_id=merged.merge_id)
    assert everything() == before


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ledgers=st.lists(
        st.tuples(st.sampled_from([0, 1, 2]), st.sampled_from(["poor_household", "resident"]), st.booleans()),
        max_size=6,
    ),
    pairs=st.lists(st.tuples(st.sampled_from([0, 1, 2]), st.sampled_from([0, 1, 2])), min_size=1, max_size=4),
)
def test_any_row_of_merges_taken_back_in_turn_leaves_everything_as_it_was(
    small_district: District,
    make_family: MakeFamily,
    district: Actor,
    now: dt.datetime,
    ledgers: list[tuple[int, str, bool]],
    pairs: list[tuple[int, int]],
) -> None:
    households = [make_family(name).household for name in ("甲一", "乙二", "丙三")]
    for place, programme, has_ended in ledgers:
        try:
            with transaction.atomic():
                Enrolment.objects.create(
                    subject=households[place],
                    programme_id=programme,
                    since=dt.date(2018, 1, 1),
                    until=dt.date(2019, 1, 1) if has_ended else None,
                )
        except IntegrityError:
            continue
    before = everything()
    done = []
    for kept, gone in pairs:
        try:
            with transaction.atomic():
                done.append(
                    merge_subjects(
                        actor=district, now=now, kept_id=households[kept].pk, gone_id=households[gone].pk, reason="x"
                    ).merge_id
                )
        except NotMergeable:
            continue
    for merge_id in reversed(done):
        undo_merge(actor=district, now=now, merge_id=merge_id)
    assert everything() == before


def test_two_helpers_of_one_household_become_one_and_two_again(
    family: Family, make_family: MakeFamily, make_user: Any, district: Actor, now: dt.datetime
) -> None:
    second = make_user("second", helper=family.household.division_id)
    double = make_family("刘德顺", helper=second)
    before = everything()
    done = merge_subjects(
        actor=district, now=now, kept_id=family.household.pk, gone_id=double.household.pk, reason="同一户"
    )
    running = Assignment.objects.filter(until__isnull=True, subject__in=(family.household, double.household))
    assert [one.user.username for one in running] == ["helper"]
    undo_merge(actor=district, now=now, merge_id=done.merge_id)
    assert everything() == before
