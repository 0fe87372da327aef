"""Write what a registration gathered: a constant number of statements per thousand rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

from renwang.foundation.access.fields import refresh_blind_indexes, sealing
from renwang.foundation.audit.actions.bulk import inserting, take_ids

from ..models import Enrolment, Household, Membership, Particulars, Person, SearchKey, Subject
from ..queries.among import chunks
from ..rules.entering import Trace, Who, Work, runs_of
from . import keys
from .emptied import end_emptied

SUBJECT_COLUMNS = ("id", "kind", "name", "division_id", "is_current", "source", "added_at", "changed_at")
HOUSEHOLD_COLUMNS = ("subject_id", "number", "address", "phone", "phone_idx", "lon", "lat")
PERSON_COLUMNS = ("subject_id", "sex", "born_on", "id_number", "id_number_idx", "phone", "phone_idx")
ENROLMENT_COLUMNS = ("id", "subject_id", "programme_id", "since", "reason")
PARTICULARS_COLUMNS = ("id", "subject_id", "office", "told", "told_idx")
MEMBERSHIP_COLUMNS = ("id", "person_id", "household_id", "relation", "since")


def write_changes(work: Work) -> None:
    """Write new rows in bulk, and changed ones in batches; note both where they may have to be taken back."""
    # All keys at hand first: while the database takes in one table, this process seals and writes out the next one.
    for subject, pk in zip(work.subjects, take_ids(Subject, len(work.subjects)), strict=True):
        subject.pk = pk
    _trace_runs(work, "subject", [subject.pk for subject in work.subjects])
    counts = (
        (Membership, len(work.memberships)),
        (Enrolment, len(work.enrolments)),
        (Particulars, len(work.particulars)),
    )
    memberships, enrolments, particulars = (take_ids(model, count) for model, count in counts)
    with inserting() as insert:
        insert.rows(Subject, SUBJECT_COLUMNS, _subject_rows(work))
        found_by = keys.rows_of((subject.pk, subject.name, subject.division_id) for subject in work.subjects)
        insert.rows(SearchKey, keys.COLUMNS, found_by)
        insert.rows(Household, HOUSEHOLD_COLUMNS, _household_rows(work))
        insert.rows(Person, PERSON_COLUMNS, _person_rows(work))
        if work.changes_known:
            insert.settle()
            _update_known(work)
        insert.rows(Membership, MEMBERSHIP_COLUMNS, _membership_rows(work, memberships))
        _trace_both(work, "membership", memberships, [one[0] for one in work.memberships])
        if work.ended:
            insert.settle()
            _end_emptied(work)
        insert.rows(Enrolment, ENROLMENT_COLUMNS, _enrolment_rows(work, enrolments))
        _trace_both(work, "enrolment", enrolments, [one[0] for one in work.enrolments])
        insert.rows(Particulars, PARTICULARS_COLUMNS, _particulars_rows(work, particulars))
        _trace_both(work, "particulars", particulars, [one[0] for one in work.particulars])
    if work.changes_known:
        _update_what_they_hold(work)


def _update_known(work: Work) -> None:
    """Write what changes of those who are there, and end the memberships of those who move: before they begin another."""
    source = {"source": work.say.office} if work.say.office else {}
    touched = work.changed_subjects.keys() | work.changed_persons.keys() | work.changed_households.keys()
    _update(
        work, Subject, {pk: {**work.changed_subjects.get(pk, {}), **source, "changed_at": work.now} for pk in touched}
    )
    _update(work, Household, work.changed_households)
    _update(work, Person, work.changed_persons)
    for start in range(0, len(work.ended), 900):
        Membership.objects.filter(pk__in=work.ended[start : start + 900]).update(until=work.today)
    if work.traces is not None:
        work.traces += [Trace("membership.until", pk, pk, "", work.today.isoformat()) for pk in work.ended]


def _end_emptied(work: Work) -> None:
    """Let the households end whose last member lives in another now."""
    homes: set[int] = set()
    for some in chunks(work.ended):
        homes.update(Membership.objects.filter(pk__in=some).values_list("household_id", flat=True))
    work.emptied += end_emptied(homes, work.now)
    if work.traces is not None:
        work.traces += [Trace("subject.is_current", pk, pk, "True", "False") for pk in work.emptied]


def _update_what_they_hold(work: Work) -> None:
    _update(work, Membership, {row: {"relation": relation} for row, relation in work.relations})
    _update(work, Enrolment, {row: {"reason": reason} for row, reason in work.reasons})
    if work.changed_particulars:
        known = Particulars.objects.filter(office=work.say.office, subject_id__in=list(work.changed_particulars))
        changes = {
            pk: {"told": work.changed_particulars[subject]} for pk, subject in known.values_list("pk", "subject_id")
        }
        _update(work, Particulars, changes)
    renamed = [pk for pk, told in work.changed_subjects.items() if told]
    if renamed:
        changed = Subject.objects.in_bulk(renamed)
        keys.rewrite_keys((row.pk, row.name, row.division_id) for row in changed.values())


def _pk(who: Who) -> int:
    return who if isinstance(who, int) else who.pk


def _subject_rows(work: Work) -> list[tuple[Any, ...]]:
    now = Subject._meta.get_field("added_at").get_db_prep_save(work.now, connection)
    source = work.say.office
    return [(one.pk, one.kind.value, one.name, one.division_id, True, source, now, now) for one in work.subjects]


def _household_rows(work: Work) -> list[tuple[Any, ...]]:
    seal = sealing(Household, "phone", "phone")
    return [(who.pk, one.number, one.address, *seal(one.phone), one.lon, one.lat) for who, one in work.households]


def _person_rows(work: Work) -> list[tuple[Any, ...]]:
    seal_id = sealing(Person, "id_number", "id_number")
    seal_phone = sealing(Person, "phone", "phone")
    return [
        (who.pk, one.sex.value, one.born_on, *seal_id(one.id_number), *seal_phone(one.phone))
        for who, one in work.persons
    ]


def _membership_rows(work: Work, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    return [
        (pk, _pk(person), _pk(home), relation.value, work.today)
        for pk, (person, home, relation) in zip(ids, work.memberships, strict=True)
    ]


def _enrolment_rows(work: Work, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    return [
        (pk, _pk(who), one.programme, one.since or work.today, one.reason)
        for pk, (who, one) in zip(ids, work.enrolments, strict=True)
    ]


def _particulars_rows(work: Work, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    seal = sealing(Particulars, "told", "exact")
    office = work.say.office
    return [(pk, _pk(who), office, *seal(told)) for pk, (who, told) in zip(ids, work.particulars, strict=True)]


def _trace_both(work: Work, what: str, ids: Sequence[int], whose: Sequence[Who]) -> None:
    """Note rows of those who were there, which are taken back one by one, and of new ones, which go with their subject."""
    _trace_runs(work, what, [pk for pk, who in zip(ids, whose, strict=True) if isinstance(who, int)])
    _trace_runs(work, f"{what}+", [pk for pk, who in zip(ids, whose, strict=True) if not isinstance(who, int)])


def _trace_runs(work: Work, what: str, ids: Iterable[int]) -> None:
    if work.traces is not None:
        work.traces += runs_of(what, ids)


def _update(work: Work, model: type[Model], changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Set the changed columns of rows, sealed ones with their blind index."""
    if not changes:
        return
    rows = list(model._default_manager.in_bulk(list(changes)).values())
    columns: set[str] = set()
    label = str(model._meta.model_name)
    for row in rows:
        for column, value in changes[row.pk].items():
            before, after = as_kept(getattr(row, column)), as_kept(value)
            if work.traces is not None and column != "changed_at" and before != after:
                work.traces.append(Trace(f"{label}.{column}", row.pk, row.pk, before, after))
            setattr(row, column, value)
            columns.add(column)
    refresh_blind_indexes(rows)
    columns |= {f"{column}_idx" for column in columns & {"phone", "id_number", "told"}}
    model._default_manager.bulk_update(rows, sorted(column.removesuffix("_id") for column in columns), batch_size=100)


def as_kept(value: Any) -> str:
    """Return a column's value as a trace keeps it."""
    return "" if value is None else str(getattr(value, "value", value))
