"""Invented people are nobody, and the same seed invents the same."""

import datetime as dt
from itertools import chain

from renwang.drill.people import NO_CARRIER, NOWHERE, Inventor
from renwang.loop.registry.engine.divisions import demo_district
from renwang.loop.registry.engine.identifiers import read_phone, read_resident_id

TODAY = dt.date(2020, 2, 17)
VILLAGES = [row for row in demo_district().rows if row.level == "village"]


def invented(seed: int = 7, number: int = 300):
    return list(Inventor(seed).households(VILLAGES, number, TODAY))


def test_no_id_number_or_phone_can_belong_to_anybody() -> None:
    people = list(chain.from_iterable(neighbour.told.members for neighbour in invented()))
    for person in people:
        read = read_resident_id(person.id_number, today=TODAY)
        assert read.is_valid, read
        assert person.id_number.startswith(NOWHERE)
        assert read.born_on == person.born_on and read.sex == person.sex
        assert not person.phone or (person.phone.startswith(NO_CARRIER) and read_phone(person.phone).value)
    assert len({person.id_number for person in people}) == len(people)


def test_the_same_seed_invents_the_same_people_and_another_seed_others() -> None:
    assert invented(7) == invented(7)
    assert invented(7) != invented(8)


def test_every_household_has_one_head_a_number_and_a_village() -> None:
    neighbours = invented()
    assert len({neighbour.told.number for neighbour in neighbours}) == 300
    for neighbour in neighbours:
        assert [person.relation.value for person in neighbour.told.members].count("head") == 1
        assert neighbour.told.name == neighbour.told.members[0].name
    sizes = [len(neighbour.told.members) for neighbour in neighbours]
    assert 2.5 < sum(sizes) / len(sizes) < 3.6
