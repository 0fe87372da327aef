"""What a ledger would change, field by field: old and new, with what is sealed shown masked."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from renwang.foundation.access.engine.masks import mask_id, mask_phone

from ..models import Household, Person
from ..rules import HouseholdIn, household_name
from ..rules.changes import changes_of_household, changes_of_person
from ..rules.entering import Work
from ..rules.households import completed
from ..rules.known import KnownHousehold, KnownPerson, Match
from ..rules.particulars import told_of
from .among import chunks

_MASKS: dict[str, Callable[[Any], str]] = {"phone": mask_phone, "id_number": mask_id}


def details_of(work: Work, seen: Sequence[tuple[HouseholdIn, Match]]) -> dict[int, str]:
    """Return what would change of each known subject: lines of field, old, new, parted by tabs."""
    touched = (
        work.changed_subjects.keys()
        | work.changed_persons.keys()
        | work.changed_households.keys()
        | work.changed_particulars.keys()
        | work.disputed.keys()
    )
    if not touched:
        return {}
    phones = _phones(touched)
    told: dict[int, str] = {}
    for household, match in seen:
        if match.household is not None and match.household.id in touched:
            told[match.household.id] = _of_household(work, household, match.household, phones)
        for person, known in zip(household.members, match.people, strict=True):
            if known is not None and known.id in touched:
                subject, own = changes_of_person(completed(person), known, household.division, work.is_same)
                if household.is_loose:
                    subject.pop("division_id", None)
                lines = _lines({**subject, **own}, known, phones)
                told[known.id] = "\n".join([*lines, *_beyond(work, known)])
    return told


def _of_household(work: Work, household: HouseholdIn, known: KnownHousehold, phones: dict[int, str]) -> str:
    subject, own = changes_of_household(household, known, work.is_same) if not household.is_loose else ({}, {})
    if "name" in subject:
        subject["name"] = household_name(household)
    return "\n".join([*_lines({**subject, **own}, known, phones), *_beyond(work, known)])


def _phones(ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for model in (Person, Household):
        for part in chunks(sorted(ids)):
            rows: Any = model._default_manager.filter(subject__id__among=part, phone__isnull=False)
            found.update(rows.values_list("subject_id", "phone"))
    return found


def _lines(changes: dict[str, Any], known: KnownPerson | KnownHousehold, phones: dict[int, str]) -> list[str]:
    lines = []
    for name, value in changes.items():
        column = "division" if name == "division_id" else name
        before = phones.get(known.id, "") if name == "phone" else getattr(known, column, "")
        mask: Callable[[Any], str] = _MASKS.get(name, _plain)
        lines.append(f"{column}\t{mask(before)}\t{mask(value)}")
    return lines


def _beyond(work: Work, known: KnownPerson | KnownHousehold) -> list[str]:
    after = work.changed_particulars.get(known.id)
    if after is None:
        return []
    old, new = told_of(known.told_text), told_of(after)
    return [f"{code}\t{old.get(code, '')}\t{value}" for code, value in new.items() if old.get(code) != value]


def _plain(value: Any) -> str:
    return "" if value is None else str(getattr(value, "value", value))  # the reader's words: `marking.changes_of`
