"""Write what a registration gathered: a constant number of statements per thousand rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

from renwang.foundation.access.fields import refresh_blind_indexes, sealing
from renwang.foundation.audit.actions.bulk import insert_rows, take_ids

from ..models import Enrolment, Household, Membership, Particulars, Person, Subject
from ..queries.among import chunks
from ..rules.entering import Trace, Who, Work
from . import keys
from .emptied import end_emptied

ENROLMENT_COLUMNS = ("id", "subject_id", "programme_id", "since", "reason")
MEMBERSHIP_COLUMNS = ("id", "person_id", "household_id", "relation", "since")


def write_changes(work: Work) -> None:
    """Write new rows in bulk, and changed ones in batches; note both where they may have to be taken back."""
    _insert_subjects(work)
    source = {"source": work.say.office} if work.say.office else {}
    touched = work.changed_subjects.keys() | work.changed_persons.keys() | work.changed_households.keys()
    _update(
        work, Subject, {pk: {**work.changed_subjects.get(pk, {}), **source, "changed_at": work.now} for pk in touched}
    )
    _insert_households(work)
    _update(work, Household, work.changed_households)
    _insert_persons(work)
    _update(work, Person, work.changed_persons)
    _end_memberships(work)
    _insert_memberships(work)
    _end_emptied(work)
    _update(work, Membership, {row: {"relation": relation} for row, relation in work.relations})
    _insert_enrolments(work)
    _update(work, Enrolment, {row: {"reason": reason} for row, reason in work.reasons})
    _write_particulars(work)
    keys.write_keys((subject.pk, subject.name, subject.division_id) for subject in work.subjects)
    renamed = [pk for pk, told in work.changed_subjects.items() if told]
    if renamed:
        changed = Subject.objects.in_bulk(renamed)
        keys.rewrite_keys((row.pk, row.name, row.division_id) for row in changed.values())


def _pk(who: Who) -> int:
    return who if isinstance(who, int) else who.pk


def _insert_subjects(work: Work) -> None:
    for subject, pk in zip(work.subjects, take_ids(Subject, len(work.subjects)), strict=True):
        subject.pk = pk
    now = Subject._meta.get_field("added_at").get_db_prep_save(work.now, connection)
    insert_rows(
        Subject,
        ("id", "kind", "name", "division_id", "is_current", "source", "added_at", "changed_at"),
        ((one.pk, one.kind.value, one.name, one.division_id, True, work.say.office, now, now) for one in work.subjects),
    )
    _trace_runs(work, "subject", [subject.pk for subject in work.subjects])


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


def _insert_memberships(work: Work) -> None:
    ids = take_ids(Membership, len(work.memberships))
    insert_rows(
        Membership,
        MEMBERSHIP_COLUMNS,
        (
            (pk, _pk(person), _pk(home), relation.value, work.today)
            for pk, (person, home, relation) in zip(ids, work.memberships, strict=True)
        ),
    )
    _trace_both(work, "membership", ids, [one[0] for one in work.memberships])


def _insert_enrolments(work: Work) -> None:
    ids = take_ids(Enrolment, len(work.enrolments))
    insert_rows(
        Enrolment,
        ENROLMENT_COLUMNS,
        (
            (pk, _pk(who), one.programme, one.since or work.today, one.reason)
            for pk, (who, one) in zip(ids, work.enrolments, strict=True)
        ),
    )
    _trace_both(work, "enrolment", ids, [one[0] for one in work.enrolments])


def _write_particulars(work: Work) -> None:
    seal = sealing(Particulars, "told", "exact")
    office = work.say.office
    ids = take_ids(Particulars, len(work.particulars)) if work.traces is not None else []
    rows = ((_pk(who), office, *seal(told)) for who, told in work.particulars)
    if work.traces is None:
        insert_rows(Particulars, ("subject_id", "office", "told", "told_idx"), rows)
    else:
        insert_rows(
            Particulars,
            ("id", "subject_id", "office", "told", "told_idx"),
            ((pk, *row) for pk, row in zip(ids, rows, strict=True)),
        )
        _trace_both(work, "particulars", ids, [one[0] for one in work.particulars])
    if work.changed_particulars:
        known = Particulars.objects.filter(office=office, subject_id__in=list(work.changed_particulars))
        changes = {
            pk: {"told": work.changed_particulars[subject]} for pk, subject in known.values_list("pk", "subject_id")
        }
        _update(work, Particulars, changes)


def _trace_both(work: Work, what: str, ids: Sequence[int], whose: Sequence[Who]) -> None:
    """Note rows of those who were there, which are taken back one by one, and of new ones, which go with their subject."""
    _trace_runs(work, what, [pk for pk, who in zip(ids, whose, strict=True) if isinstance(who, int)])
    _trace_runs(work, f"{what}+", [pk for pk, who in zip(ids, whose, strict=True) if not isinstance(who, int)])


def _trace_runs(work: Work, what: str, ids: Iterable[int]) -> None:
    """Note new rows as runs of keys: half a million of them are a few dozen runs."""
    if work.traces is None:
        return
    first = last = 0
    for pk in sorted(ids):
        if pk != last + 1 or not first:
            if first:
                work.traces.append(Trace(what, first, last))
            first = pk
        last = pk
    if first:
        work.traces.append(Trace(what, first, last))


def _update(work: Work, model: type[Model], changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Set the changed columns of rows, sealed ones with their blind index."""
    if not changes:
        return
    rows = list(model._default_manager.in_bulk(list(changes)).values())
    columns: set[str] = set()
    label = str(model._meta.model_name)
    for row in rows:
        for column, value in changes[row.pk].items():
            if work.traces is not None and column not in ("changed_at", "source"):
                before = getattr(row, column)
                work.traces.append(Trace(f"{label}.{column}", row.pk, row.pk, as_kept(before), as_kept(value)))
            setattr(row, column, value)
            columns.add(column)
    refresh_blind_indexes(rows)
    columns |= {f"{column}_idx" for column in columns & {"phone", "id_number", "told"}}
    model._default_manager.bulk_update(rows, sorted(column.removesuffix("_id") for column in columns), batch_size=100)


def as_kept(value: Any) -> str:
    """Return a column's value as a trace keeps it."""
    return "" if value is None else str(getattr(value, "value", value))
