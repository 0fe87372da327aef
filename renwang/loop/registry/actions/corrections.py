"""Mend what was written down about somebody. Unlike a registration, this may also make a column empty."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from renwang.foundation.access.actions.looks import log_look
from renwang.foundation.access.fields import blinds, refresh_blind_indexes
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from ..engine.identifiers import read_resident_id
from ..events import FieldRevealed, SubjectCorrected
from ..models import Household, Person, Subject
from ..rules import SubjectKind
from . import keys
from .lives import NotInRegister, current_subject

PERSON_COLUMNS = frozenset({"name", "sex", "born_on", "id_number", "phone"})
HOUSEHOLD_COLUMNS = frozenset({"number", "address", "phone", "lon", "lat"})


class IdNumberTaken(ValueError):
    """Somebody else bears this ID number. ``subject_id``: who, to be merged perhaps."""

    def __init__(self, subject_id: int) -> None:
        super().__init__(_("Another person of the register bears this ID number. If both are one, merge them."))
        self.subject_id = subject_id


class NumberTaken(ValueError):
    """Another household bears this number."""

    def __init__(self) -> None:
        super().__init__(_("Another household bears this number."))


class NoReason(ValueError):
    """A look at what is sealed needs a reason."""

    def __init__(self) -> None:
        super().__init__(_("Say why you need to see it: two characters at least."))


class NotSealed(ValueError):
    """There is no such sealed field of this subject."""


@action
def correct_person(*, actor: Actor, now: datetime, person_id: int, told: Mapping[str, Any]) -> SubjectCorrected:
    """Mend columns of a person (name, sex, born_on, id_number, phone). Raises NotInRegister, IdNumberTaken."""
    if unknown := told.keys() - PERSON_COLUMNS:
        raise ValueError(f"Not columns of a person: {sorted(unknown)}.")
    subject = current_subject(person_id)
    actor.check_may("registry.correct_person", subject.division_id)
    person = Person.objects.get(pk=person_id)
    if number := told.get("id_number"):
        number = read_resident_id(number).value or number
        taken = Person.objects.filter(id_number_idx__in=blinds(number, "id_number"), subject__is_current=True)
        if other := taken.exclude(pk=person_id).values_list("pk", flat=True).first():
            raise IdNumberTaken(other)
        told = {**told, "id_number": number}
    changed = _set(person, {name: value for name, value in told.items() if name != "name"})
    if "name" in told and told["name"] != subject.name:
        subject.name = told["name"]
        changed.append("name")
        keys.rewrite_keys([(subject.pk, subject.name, subject.division_id)])
    if changed:
        person.save()
        subject.changed_at = now
        subject.save(update_fields=["name", "changed_at"])
    return SubjectCorrected(subject_id=person_id, fields=tuple(sorted(changed)))


@action
def correct_household(*, actor: Actor, now: datetime, household_id: int, told: Mapping[str, Any]) -> SubjectCorrected:
    """Mend columns of a household (number, address, phone, lon, lat). Raises NotInRegister, NumberTaken."""
    if unknown := told.keys() - HOUSEHOLD_COLUMNS:
        raise ValueError(f"Not columns of a household: {sorted(unknown)}.")
    subject = current_subject(household_id)
    actor.check_may("registry.correct_household", subject.division_id)
    if told.get("number") and Household.objects.filter(number=told["number"]).exclude(pk=household_id).exists():
        raise NumberTaken
    household = Household.objects.get(pk=household_id)
    changed = _set(household, told)
    if changed:
        household.save()
        Subject.objects.filter(pk=household_id).update(changed_at=now)
    return SubjectCorrected(subject_id=household_id, fields=tuple(sorted(changed)))


def _set(row: Person | Household, told: Mapping[str, Any]) -> list[str]:
    changed = []
    for column, given in told.items():
        value = (given or None) if column in {"phone", "id_number"} else given
        if getattr(row, column) != value:
            setattr(row, column, value)
            changed.append(column)
    refresh_blind_indexes([row])
    return changed


@action
def reveal_field(*, actor: Actor, now: datetime, subject_id: int, field: str, reason: str) -> FieldRevealed:
    """Write down who looks at a sealed field and why; the value is then read with `queries.opened`. Raises NoReason."""
    if len(reason.strip()) < 2:
        raise NoReason
    subject = Subject.objects.filter(pk=subject_id).first()
    if subject is None:
        raise NotInRegister
    actor.check_may_for("access.reveal", subject.division_id, subject_id)
    if (subject.kind, field) not in SEALED:
        raise NotSealed(field)
    log_look(actor=actor, now=now, subject_id=subject_id, code=subject.division_id, field=field, reason=reason.strip())
    return FieldRevealed(subject_id=subject_id, field=field)


SEALED = frozenset(
    {
        (SubjectKind.PERSON.value, "id_number"),
        (SubjectKind.PERSON.value, "phone"),
        (SubjectKind.HOUSEHOLD.value, "phone"),
        (SubjectKind.ORGANISATION.value, "phone"),
    }
)
