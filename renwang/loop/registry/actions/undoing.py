"""Take an applied import back as a whole; what was edited or used since is kept, and told."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Model, Q
from django.utils.translation import gettext as _

from renwang.foundation.access.fields import refresh_blind_indexes
from renwang.foundation.access.rules import OFFICES, Actor, NotAllowed
from renwang.foundation.audit.actions import action, promise

from ..events import FieldOwned, ImportStarted, ImportTakenBack
from ..models import (
    Doubt,
    Enrolment,
    FieldOwner,
    Household,
    ImportBatch,
    ImportTrace,
    Membership,
    Organisation,
    Particulars,
    Person,
    SearchKey,
    Subject,
)
from ..queries.owners import may_say
from ..rules import IMPORT_MOVES, UNDECIDED, ImportStatus
from ..rules.changes import DISPUTABLE
from . import keys
from .emptied import end_emptied
from .imports import StaleImport
from .merges import links
from .rows import as_kept

UNDO = "registry.undo_import"
PART = 2_000
EDITED, USED = "edited", "used"
_MODELS: dict[str, type[Model]] = {
    str(model._meta.model_name): model
    for model in (Subject, Person, Household, Organisation, Membership, Enrolment, Particulars)
}
_ROWS: dict[str, type[Model]] = {"membership": Membership, "enrolment": Enrolment, "particulars": Particulars}


@action
def undo_import(*, actor: Actor, now: datetime, batch_id: int) -> ImportStarted:
    """Promise that an applied import is taken back. Raises StaleImport."""
    batch = ImportBatch.objects.defer("blob").filter(pk=batch_id).first()
    if batch is None:
        raise StaleImport
    actor.check_may("registry.undo_import", batch.area)
    if ImportStatus.UNDOING not in IMPORT_MOVES[ImportStatus(batch.status)]:
        raise StaleImport
    if not ImportBatch.objects.filter(pk=batch_id, status=batch.status).update(status=ImportStatus.UNDOING):
        raise StaleImport
    promise(kind=UNDO, key=f"{UNDO}:{batch_id}", payload={"batch_id": batch_id}, now=now)
    return ImportStarted(batch_id=batch_id)


@action
def take_back_part(*, actor: Actor, now: datetime, batch_id: int) -> ImportTakenBack:
    """Take back the latest part of what an import wrote; nothing left to take back closes it. Told twice it does no harm."""
    batch = ImportBatch.objects.defer("blob").select_for_update().filter(pk=batch_id).first()
    if batch is None or batch.status != ImportStatus.UNDOING:
        raise StaleImport
    actor.check_may("registry.undo_import", batch.area)
    left = ImportTrace.objects.filter(batch_id=batch_id, kept="").exclude(what__endswith="+")
    part = list(left.order_by("-pk")[:PART])
    if not part:
        ImportBatch.objects.filter(pk=batch_id).update(status=ImportStatus.UNDONE, undone_at=now)
        return ImportTakenBack(batch_id=batch_id, taken=0, kept=0, emptied_ids=())
    kept = taken = 0
    left_behind: set[int] = set()
    if part[0].what == "subject":
        taken, kept = _take_subjects(batch, part[0], left_behind)
    else:
        # One kind at a time, the latest first: a membership that was begun goes before the one that was ended runs again.
        some = [trace for trace in part if trace.what == part[0].what]
        some = some[: next((place for place, trace in enumerate(part) if trace.what != part[0].what), len(some))]
        if part[0].what in _ROWS:
            edited = _take_rows(some, batch, left_behind)
        else:
            edited = _take_columns(some, batch, now, left_behind)
        kept = len(edited)
        ImportTrace.objects.filter(pk__in=[trace.pk for trace in edited]).update(kept=EDITED)
        ImportTrace.objects.filter(pk__in={trace.pk for trace in some} - {trace.pk for trace in edited}).delete()
        taken = len(some) - kept
    return ImportTakenBack(batch_id=batch_id, taken=taken, kept=kept, emptied_ids=_end(batch, left_behind, now))


def _end(batch: ImportBatch, homes: set[int], now: datetime) -> tuple[int, ...]:
    """Let those households end in which nobody is left; what the import itself made goes as a whole, or stays as it is."""
    own = _runs(batch, "subject") if homes else []
    return end_emptied({home for home in homes if not _is_within(own, home)}, now)


class NoSuchOwner(ValueError):
    """No ledgers disagree on this, or there is no such office."""


@action
def own_field(*, actor: Actor, now: datetime, field: str, office: str) -> FieldOwned:
    """Let one office have the last word on a field; empty: whoever told first has it. Raises NoSuchOwner.

    Offices disagree here: the command of the whole district settles it.
    """
    actor.check_may_anywhere("registry.own_field")
    if not actor.is_system and "command" not in actor.offices():
        raise NotAllowed("registry.own_field", "")
    if not may_say(actor):
        raise NoSuchOwner(_("This holds for the whole district: its command settles it."))
    if field not in DISPUTABLE or (office and office not in OFFICES):
        raise NoSuchOwner(_("Choose one of the fields and one of the offices."))
    if office:
        FieldOwner.objects.update_or_create(field=field, defaults={"office": office})
    else:
        FieldOwner.objects.filter(field=field).delete()
    return FieldOwned(field=field, office=office)


def _take_subjects(batch: ImportBatch, trace: ImportTrace, left_behind: set[int]) -> tuple[int, int]:
    """Delete the last of a run of new subjects that nobody has edited or used since; note the others, and where they lived."""
    first = max(trace.first, trace.last - PART + 1)
    rows = Subject.objects.filter(pk__gte=first, pk__lte=trace.last)
    ids = set(rows.values_list("pk", flat=True))
    reasons = dict.fromkeys(rows.filter(changed_at__gt=F("added_at")).values_list("pk", flat=True), EDITED)
    reasons |= dict.fromkeys(rows.filter(is_current=False).values_list("pk", flat=True), EDITED)
    for subject in _used(batch, ids):
        reasons.setdefault(subject, USED)
    # Whoever lives with somebody who stays keeps a home.
    homes = Membership.objects.filter(person_id__in=list(reasons)).values_list("household_id", flat=True)
    for home in set(homes) & ids:
        reasons.setdefault(home, USED)
    gone = ids - reasons.keys()
    lived = Membership.objects.filter(person_id__gte=first, person_id__lte=trace.last, until__isnull=True)
    left_behind |= {home for person, home in lived.values_list("person_id", "household_id") if person in gone} - gone
    _delete(gone)
    ImportTrace.objects.bulk_create(
        [ImportTrace(batch=batch, what="subject", first=pk, last=pk, kept=why) for pk, why in sorted(reasons.items())]
    )
    if first > trace.first:
        ImportTrace.objects.filter(pk=trace.pk).update(last=first - 1)
    else:
        trace.delete()
    return len(gone), len(reasons)


def _used(batch: ImportBatch, ids: set[int]) -> set[int]:
    """Return who of these is named by a row that the import did not write itself: a case, a duty, a contact, a later ledger."""
    found: set[int] = set()
    for model, name in links():
        if model in (SearchKey, ImportTrace):
            continue
        rows: Any = model._base_manager.filter(
            **{f"{name}_id__gte": min(ids, default=0), f"{name}_id__lte": max(ids, default=0)}
        )
        if model is Doubt:
            # A question that the import asked itself, and nobody has decided, goes with whom it is about.
            rows = rows.exclude(source=f"import:{batch.pk}", status__in=UNDECIDED)
        own = _runs(batch, f"{model._meta.model_name}+") if model in _ROWS.values() else None
        for pk, subject in rows.values_list("pk", f"{name}_id"):
            if subject in ids and (own is None or not _is_within(own, pk)):
                found.add(subject)
    return found


def _runs(batch: ImportBatch, what: str) -> list[tuple[int, int]]:
    return sorted(ImportTrace.objects.filter(batch=batch, what=what).values_list("first", "last"))


def _is_within(runs: Sequence[tuple[int, int]], pk: int) -> bool:
    place = bisect_right(runs, (pk, 2**63)) - 1
    return place >= 0 and runs[place][0] <= pk <= runs[place][1]


def _delete(ids: set[int]) -> None:
    """Delete subjects with all that is theirs, in the order of the keys; far cheaper than to let each be collected."""
    for start in range(0, len(ids), 900):
        some = sorted(ids)[start : start + 900]
        # Of its keys no constraint of the database would tell: they go here, or never.
        for model in (SearchKey, Particulars, Enrolment):
            model.objects.filter(subject_id__in=some).delete()
        Membership.objects.filter(Q(person_id__in=some) | Q(household_id__in=some)).delete()
        for thing in (Person, Household, Organisation):
            thing.objects.filter(subject_id__in=some).delete()
        Subject.objects.filter(pk__in=some).delete()


def _take_rows(traces: Sequence[ImportTrace], batch: ImportBatch, left_behind: set[int]) -> list[ImportTrace]:
    """Delete rows that were added to those who were there before; return the traces of what was edited since."""
    model = _ROWS[traces[0].what]
    edited: list[ImportTrace] = []
    for trace in traces:
        rows: Any = model._base_manager.filter(pk__gte=trace.first, pk__lte=trace.last)
        if model is Particulars:
            later = ImportTrace.objects.filter(
                what="particulars.told", first__gte=trace.first, first__lte=trace.last
            ).exclude(batch=batch)
            changed = set(later.values_list("first", flat=True))
        else:
            changed = set(rows.filter(until__isnull=False).values_list("pk", flat=True))
        if model is Membership:
            left_behind.update(rows.exclude(pk__in=changed).values_list("household_id", flat=True))
        rows.exclude(pk__in=changed).delete()
        if changed:
            edited.append(trace)
    return edited


def _take_columns(
    traces: Sequence[ImportTrace], batch: ImportBatch, now: datetime, left_behind: set[int]
) -> list[ImportTrace]:
    """Set columns back to what they held; return the traces of those that hold something else by now, or must not be set back."""
    label, column = traces[0].what.split(".", 1)
    model = _MODELS[label]
    rows = model._default_manager.in_bulk([trace.first for trace in traces])
    edited: list[ImportTrace] = []
    changed: dict[int, Model] = {}
    inhabited = _inhabited(traces, batch) if traces[0].what == "subject.is_current" else set()
    for trace in traces:
        row = rows.get(trace.first)
        if row is None:
            continue
        if as_kept(getattr(row, column)) != (trace.after or "") or (
            trace.what == "membership.until" and _lives_elsewhere(row)
        ):
            if trace.what == "membership.until":
                left_behind.add(getattr(row, "household_id", 0))  # it was brought back for somebody who does not come
            edited.append(trace)
            continue
        if trace.first in inhabited and trace.before == "False":
            edited.append(trace)
            continue
        field = model._meta.get_field(column.removesuffix("_id"))
        setattr(row, column, _held(field, trace.before))
        changed[trace.first] = row
    refresh_blind_indexes(changed.values())
    names = [column.removesuffix("_id"), *([f"{column}_idx"] if column in ("phone", "id_number", "told") else [])]
    model._default_manager.bulk_update(list(changed.values()), names, batch_size=100)
    if label == "subject":
        keys.rewrite_keys((pk, getattr(row, "name"), getattr(row, "division_id")) for pk, row in changed.items())  # noqa: B009
        Subject.objects.filter(pk__in=list(changed)).update(changed_at=now)
    return edited


def _inhabited(traces: Sequence[ImportTrace], batch: ImportBatch) -> set[int]:
    """Return the households in which somebody lives whom this import did not bring there."""
    own = _runs(batch, "membership+")
    rows = Membership.objects.filter(
        household_id__in=[trace.first for trace in traces], until__isnull=True, person__is_current=True
    )
    return {home for pk, home in rows.values_list("pk", "household_id") if not _is_within(own, pk)}


def _held(field: Any, kept: str | None) -> Any:
    """Return what a trace kept as the column holds it."""
    return field.to_python(kept or None) if field.null else kept or ""


def _lives_elsewhere(row: Model) -> bool:
    person = getattr(row, "person_id", 0)
    return Membership.objects.filter(person_id=person, until__isnull=True).exists()
