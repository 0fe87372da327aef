"""Entering households in bulk: who may, what is matched, and that the same again changes nothing."""

import datetime as dt
from dataclasses import replace

import pytest

from conftest import District
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.registry.actions import UnknownDivision, UnknownProgramme, register_households
from renwang.loop.registry.engine.identifiers import make_resident_id
from renwang.loop.registry.models import Enrolment, Household, Membership, Person, SearchKey, Subject
from renwang.loop.registry.rules import (
    EnrolmentIn,
    HouseholdIn,
    PersonIn,
    Relation,
    SameHouseholdTwice,
    SamePersonTwice,
    Sex,
)

BORN = dt.date(1950, 3, 8)


def id_of(seq: int, born_on: dt.date = BORN, sex: str = "1") -> str:
    return make_resident_id("990704", born_on, seq, sex)


def liu(division: str, **other: object) -> HouseholdIn:
    told = HouseholdIn(
        number="F0001",
        division=division,
        address="西街12号",
        phone="15400000001",
        members=(
            PersonIn("刘德顺", Relation.HEAD, id_of(1), phone="15400000001"),
            PersonIn("王秀英", Relation.SPOUSE, id_of(2, sex="2")),
            PersonIn("刘小明", Relation.GRANDCHILD, born_on=dt.date(2012, 5, 1)),
        ),
        enrolments=(EnrolmentIn("poor_household", dt.date(2016, 1, 1), "因病"),),
    )
    return replace(told, **other)  # type: ignore[arg-type]


def register(actor: Actor, now: dt.datetime, *households: HouseholdIn) -> tuple[str, ...]:
    return register_households(actor=actor, now=now, households=households, source="test").verdicts


def test_an_outsider_may_not_register_in_another_street(
    small_district: District, outsider: Actor, now: dt.datetime
) -> None:
    with pytest.raises(NotAllowed):
        register(outsider, now, liu(small_district.village.code))
    assert not Subject.objects.exists()


def test_a_helper_may_not_register(small_district: District, helper: Actor, now: dt.datetime) -> None:
    with pytest.raises(NotAllowed):
        register(helper, now, liu(small_district.village.code))


