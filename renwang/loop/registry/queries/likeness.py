"""Who of a ledger may be somebody the register has under another spelling: the model's answer, by blind indexes alone."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from renwang.foundation.access.engine.normal import normalise
from renwang.foundation.access.fields import sealer
from renwang.foundation.access.queries import in_scope

from ..engine.linkage import Candidate
from ..engine.linkage.candidates import keys_of
from ..engine.linkage.characters import sounds
from ..models import Household, Membership, Person
from ..rules import HouseholdIn, PersonIn
from ..rules.households import completed
from .matching import matches

MOST_IN_FILE = 20_000  # new people of one ledger who are compared with one another: `renwang link` takes any number
AT_A_TIME = 50_000  # of a larger one, who are held in memory while they are compared with the register
_OF_A_NAME = frozenset("nls")
_TOWN = 9  # characters of a code: people move within a town more often than out of it


@dataclass(frozen=True, slots=True)
class Likely:
    """One person of a ledger who seems new, and whom they may be: one of the register, or one further up in the ledger."""

    household: int  # positions, from nought
    member: int
    subject_id: int | None
    other: tuple[int, int] | None
    probability: float
    is_sure: bool
    name: str = ""  # as the register spells it


def likely(households: Sequence[HouseholdIn], new_members: Sequence[Sequence[int]]) -> list[Likely]:
    """Return whom the new people of a ledger may be. Sure where a machine may decide and nobody else of the ledger is the same.

    ``new_members``: of each household, the positions of those whom `matches` does not know. Reads the register of the towns
    concerned, for some ten thousand of a ledger at a time; takes about a second and, for a whole city, minutes: once for a
    ledger, never for a single household.
    """
    count = sum(map(len, new_members))
    result: list[Likely] = []
    waiting: list[tuple[int, int, HouseholdIn]] = []
    for place, members in enumerate(new_members):
        if members:
            household = households[place]
            waiting += [(place, member, household) for member in members]
        if len(waiting) >= AT_A_TIME:
            result += _compared(waiting, is_whole=False)
            waiting = []
    result += _compared(waiting, is_whole=count <= MOST_IN_FILE)
    return _each_once(result)


def _compared(new: Sequence[tuple[int, int, HouseholdIn]], *, is_whole: bool) -> list[Likely]:
    """Return whom some new people may be, in the register and, where they are all of a ledger, among themselves."""
    if not new:
        return []
    towns = {household.division[:_TOWN] for _place, _member, household in new}
    inside = Person.objects.filter(in_scope("subject__division_id", tuple(sorted(towns))))
    if not is_whole and not inside.exists():
        return []  # nobody is there, and a ledger too large to be compared with itself asks nothing more
    places = [(place, member) for place, member, _household in new]
    same: dict[str, str] = {}  # an index under an older key → the one under the newest
    told = [_told(number, household, member, same) for number, (_place, member, household) in enumerate(new)]
    by_key = _by_key(told)
    register = [one for one in _register(towns, same) if not by_key.keys().isdisjoint(keys_of(one))]
    result = []
    if register:
        from ..engine.linkage.running import match as compare  # splink and DuckDB: only where they are asked for

        named = {kept: one.name for one in register if isinstance(kept := one.id, int)}
        shared = {key for one in register for key in keys_of(one)}
        asked = [one for one in told if not shared.isdisjoint(keys_of(one))]
        for pair in compare(asked, register):
            place, member = places[int(pair.left)]
            subject = int(pair.right)
            is_sure = pair.verdict == "link"
            result.append(Likely(place, member, subject, None, pair.probability, is_sure, named[subject]))
    if is_whole and (twice := _twice(told, by_key, places)):
        from ..engine.linkage.running import match as compare

        of_place = {place: household for place, _member, household in new}
        for pair in compare(twice):
            first, second = sorted((places[int(pair.left)], places[int(pair.right)]))
            if first[0] != second[0] or _is_spelling(of_place, first, second):
                result.append(Likely(*second, None, first, pair.probability, is_sure=False))
    return result


def _by_key(told: Sequence[Candidate]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(told):
        for key in keys_of(one):
            found[key].append(number)
    return found


def _twice(
    told: Sequence[Candidate], by_key: dict[str, list[int]], places: Sequence[tuple[int, int]]
) -> list[Candidate]:
    """Return those of a ledger who share a key with somebody of another household, or a spelling with one of their own."""
    alike: set[int] = set()
    for key, numbers in by_key.items():
        if len(numbers) > 1 and (key[0] in _OF_A_NAME or len({places[number][0] for number in numbers}) > 1):
            alike.update(numbers)
    return [told[number] for number in sorted(alike)]


def _is_spelling(households: Mapping[int, HouseholdIn], one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Answer whether two of one household may be one who was written twice: brothers and sisters are not asked about."""
    first, second = (sounds(households[place].members[member].name) for place, member in (one, other))
    return bool({first.folded, first.part, first.stroke} & {second.folded, second.part, second.stroke})


