"""Whatever a ledger holds: sent again, in any order, it changes nothing; and two that send it at once enter it once."""

import datetime as dt
import threading
from dataclasses import replace

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import District
from renwang.foundation.access.rules import Actor
from renwang.loop.registry.actions import merge_subjects, register_households
from renwang.loop.registry.models import Division, Enrolment, Household, Membership, Person, SearchKey, Subject
from renwang.loop.registry.rules import (
    DivisionLevel,
    EnrolmentIn,
    HouseholdIn,
    PersonIn,
    Relation,
    SameHouseholdTwice,
    SamePersonTwice,
)

from .test_register_households import id_of, many

names = st.sampled_from(["王伟", "王芳", "李娜", "张敏", "刘洋", "欧阳修"])
born = st.one_of(st.none(), st.dates(dt.date(1940, 1, 1), dt.date(1940, 1, 3)))
phones = st.sampled_from(["", "", "15400000001", "154 0000 0002"])
persons = st.builds(
    PersonIn,
    name=names,
    relation=st.sampled_from([Relation.SPOUSE, Relation.SON, Relation.OTHER]),
    id_number=st.one_of(st.just(""), st.integers(0, 40).map(id_of)),
    born_on=born,
    phone=phones,
)


@st.composite
def households(draw: st.DrawFn) -> HouseholdIn:
    head = replace(draw(persons), relation=Relation.HEAD)
    return HouseholdIn(
        number=draw(st.one_of(st.just(""), st.integers(0, 30).map(lambda n: f"N{n}"))),
        division=draw(st.sampled_from(["370704006201", "370704006202"])),
        address=draw(st.sampled_from(["", "1号", "2号"])),
        phone=draw(phones),
        members=(head, *draw(st.lists(persons, max_size=3))),
        enrolments=draw(st.sampled_from([(), (EnrolmentIn("poor_household", reason="因病"),)])),
    )


def register_of() -> list[list[tuple[object, ...]]]:
    return [
        list(model.objects.order_by("pk").values_list())
        for model in (Subject, Household, Person, Membership, Enrolment, SearchKey)
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(households(), min_size=1, max_size=6))
def test_the_same_batch_again_changes_nothing(
    small_district: District, now: dt.datetime, told: list[HouseholdIn]
) -> None:
    actor = Actor.system()
    with transaction.atomic():
        point = transaction.savepoint()
        try:
            first = register_households(actor=actor, now=now, households=told, source="a")
        except (SamePersonTwice, SameHouseholdTwice):
            transaction.savepoint_rollback(point)
            return
        before = register_of()
        again = register_households(actor=actor, now=now + dt.timedelta(days=1), households=told, source="b")
        assert set(again.verdicts) == {"unchanged"}, (told, again)
        assert again.household_ids == first.household_ids
        assert register_of() == before
        assert Membership.objects.filter(until=None).count() == Person.objects.count()
        transaction.savepoint_rollback(point)


def test_a_number_that_was_merged_away_leads_to_the_kept_one(
    small_district: District, district: Actor, now: dt.datetime
) -> None:
    one, other = many(small_district.village.code, 2)
    done = register_households(actor=district, now=now, households=[one, other], source="a")
    kept, gone = done.household_ids
    merge_subjects(actor=district, now=now, kept_id=kept, gone_id=gone, reason="同一户")
    person_kept, person_gone = (
        Membership.objects.filter(person__name=told.members[0].name).values_list("person_id", flat=True)[0]
        for told in (one, other)
    )
    merge_subjects(actor=district, now=now, kept_id=person_kept, gone_id=person_gone, reason="同一人")
    count = Subject.objects.count()
    register_households(actor=district, now=now, households=[other], source="b")
    assert Subject.objects.count() == count
    assert Household.objects.get(pk=kept).number == one.number


@pytest.mark.django_db(transaction=True)
def test_two_who_send_the_same_at_once_enter_it_once(now: dt.datetime) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in after the other anyway.")
    Division.objects.create(code="370704", name="坊子区", level=DivisionLevel.DISTRICT)
    Division.objects.create(code="370704006201", name="一村", level=DivisionLevel.VILLAGE, parent_id="370704")
    told = [replace(one, enrolments=()) for one in many("370704006201", 50)]
    found: list[tuple[str, ...]] = []
    gate = threading.Barrier(2)

    def send() -> None:
        try:
            gate.wait()
            found.append(register_households(actor=Actor.system(), now=now, households=told, source="at once").verdicts)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sorted(set(verdicts)) for verdicts in found) == [["new"], ["unchanged"]]
    assert Household.objects.count() == 50 and Person.objects.count() == 150
