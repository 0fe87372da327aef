"""Who of a ledger seems new but may be somebody the register has."""

from collections.abc import Container, Mapping, Sequence

from ..rules import HouseholdIn
from ..rules.known import KnownHousehold, KnownPerson


def doubts_of(
    households: Sequence[HouseholdIn],
    indexes: Sequence[Sequence[Sequence[bytes]]],
    found: Sequence[KnownHousehold | None],
    people: Sequence[Sequence[KnownPerson | None]],
    by_name: Mapping[tuple[str, str], Sequence[KnownPerson]],
    taken: Container[int],
) -> list[dict[int, str]]:
    """Return who seems new but bears the name of somebody who is there: with another number in the same household, or without any."""
    result: list[dict[int, str]] = [{} for _household in households]
    for place, household in enumerate(households):
        home = found[place]
        for member, person in enumerate(household.members):
            if people[place][member] is not None:
                continue
            namesakes = [one for one in by_name.get((person.name, household.division), ()) if one.id not in taken]
            if home is not None and indexes[place][member] and any(one.household == home.id for one in namesakes):
                result[place][member] = "other_id"
            elif not indexes[place][member] and person.born_on is None and namesakes:
                result[place][member] = "namesake"
    return result
