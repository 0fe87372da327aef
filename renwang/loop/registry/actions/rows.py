"""Write what a registration gathered: a constant number of statements per thousand rows."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import Model

from renwang.foundation.access.fields import refresh_blind_indexes, sealing
from renwang.foundation.audit.actions.bulk import insert_rows, take_ids

from ..models import Enrolment, Household, Membership, Person, Subject
from ..rules.entering import Who, Work
from . import keys


def write_changes(work: Work) -> None:
    """Write new rows in bulk, and changed ones in batches."""
    _insert_subjects(work)
    _update(Subject, {pk: {**told, "changed_at": work.now} for pk, told in work.changed_subjects.items()})
    _insert_households(work)
    _update(Household, work.changed_households)
    _insert_persons(work)
    _update(Person, work.changed_persons)
    _end_memberships(work)
    insert_rows(
        Membership,
        ("person_id", "household_id", "relation", "since"),
        ((_pk(person), _pk(home), relation.value, work.today) for person, home, relation in work.memberships),
    )
    _update(Membership, {row: {"relation": relation} for row, relation in work.relations})
    insert_rows(
        Enrolment,
        ("subject_id", "programme_id", "since", "reason"),
        ((_pk(who), one.programme, one.since or work.today, one.reason) for who, one in work.enrolments),
    )
    _update(Enrolment, {row: {"reason": reason} for row, reason in work.reasons})
    keys.write_keys((subject.pk, subject.name, subject.division_id) for subject in work.subjects)
    if work.changed_subjects:
        changed = Subject.objects.in_bulk(list(work.changed_subjects))
        keys.rewrite_keys((row.pk, row.name, row.division_id) for row in changed.values())


def _pk(who: Who) -> int:
    return who if isinstance(who, int) else who.pk


def _insert_subjects(work: Work) -> None:
    for subject, pk in zip(work.subjects, take_ids(Subject, len(work.subjects)), strict=True):
        subject.pk = pk
    now = Subject._meta.get_field("added_at").get_db_prep_save(work.now, connection)
    insert_rows(
        Subject,
        ("id", "kind", "name", "division_id", "is_current", "added_at", "changed_at"),
        ((one.pk, one.kind.value, one.name, one.division_id, True, now, now) for one in work.subjects),
    )


def _insert_households(work: Work) -> None:
    seal = sealing(Household, "phone", "phone")
    insert_rows(
        Household,
        ("subject_id", "number", "address", "phone", "phone_idx", "lon", "lat"),
        ((who.pk, one.number, one.address, *seal(one.phone), one.lon, one.lat) for who, one in work.households),
    )


def _insert_persons(work: Work) -> None:
    seal_id = sealing(Person, "id_number", "id_number")
    seal_phone = sealing(Person, "phone", "phone")
    insert_rows(
        Person,
        ("subject_id", "sex", "born_on", "id_number", "id_number_idx", "phone", "phone_idx"),
        (
            (who.pk, one.sex.value, one.born_on, *seal_id(one.id_number), *seal_phone(one.phone))
            for who, one in work.persons
        ),
    )


def _end_memberships(work: Work) -> None:
    for start in range(0, len(work.ended), 900):
        Membership.objects.filter(pk__in=work.ended[start : start + 900]).update(until=work.today)


def _update(model: type[Model], changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Set the changed columns of rows, sealed ones with their blind index."""
    if not changes:
        return
    rows = list(model._default_manager.in_bulk(list(changes)).values())
    columns: set[str] = set()
    for row in rows:
        for column, value in changes[row.pk].items():
            setattr(row, column, value)
            columns.add(column)
    refresh_blind_indexes(rows)
    columns |= {f"{column}_idx" for column in columns & {"phone", "id_number"}}
    model._default_manager.bulk_update(rows, sorted(column.removesuffix("_id") for column in columns), batch_size=100)
