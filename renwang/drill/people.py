"""Invent a district's people: the same seed, the same people; no ID number or phone of theirs can belong to anybody."""

import datetime as dt
import math
import random
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from renwang.loop.registry.engine.divisions import DivisionRow
from renwang.loop.registry.engine.identifiers import make_resident_id
from renwang.loop.registry.rules import EnrolmentIn, HouseholdIn, PersonIn, Relation, Sex

from . import words
from .behaviour import Behaviour, built_in

# Assigned to no place by GB/T 2260, so an ID number that begins with it is nobody's.
NOWHERE = "990704"
# No carrier was given numbers that begin with 154.
NO_CARRIER = "154"


@dataclass(frozen=True)
class Temper:
    """How one invented household will behave, known to the drill alone."""

    has_phone: bool
    wrong_number: bool
    gives_trouble: float  # 0 to 1: how often it does not pick up, beyond the average
    never_home: bool = False
    moved_away: bool = False
    refuses: bool = False
    reports_itself: bool = False
    number_is_dead: bool = False  # of a wrong number: nobody has it; else a stranger does


@dataclass(frozen=True)
class Neighbour:
    """One invented household, what the register is told of it, and how it behaves."""

    told: HouseholdIn
    temper: Temper


class Inventor:
    """Invents people one after the other from one seed."""

    def __init__(self, seed: int, *, first_phone: int = 0, how: Behaviour | None = None) -> None:
        self.random = random.Random(seed)
        self.how = how or built_in()
        self.phones = first_phone
        self.born: dict[tuple[dt.date, Sex], int] = {}
        self.first_order = 400 if first_phone else 0
        self.last_phone = ""

    def households(
        self, villages: Sequence[DivisionRow], number: int, today: dt.date, *, larger: Container[str] = ()
    ) -> Iterator[Neighbour]:
        """Yield households, spread over the villages; ``larger``: codes of those with half as many again."""
        weights = [self.random.uniform(0.75, 1.25) * (1.5 if village.code in larger else 1) for village in villages]
        places = self.random.choices(villages, weights, k=number)
        for count, village in enumerate(sorted(places, key=lambda row: row.code), start=1):
            yield self.household(village, count, today)

    def household(self, village: DivisionRow, count: int, today: dt.date) -> Neighbour:
        """Return one household of a village."""
        how = self.how.values["households"]
        size = self.random.choices(range(1, 6), how["sizes"])[0]
        is_poor = self.random.random() < how["poor"]
        is_old = self.random.random() < (how["poor_old"] if is_poor else 0.2)
        has_phone = self.random.random() >= how["no_phone"]
        members = tuple(self._members(size, today, is_old=is_old))
        phone = self._phone() if has_phone else ""
        if has_phone and self.last_phone and self.random.random() < how["shared_phone"]:
            phone = self.last_phone
        self.last_phone = phone or self.last_phone
        ledgers = tuple(self._ledgers(members, today, is_poor=is_poor))
        turn, far = self.random.uniform(0, 2 * math.pi), self.random.uniform(0.0005, 0.006)
        told = HouseholdIn(
            number=f"D{count:06d}",
            name=members[0].name,
            division=village.code,
            address=f"{village.name}{self.random.randint(1, 120)}号",
            phone=phone,
            lon=round((village.lon or 119.2) + far * math.cos(turn), 6),
            lat=round((village.lat or 36.65) + far * math.sin(turn), 6),
            members=members,
            enrolments=ledgers,
        )
        return Neighbour(told, self._temper(has_phone=has_phone))

    def _temper(self, *, has_phone: bool) -> Temper:
        how = self.how.values["households"]
        return Temper(
            has_phone,
            wrong_number=self.random.random() < how["wrong_number"],
            gives_trouble=self.random.random() ** 2,
            never_home=self.random.random() < how["never_home"],
            moved_away=self.random.random() < how["moved_away"],
            refuses=self.random.random() < how["refuses"],
            reports_itself=has_phone and self.random.random() < self.how.share("answers", "self_report"),
            number_is_dead=self.random.random() < how["number_is_dead"],
        )

    def _ledgers(self, members: Sequence[PersonIn], today: dt.date, *, is_poor: bool) -> Iterator[EnrolmentIn]:
        """Yield the ledgers a household stands on, each with its reason and its day."""
        how = self.how.values["households"]
        ages = [today.year - person.born_on.year for person in members if person.born_on]
        yield EnrolmentIn("resident", since=dt.date(2015, 1, 1))
        if len(members) == 1 and ages[0] >= 65:
            yield EnrolmentIn("lives_alone", since=today.replace(day=1) - dt.timedelta(days=400))
        is_ill = self.random.random() < how["poor_ill"]
        if self.random.random() < how["chronic"] or (is_poor and is_ill):
            yield EnrolmentIn("chronic_illness", since=dt.date(2018, 6, 1))
        if not is_poor:
            return
        reason = self.random.choice(("因病", "因残")) if is_ill else self.random.choice(("缺劳力", "因学", "因灾"))
        yield EnrolmentIn(
            "poor_household", since=dt.date(self.random.choice((2014, 2015, 2016, 2018)), 1, 1), reason=reason
        )
        if self.random.random() < how["poor_allowance"]:
            yield EnrolmentIn("minimum_living", since=dt.date(2017, 7, 1))
        if reason == "因残":
            yield EnrolmentIn("disabled", since=dt.date(2016, 1, 1))
        if any(6 <= age <= 18 for age in ages):
            yield EnrolmentIn("poor_student", since=dt.date(2019, 9, 1))

    def name(self, sex: Sex, surname: str = "", *, old: bool) -> str:
        """Return an invented name: a surname by its share, one or two given characters of the generation."""
        surname = surname or self.random.choices(*zip(*words.SURNAMES, strict=True))[0]
        stock = {
            (Sex.MALE, True): words.OLD_MALE,
            (Sex.FEMALE, True): words.OLD_FEMALE,
            (Sex.MALE, False): words.YOUNG_MALE,
            (Sex.FEMALE, False): words.YOUNG_FEMALE,
        }[sex, old]
        at = self.random.randrange(len(stock) // 2) * 2
        given = stock[at : at + 2] if self.random.random() < 0.85 else self.random.choice(stock)
        return surname + given

    def _members(self, size: int, today: dt.date, *, is_old: bool) -> Iterator[PersonIn]:
        head_sex = Sex.MALE if self.random.random() < 0.78 else Sex.FEMALE
        head_age = self.random.randint(62, 88) if is_old else self.random.randint(30, 60)
        head = self._person(head_sex, head_age, Relation.HEAD, today)
        yield head
        surname = head.name[:2] if head.name[:2] == "欧阳" else head.name[0]
        if size >= 2:
            other = Sex.FEMALE if head_sex == Sex.MALE else Sex.MALE
            yield self._person(other, max(head_age - self.random.randint(-3, 5), 22), Relation.SPOUSE, today)
        for place in range(2, size):
            sex = self.random.choice((Sex.MALE, Sex.FEMALE))
            if place == 4 and not is_old:
                yield self._person(Sex.FEMALE, head_age + 26, Relation.PARENT, today)
                continue
            age = max(head_age - self.random.randint(24, 32) - 2 * place, 1)
            relation = Relation.SON if sex == Sex.MALE else Relation.DAUGHTER
            yield self._person(sex, age, relation, today, surname)

    def _person(self, sex: Sex, age: int, relation: Relation, today: dt.date, surname: str = "") -> PersonIn:
        age = min(age, 99)
        born_on = today.replace(day=1) - dt.timedelta(days=365 * age + self.random.randint(0, 364))
        number = self.born.get((born_on, sex), 0)
        self.born[born_on, sex] = number + 1
        return PersonIn(
            name=self.name(sex, surname, old=age >= 50),
            relation=relation,
            id_number=make_resident_id(NOWHERE, born_on, self.first_order + number, sex.value),
            sex=sex,
            born_on=born_on,
            phone=self._phone() if 16 <= age < 75 and self.random.random() < 0.6 else "",
        )

    def _phone(self) -> str:
        self.phones += 1
        return f"{NO_CARRIER}{self.phones:08d}"