def filed(households: Sequence[HouseholdIn], doubts: Sequence[Likely]) -> list[tuple[int, int, float]]:
    """Return doubts as pairs of subjects (known, new, probability), once all the households are in the register."""
    asked = [one for one in doubts if not one.is_sure]
    places = sorted({place for one in asked for place in (one.household, *([one.other[0]] if one.other else ()))})
    ids: dict[tuple[int, int], int] = {}
    for start in range(0, len(places), 500):
        part = places[start : start + 500]
        for place, match in zip(part, matches([households[place] for place in part]), strict=True):
            ids.update({(place, member): known.id for member, known in enumerate(match.people) if known})
    pairs = []
    for one in asked:
        known = one.subject_id if one.other is None else ids.get(one.other)
        new = ids.get((one.household, one.member))
        if known and new and known != new:
            pairs.append((known, new, one.probability))
    return pairs


def _each_once(found: Sequence[Likely]) -> list[Likely]:
    """Let a link be sure only where one is linked to one: two rows that are the same person are for somebody to look at."""
    by_row: dict[tuple[int, int], set[int]] = defaultdict(set)
    by_subject: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for one in found:
        if one.is_sure and one.subject_id is not None:
            by_row[one.household, one.member].add(one.subject_id)
            by_subject[one.subject_id].add((one.household, one.member))
    settled = {row for row, subjects in by_row.items() if len(subjects) == 1}
    result = []
    for one in found:
        row = (one.household, one.member)
        is_sure = one.is_sure and row in settled and len(by_subject[one.subject_id or 0]) == 1
        if is_sure or row not in settled or one.is_sure:
            result.append(one if is_sure == one.is_sure else replace(one, is_sure=is_sure))
    return result


def _told(number: int, household: HouseholdIn, member: int, same: dict[str, str]) -> Candidate:
    person: PersonIn = completed(household.members[member])
    phones = [_token(phone, "phone", same) for phone in (person.phone, household.phone) if phone]
    return Candidate(
        id=number,
        name=person.name,
        id_number=_token(person.id_number, "id_number", same),
        phones=tuple(dict.fromkeys(phone for phone in phones if phone)),
        born=f"{person.born_on:%Y%m%d}" if person.born_on else "",
        sex=person.sex.value,
        address=household.address,
        place=household.division,
        household=household.number,
        kin=tuple(one.name for place, one in enumerate(household.members) if place != member),
        is_token=True,
    )


def _token(value: str, kind: str, same: dict[str, str]) -> str:
    """Return what stands for a sealed value: its blind index under the newest key."""
    if not value or not normalise(value, kind):
        return ""
    tokens = [index.hex() for index in sealer().blinds(value, kind)]
    same.update(dict.fromkeys(tokens, tokens[0]))
    return tokens[0]


def _register(towns: set[str], same: dict[str, str]) -> Iterator[Candidate]:
    """Yield the people of the towns; whom somebody was merged into stands there under the old spelling too."""

    def token(index: bytes | memoryview | None) -> str:
        plain = bytes(index).hex() if index else ""
        return same.get(plain, plain)

    inside = tuple(sorted(towns))
    homes = {
        pk: (number or f"known {pk}", address, token(index))
        for pk, number, address, index in Household.objects.filter(
            in_scope("subject__division_id", inside), subject__is_current=True
        ).values_list("subject_id", "number", "address", "phone_idx")
    }
    living = dict(
        Membership.objects.filter(in_scope("household__division_id", inside), until__isnull=True).values_list(
            "person_id", "household_id"
        )
    )
    there = Q(subject__is_current=True) | Q(subject__merged_into__is_current=True)
    rows = Person.objects.filter(there, in_scope("subject__division_id", inside)).values_list(
        "subject_id", "subject__merged_into_id", "subject__name", "subject__division_id", "sex", "born_on",
        "id_number_idx", "phone_idx",
    )  # fmt: skip
    for pk, merged_into, name, division, sex, born_on, id_index, phone_index in rows.iterator(chunk_size=5_000):
        number, address, home_phone = homes.get(living.get(merged_into or pk, 0), ("", "", ""))
        yield Candidate(
            id=merged_into or pk,
            name=name,
            id_number=token(id_index),
            phones=tuple(dict.fromkeys(phone for phone in (token(phone_index), home_phone) if phone)),
            born=f"{born_on:%Y%m%d}" if born_on else "",
            sex=sex,
            address=address,
            place=division,
            household=number,
            is_token=True,
        )