def test_a_household_enters_with_members_enrolment_and_keys(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    assert register(street_officer, now, liu(small_district.village.code)) == ("new",)
    household = Household.objects.get(number="F0001")
    assert household.subject.name == "刘德顺"
    assert Membership.objects.filter(household=household.subject, until=None).count() == 3
    head = Person.objects.get(subject__name="刘德顺")
    assert (head.sex, head.born_on) == (Sex.MALE, BORN)  # from the ID number
    assert Enrolment.objects.get(subject=household.subject).reason == "因病"
    assert set(SearchKey.objects.filter(subject=head.subject).values_list("key", flat=True)) >= {
        "刘德顺",
        "德顺",
        "liudeshun",
        "lds",
    }
    entry = Entry.objects.get(name="registry.register_households")
    assert "刘" not in str(entry.facts) and id_of(1) not in str(entry.facts) and "15400000001" not in str(entry.facts)


def test_the_same_again_changes_nothing(small_district: District, street_officer: Actor, now: dt.datetime) -> None:
    told = liu(small_district.village.code)
    register(street_officer, now, told)
    before = list(Subject.objects.order_by("pk").values())
    assert register(street_officer, now + dt.timedelta(days=1), told) == ("unchanged",)
    assert list(Subject.objects.order_by("pk").values()) == before
    assert Membership.objects.count() == 3


def test_what_is_empty_erases_nothing(small_district: District, street_officer: Actor, now: dt.datetime) -> None:
    told = liu(small_district.village.code)
    register(street_officer, now, told)
    bare = liu(small_district.village.code, address="", phone="", enrolments=(), members=told.members[:1])
    assert register(street_officer, now, bare) == ("unchanged",)
    assert Household.objects.get().phone == "15400000001"


def test_a_changed_phone_and_name_are_kept_and_found(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    told = liu(small_district.village.code)
    register(street_officer, now, told)
    head = replace(told.members[0], name="刘得顺", phone="15400000009")
    assert register(street_officer, now, replace(told, members=(head, *told.members[1:]))) == ("changed",)
    person = Person.objects.get(subject__name="刘得顺")
    assert person.phone == "15400000009"
    assert Household.objects.get().subject.name == "刘得顺"
    assert SearchKey.objects.filter(subject=person.subject, key="liudeshun").exists()
    assert not SearchKey.objects.filter(key="刘德顺").exists()


def test_who_moves_ends_one_membership_and_begins_another(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    told = liu(small_district.village.code)
    register(street_officer, now, told)
    new_home = HouseholdIn(
        number="F0002",
        division=small_district.next_village.code,
        members=(PersonIn("王秀英", Relation.HEAD, id_of(2, sex="2")),),
    )
    assert register(street_officer, now, new_home) == ("new",)
    wang = Subject.objects.get(name="王秀英", kind="person")
    assert wang.division_id == small_district.next_village.code
    old, new = Membership.objects.filter(person=wang).order_by("pk")
    assert old.until is not None and new.until is None and new.relation == Relation.HEAD


def test_nobody_takes_a_person_out_of_an_area_that_is_not_theirs(
    small_district: District, street_officer: Actor, outsider: Actor, now: dt.datetime
) -> None:
    register(street_officer, now, liu(small_district.village.code))
    theirs = HouseholdIn(
        number="X1", division=small_district.far_village.code, members=(PersonIn("刘德顺", Relation.HEAD, id_of(1)),)
    )
    with pytest.raises(NotAllowed):
        register(outsider, now, theirs)


def test_two_namesakes_without_numbers_stay_two(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    one = HouseholdIn(division=small_district.village.code, address="1号", members=(PersonIn("王伟", Relation.HEAD),))
    other = replace(one, address="2号")
    assert register(street_officer, now, one, other) == ("new", "new")
    assert register(street_officer, now, other, one) == ("unchanged", "unchanged")
    assert Household.objects.count() == 2


def test_an_id_number_that_comes_later_joins_the_same_person(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    person = PersonIn("赵六", Relation.HEAD, born_on=BORN)
    household = HouseholdIn(division=small_district.village.code, members=(person,))
    register(street_officer, now, household)
    with_id = replace(household, members=(replace(person, id_number=id_of(7)),))
    assert register(street_officer, now, with_id) == ("changed",)
    assert Person.objects.count() == 1
    assert register(street_officer, now, with_id) == ("unchanged",)


def test_one_person_twice_in_a_batch_is_refused(small_district: District, district: Actor, now: dt.datetime) -> None:
    told = liu(small_district.village.code)
    with pytest.raises(SamePersonTwice):
        register(district, now, told, replace(told, number="F2"))
    with pytest.raises(SameHouseholdTwice):
        register(district, now, told, replace(told, members=()))


def test_an_unknown_division_or_programme_is_named(small_district: District, district: Actor, now: dt.datetime) -> None:
    with pytest.raises(UnknownDivision, match="370704999999"):
        register(district, now, liu("370704999999"))
    with pytest.raises(UnknownProgramme, match="lottery"):
        register(district, now, liu(small_district.village.code, enrolments=(EnrolmentIn("lottery"),)))


def many(division: str, count: int) -> list[HouseholdIn]:
    return [
        HouseholdIn(
            number=f"M{n:06d}",
            division=division,
            address=f"{n}号",
            phone=f"154{n:08d}",
            members=tuple(
                PersonIn(
                    f"{'赵钱孙李周吴郑王'[n % 8]}{'一二三四五六七'[m]}{'甲乙丙丁'[n % 4]}",
                    Relation.HEAD if m == 0 else Relation.OTHER,
                    id_of(n % 500, BORN + dt.timedelta(days=n // 500 * 7 + m)),
                    phone=f"154{n:08d}",
                )
                for m in range(3)
            ),
            enrolments=(EnrolmentIn("resident"),),
        )
        for n in range(count)
    ]


def test_the_number_of_queries_does_not_grow_with_the_households(
    small_district: District, street_officer: Actor, now: dt.datetime, django_assert_max_num_queries: object
) -> None:
    for count in (5, 50):
        with django_assert_max_num_queries(45):  # type: ignore[operator]
            register(street_officer, now, *many(small_district.village.code, count))
        with django_assert_max_num_queries(30):  # type: ignore[operator]
            register(street_officer, now, *many(small_district.village.code, count))
