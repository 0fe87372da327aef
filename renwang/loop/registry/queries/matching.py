"""Find who of a batch is already in the register, with a number of queries that does not grow with the batch's households."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from renwang.foundation.access.engine.normal import normalise
from renwang.foundation.access.engine.seal import Sealer
from renwang.foundation.access.fields import sealer

from ..models import Enrolment, Household, Membership, Person
from ..rules import HouseholdIn, SameHouseholdTwice, SamePersonTwice, household_name
from ..rules.households import head_position
from ..rules.known import KnownHousehold, KnownPerson, Match
from .among import chunks
from .doubts import doubts_of
from .particulars import find_particulars

_OF_HOME = (
    *("subject_id", "subject__name", "subject__division_id", "number", "address", "phone_idx", "lon", "lat"),
    *("subject__source", "subject__is_current"),
)


@dataclass(slots=True)
class _Batch:
    """What was looked up for one batch, and what is already taken."""

    people: dict[int, KnownPerson] = field(default_factory=dict)
    by_id: dict[bytes, KnownPerson] = field(default_factory=dict)
    settled: dict[int, KnownPerson] = field(default_factory=dict)  # whom a link is to, by their key
    by_name: dict[tuple[str, str], list[KnownPerson]] = field(default_factory=lambda: defaultdict(list))
    households: dict[int, KnownHousehold] = field(default_factory=dict)
    by_number: dict[str, KnownHousehold] = field(default_factory=dict)
    by_head: dict[tuple[str, str], list[KnownHousehold]] = field(default_factory=lambda: defaultdict(list))
    taken_people: set[int] = field(default_factory=set)
    taken_households: set[int] = field(default_factory=set)


Indexes = list[list[list[bytes]]]  # household, member: the ID number's index under each key, none without a number


def matches(households: Sequence[HouseholdIn], *, office: str | None = None) -> list[Match]:
    """Return whom the register knows already, in the order given: by ID number, by household number, else by name, division and birth.

    With an office, also what that office told before of each beyond the register's columns. Raises SamePersonTwice, SameHouseholdTwice.
    """
    ring = sealer()
    indexes = [[_indexes(ring, one.id_number, "id_number") for one in household.members] for household in households]
    _check_no_one_stands_twice(households, indexes)
    batch = _looked_up(households, indexes)
    found: list[KnownHousehold | None] = [None] * len(households)
    # The surest first, so that a namesake never takes the household of the one who is meant.
    for settle in (_by_person, _by_number, _by_head, _by_likeness):
        for place, household in enumerate(households):
            if found[place] is None and (household.is_loose or settle is not _by_person):
                found[place] = settle(batch, household, indexes[place])
                if (settled := found[place]) is not None:
                    batch.taken_households.add(settled.id)
    people = _people(batch, households, indexes, found)
    gone = _gone(households, indexes, people)
    if office is not None:
        find_particulars(households, found, people, office)
    doubts = doubts_of(households, indexes, found, people, batch.by_name, batch.taken_people)
    return [Match(*one) for one in zip(found, people, gone, doubts, strict=True)]


def _gone(
    households: Sequence[HouseholdIn], indexes: Indexes, people: Sequence[Sequence[KnownPerson | None]]
) -> list[frozenset[int]]:
    """Return who of each household is nobody of the present, but was: by ID number, without one by name, division and birth."""
    unknown = [
        (place, member) for place, persons in enumerate(people) for member, known in enumerate(persons) if known is None
    ]
    left = Person.objects.filter(subject__is_current=False, subject__merged_into__isnull=True)
    ids: set[bytes] = set()
    for part in chunks([index for place, member in unknown for index in indexes[place][member]]):
        ids.update(
            bytes(one) for one in left.filter(id_number_idx__among=part).values_list("id_number_idx", flat=True) if one
        )
    names = {
        households[place].members[member].name
        for place, member in unknown
        if not indexes[place][member] and households[place].members[member].born_on
    }
    codes = sorted({household.division for household in households})
    known_as: set[tuple[str, str, Any]] = set()
    for some in chunks(sorted(names)):
        rows = left.filter(subject__name__in=some, subject__division_id__in=codes, born_on__isnull=False)
        known_as.update(rows.values_list("subject__name", "subject__division_id", "born_on"))
    result: list[set[int]] = [set() for _household in households]
    for place, member in unknown:
        person, index = households[place].members[member], indexes[place][member]
        told = (person.name, households[place].division, person.born_on)
        if any(one in ids for one in index) or (not index and told in known_as):
            result[place].add(member)
    return [frozenset(members) for members in result]


def gone_with_id(id_number: str) -> int | None:
    """Return who bore an ID number and has died or gone for good; nothing where nobody did."""
    found = Person.objects.filter(
        id_number_idx__in=_indexes(sealer(), id_number, "id_number"),
        subject__is_current=False,
        subject__merged_into__isnull=True,
    )
    return found.values_list("pk", flat=True).first()


def person_with_id(id_number: str) -> KnownPerson | None:
    """Return the current person who bears an ID number, with the household they live in."""
    people: dict[int, KnownPerson] = {}
    _keep_people(people, Q(id_number_idx__in=_indexes(sealer(), id_number, "id_number")))
    _keep_memberships(people, Membership.objects.filter(until__isnull=True), "person", sorted(people))
    return next(iter(people.values()), None)


def _indexes(ring: Sealer, value: str, kind: str) -> list[bytes]:
    return ring.blinds(value, kind) if value and normalise(value, kind) else []


def _check_no_one_stands_twice(households: Sequence[HouseholdIn], indexes: Indexes) -> None:
    numbers: dict[str, int] = {}
    ids: dict[bytes, tuple[int, int]] = {}
    for place, household in enumerate(households):
        if household.number and numbers.setdefault(household.number, place) != place:
            raise SameHouseholdTwice(numbers[household.number], place)
        for member, found in enumerate(indexes[place]):
            if found and ids.setdefault(found[0], (place, member)) != (place, member):
                raise SamePersonTwice(ids[found[0]], (place, member))


def _looked_up(households: Sequence[HouseholdIn], indexes: Indexes) -> _Batch:
    batch = _Batch()
    people = batch.people
    every = [index for household in indexes for person in household for index in person]
    _find_people(batch, people, households, indexes, every)
    _find_households(batch, households)
    _follow_merges(batch, people, sorted({h.number for h in households if h.number}), every)
    _find_homes(batch, people)
    for known in people.values():
        batch.by_name[known.name, known.division].append(known)
        if known.household in batch.households:
            batch.households[known.household].members.append(known)
    for home in batch.households.values():
        if home.number:
            batch.by_number[home.number] = home
        if not home.has_ended:
            batch.by_head[home.name, home.division].append(home)
    return batch


def _find_people(
    batch: _Batch,
    people: dict[int, KnownPerson],
    households: Sequence[HouseholdIn],
    indexes: Indexes,
    every: Sequence[bytes],
) -> None:
    """Find people by ID number, and those whose number nobody bears by name."""
    for some in chunks(every):
        _keep_people(people, Q(id_number_idx__among=some))
    for some_settled in chunks(
        sorted({one.same_as for household in households for one in household.members if one.same_as})
    ):
        _keep_people(batch.settled, Q(subject_id__in=some_settled))
        people.update({pk: people.get(pk, one) for pk, one in batch.settled.items()})
    batch.settled = {pk: people[pk] for pk in batch.settled}
    batch.by_id = {person.id_idx: person for person in people.values() if person.id_idx}
    names: dict[bool, set[str]] = {False: set(), True: set()}
    for household, found in zip(households, indexes, strict=True):
        for person, index in zip(household.members, found, strict=True):
            if not index or not any(one in batch.by_id for one in index):
                names[bool(index)].add(person.name)
    codes = sorted({household.division for household in households})
    alike = Q(subject__division_id__in=codes, subject__kind="person")
    for part in chunks(sorted(names[False])):
        _keep_people(people, alike & Q(subject__name__among=part))
    # Who bears another ID number is somebody else: only those without one may be meant.
    for part in chunks(sorted(names[True] - names[False])):
        _keep_people(people, alike & Q(subject__name__among=part, id_number_idx__isnull=True))


def _find_households(batch: _Batch, households: Sequence[HouseholdIn]) -> None:
    """Find households by number, and those without one by name."""
    codes = sorted({household.division for household in households})
    for numbers in chunks(sorted({household.number for household in households if household.number})):
        _keep_households(batch, Q(number__among=numbers), also_ended=True)
    for names in chunks(sorted({household_name(household) for household in households if not household.number})):
        _keep_households(
            batch, Q(subject__name__among=names, subject__division_id__in=codes, subject__kind="household")
        )


def _find_homes(batch: _Batch, people: dict[int, KnownPerson]) -> None:
    """Find where the people found live, who lives with them, and on which ledgers their households stand."""
    held = Membership.objects.filter(until__isnull=True)
    _keep_memberships(people, held, "person", sorted(people))
    for part in chunks(sorted({p.household for p in people.values() if p.household} - batch.households.keys())):
        _keep_households(batch, Q(subject__id__among=part))
    for part in chunks(sorted(batch.households)):
        members = held.filter(household__id__among=part).values_list("person_id", flat=True)
        for some in chunks(sorted(set(members) - people.keys())):
            _keep_people(people, Q(subject__id__among=some))
    _keep_memberships(people, held, "household", sorted(batch.households))
    for part in chunks(sorted(batch.households)):
        for subject, programme, row, reason in Enrolment.objects.filter(
            subject__id__among=part, until__isnull=True
        ).values_list("subject_id", "programme_id", "id", "reason"):
            batch.households[subject].enrolments[programme] = (row, reason)


def _follow_merges(
    batch: _Batch, people: dict[int, KnownPerson], numbers: Sequence[str], indexes: Sequence[bytes]
) -> None:
    """Let the numbers of records that were merged away lead to the records they were taken into."""
    aliases: dict[str, int] = {}
    for some in chunks(numbers):
        merged = Household.objects.filter(number__among=some, subject__merged_into__isnull=False)
        for number, kept in merged.values_list("number", "subject__merged_into_id"):
            aliases[number] = kept or 0
    for missing in chunks(sorted(set(aliases.values()) - batch.households.keys())):
        _keep_households(batch, Q(subject__id__among=missing))
    for number, kept_id in aliases.items():
        if kept_id in batch.households:
            batch.by_number[number] = batch.households[kept_id]
    bearers: dict[bytes, int] = {}
    for part in chunks(indexes):
        merged_people = Person.objects.filter(id_number_idx__among=part, subject__merged_into__isnull=False)
        for index, kept in merged_people.values_list("id_number_idx", "subject__merged_into_id"):
            bearers[bytes(index or b"")] = kept or 0
    for missing in chunks(sorted(set(bearers.values()) - people.keys())):
        _keep_people(people, Q(subject__id__among=missing))
    for idx, kept_id in bearers.items():
        if kept_id in people:
            batch.by_id.setdefault(idx, people[kept_id])


def _keep_people(people: dict[int, KnownPerson], which: Q) -> None:
    for pk, name, division, sex, born_on, id_idx, phone_idx, source in Person.objects.filter(
        which, subject__is_current=True
    ).values_list(
        "subject_id",
        "subject__name",
        "subject__division_id",
        "sex",
        "born_on",
        "id_number_idx",
        "phone_idx",
        "subject__source",
    ):
        if pk not in people:
            people[pk] = KnownPerson(pk, name, division, sex, born_on, _plain(id_idx), _plain(phone_idx), source=source)


def _keep_households(batch: _Batch, which: Q, *, also_ended: bool = False) -> None:
    # A number is one household's for ever: who comes to live there brings it back.
    there = Q(subject__merged_into__isnull=True) if also_ended else Q(subject__is_current=True)
    rows = Household.objects.filter(which, there).values_list(*_OF_HOME)
    for pk, name, division, number, address, phone_idx, lon, lat, source, is_current in rows:
        if pk not in batch.households:
            home = KnownHousehold(pk, name, division, number, address, _plain(phone_idx), lon, lat, source=source)
            home.has_ended, batch.households[pk] = not is_current, home


def _plain(index: bytes | memoryview | None) -> bytes | None:
    return None if index is None else bytes(index)


def _keep_memberships(
    people: dict[int, KnownPerson], held: QuerySet[Membership], column: str, ids: Sequence[int]
) -> None:
    for part in chunks(ids):
        which: dict[str, Any] = {f"{column}__id__among": part}
        for row, person, household, relation, since in held.filter(**which).values_list(
            "id", "person_id", "household_id", "relation", "since"
        ):
            if person in people:
                known = people[person]
                known.membership, known.household, known.relation, known.since = row, household, relation, since


def _by_person(batch: _Batch, household: HouseholdIn, indexes: list[list[bytes]]) -> KnownHousehold | None:
    """Return where somebody from a list of persons lives now, known by ID number, or by name, division and birth."""
    person = household.members[0]
    known = next((batch.by_id[index] for index in indexes[0] if index in batch.by_id), None)
    if known is None and person.born_on:
        alike = [
            one for one in batch.by_name.get((person.name, household.division), ()) if one.born_on == person.born_on
        ]
        known = alike[0] if len(alike) == 1 and not _contradicts(alike[0].id_idx, indexes[0]) else None
    return batch.households.get(known.household) if known is not None and known.household is not None else None


def _by_number(batch: _Batch, household: HouseholdIn, indexes: list[list[bytes]]) -> KnownHousehold | None:
    return batch.by_number.get(household.number) if household.number else None


def _by_head(batch: _Batch, household: HouseholdIn, indexes: list[list[bytes]]) -> KnownHousehold | None:
    """Return the household its head lives in, where the head is known by ID number, or by name, division and birth."""
    place = head_position(household.members)
    if place is None:
        return None
    head = household.members[place]
    known = next((batch.by_id[i] for i in indexes[place] if i in batch.by_id), batch.settled.get(head.same_as or 0))
    if known is None and head.born_on:
        alike = [
            person
            for person in batch.by_name.get((head.name, household.division), ())
            if person.born_on == head.born_on and not (indexes[place] and person.id_idx)
        ]
        known = alike[0] if len(alike) == 1 else None
    if known is None or known.household is None or known.household in batch.taken_households:
        return None
    home = batch.households.get(known.household)
    if home is None or (household.number and home.number) or (known.relation != "head" and home.name != head.name):
        return None
    return home


def _by_likeness(batch: _Batch, household: HouseholdIn, indexes: list[list[bytes]]) -> KnownHousehold | None:
    """Return a free household of the same name and division that nothing told contradicts; an exact likeness first."""
    alike = batch.by_head.get((household_name(household), household.division), ())
    if not alike:
        return None
    phones = _indexes(sealer(), household.phone, "phone")
    place = head_position(household.members)
    born_on = household.members[place].born_on if place is not None else None
    id_indexes = indexes[place] if place is not None else []
    best: KnownHousehold | None = None
    for known in alike:
        if known.id in batch.taken_households or (household.number and known.number):
            continue
        head = next((person for person in known.members if person.relation == "head"), None)
        if head and ((born_on and head.born_on and born_on != head.born_on) or _contradicts(head.id_idx, id_indexes)):
            continue
        if household.address and known.address and household.address != known.address:
            continue
        if _contradicts(known.phone_idx, phones):
            continue
        if household.address == known.address and (known.phone_idx in phones or not (known.phone_idx or phones)):
            return known
        best = best or known
    return best


def _contradicts(index: bytes | None, told: Sequence[bytes]) -> bool:
    return bool(index and told and index not in told)


def _people(
    batch: _Batch, households: Sequence[HouseholdIn], indexes: Indexes, found: Sequence[KnownHousehold | None]
) -> list[list[KnownPerson | None]]:
    """Return who of the register each person is: by ID number, then within the household, then in the village by birth."""
    result: list[list[KnownPerson | None]] = [[None] * len(household.members) for household in households]
    for place in range(len(households)):
        for member, index in enumerate(indexes[place]):
            same_as = households[place].members[member].same_as
            known = next((batch.by_id[one] for one in index if one in batch.by_id), batch.settled.get(same_as or 0))
            if known is not None:
                result[place][member] = known
                batch.taken_people.add(known.id)
    for within_household in (True, False):
        for place, household in enumerate(households):
            home = found[place]
            if within_household and home is None:
                continue
            for member, person in enumerate(household.members):
                if result[place][member] is not None:
                    continue
                if within_household:
                    assert home is not None
                    pool = [one for one in home.members if one.name == person.name]
                    exact = [one for one in pool if one.born_on == person.born_on]
                    pool = exact + [one for one in pool if one.born_on is None or person.born_on is None]
                else:
                    pool = list(batch.by_name.get((person.name, household.division), ()))
                    pool = [one for one in pool if person.born_on and one.born_on == person.born_on]
                free = [
                    one
                    for one in pool
                    if one.id not in batch.taken_people and not _contradicts(one.id_idx, indexes[place][member])
                ]
                if free and (within_household or len(free) == 1):
                    result[place][member] = free[0]
                    batch.taken_people.add(free[0].id)
    return result
