"""An office's workbook: taken in sealed, its columns settled, checked row by row, and entered or put away."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from renwang.foundation.access.fields import sealing
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action, promise
from renwang.foundation.audit.actions.bulk import insert_rows
from renwang.foundation.sheets.engine.caps import DEFAULT_CAPS, check_size
from renwang.foundation.sheets.engine.header import title_key

from ..events import ColumnsSettled, ImportApplied, ImportDiscarded, ImportStarted, WorkbookChecked, WorkbookReceived
from ..models import (
    Attribute,
    ImportBatch,
    ImportColumn,
    ImportRow,
    ImportTrace,
    SavedColumn,
    SavedForm,
)
from ..queries.imports import Checked
from ..rules import IMPORT_MOVES, HouseholdIn, ImportStatus, OrganisationIn, Verdict, looks_wrong
from ..rules.entering import Trace
from ..rules.particulars import STANDARD
from ..rules.recognising import IGNORED, OTHER, Guess, form_name
from ..rules.verdicts import LONGEST, say
from .households import check_divisions, lock_register, register_households
from .organisations import register_organisations
from .particulars import write_particulars

CHECK = "registry.check_workbook"
APPLY = "registry.apply_import"


class StaleImport(ValueError):
    """Somebody else has applied or discarded the import meanwhile, or it is not checked yet."""

    def __init__(self) -> None:
        super().__init__(_("This import has moved on meanwhile. Load the page again."))


@action
def receive_workbook(
    *,
    actor: Actor,
    now: datetime,
    area: str,
    filename: str,
    content: bytes,
    office: str = "",
    about: str = "",
    mapping_name: str = "",
    asks: bool = True,
) -> WorkbookReceived:
    """Take in a workbook, sealed, and promise that it will be checked; one still in hand is not taken in twice.

    ``office``: whose ledger it is; ``about``: households, persons, organisations, or empty for what it looks like;
    ``mapping_name``: the office's form whose columns count; ``asks``: it may wait for somebody to say what a column means.
    Raises UnknownDivision, TooBig (a SheetFault).
    """
    actor.check_may("registry.receive_workbook", area)
    if area:
        check_divisions({area})
    check_size(len(content), DEFAULT_CAPS)
    lock_register({area} if area else set())
    digest = hashlib.sha256(content).hexdigest()
    same = ImportBatch.objects.filter(digest=digest, area=area).exclude(
        status__in=(ImportStatus.DISCARDED, ImportStatus.REFUSED)
    )
    done = (ImportStatus.APPLIED, ImportStatus.UNDOING, ImportStatus.UNDONE)
    asked = {"about": about, "mapping_name": mapping_name[:80]}
    in_hand = (
        same.filter(office=office, **{name: value for name, value in asked.items() if value})
        .exclude(status__in=done)
        .values_list("pk", flat=True)
        .first()
    )
    if in_hand is not None:
        return WorkbookReceived(batch_id=in_hand, area=area, digest=digest, seen_before=True)
    seen_before = same.exists()
    batch = ImportBatch.objects.create(
        filename=filename[:200],
        digest=digest,
        blob=content,
        area=area,
        office=office,
        about=about,
        mapping_name=mapping_name[:80],
        by_id=actor.user_id,
        uploaded_at=now,
    )
    promise(kind=CHECK, key=f"{CHECK}:{batch.pk}", payload={"batch_id": batch.pk, "asks": asks}, now=now)
    return WorkbookReceived(batch_id=batch.pk, area=area, digest=digest, seen_before=seen_before)


@action
def check_workbook(
    *, actor: Actor, now: datetime, batch_id: int, found: Checked, asks: bool = False
) -> WorkbookChecked:
    """Write down what each column means and the verdict on every row, computed by `queries.imports.checked`.

    With ``asks``, wait for the officer where a column is not known for sure. Raises StaleImport.
    """
    batch = _batch(batch_id)
    actor.check_may("registry.check_workbook", batch.area)
    if found.problem or (not found.total and not (asks and found.unsure)):
        status = ImportStatus.REFUSED
    else:
        status = ImportStatus.MAPPING if asks and found.unsure else ImportStatus.CHECKED
    problem = found.problem or ("" if status != ImportStatus.REFUSED else say("no_rows"))
    counts = {f"rows_{verdict.value}": found.count(verdict) for verdict in Verdict}
    _move(
        batch_id,
        ImportStatus.CHECKING,
        status,
        problem=problem[:LONGEST],
        rows=found.total,
        sheet=found.sheet[:120],
        sheets="\n".join(found.sheets),
        unread="\n".join(found.others),
        header_row=found.header_row,
        about=batch.about or (found.about.value if not found.problem else ""),
        **counts,
    )
    ImportColumn.objects.filter(batch_id=batch_id).delete()
    ImportRow.objects.filter(batch_id=batch_id).delete()
    ImportColumn.objects.bulk_create(_columns(batch_id, found.guesses))
    seal = sealing(ImportRow, "detail", "exact")
    insert_rows(
        ImportRow,
        ("batch_id", "row_no", "row_to", "verdict", "field", "message", "detail"),
        ((batch_id, *one.kept(), seal(one.detail)[0]) for one in found.verdicts),
    )
    return WorkbookChecked(
        batch_id=batch_id,
        is_usable=status == ImportStatus.CHECKED,
        rows=found.total,
        rows_invalid=found.count(Verdict.INVALID),
    )


def _columns(batch_id: int, guesses: Iterable[Guess]) -> list[ImportColumn]:
    return [
        ImportColumn(
            batch_id=batch_id,
            place=place,
            title=guess.title[:200],
            field=guess.field[:80],
            how=guess.how.value,
            holds=guess.holds.value,
            examples="\n".join(guess.examples) or None,
        )
        for place, guess in enumerate(guesses)
    ]


@action
def settle_columns(
    *, actor: Actor, now: datetime, batch_id: int, fields: Mapping[int, str], save_as: str = ""
) -> ColumnsSettled:
    """Settle what the columns of a workbook mean (column of the import → field), remember it for the office, and check anew.

    Raises StaleImport; DoubledField where two columns would be the same field.
    """
    batch = _batch(batch_id)
    actor.check_may("registry.settle_columns", batch.area)
    told = {column.pk: column for column in ImportColumn.objects.filter(batch_id=batch_id)}
    meant = {column.pk: fields.get(column.pk, column.field) for column in told.values()}
    taken = [name for name in meant.values() if name != IGNORED]
    if len(taken) != len(set(taken)):
        raise DoubledField(next(name for name in taken if taken.count(name) > 1))
    name = (save_as.strip() or batch.mapping_name or form_name(batch.filename, batch.sheet))[:80]
    if batch.status not in (ImportStatus.MAPPING, ImportStatus.CHECKED):
        raise StaleImport
    _move(batch_id, ImportStatus(batch.status), ImportStatus.CHECKING, mapping_name=name)
    for pk, column in told.items():
        column.field = meant[pk][:80]
        column.how = "saved"
    ImportColumn.objects.bulk_update(list(told.values()), ["field", "how"])
    save_form(batch.office, name, {column.title: column.field for column in told.values()}, now)
    key = f"{CHECK}:{batch_id}:{now.isoformat()}"
    promise(kind=CHECK, key=key, payload={"batch_id": batch_id}, now=now)
    return ColumnsSettled(batch_id=batch_id, columns=len(told))


class DoubledField(ValueError):
    """Two columns would be the same field. ``field``: its code."""

    def __init__(self, field: str) -> None:
        super().__init__(
            _("Two columns cannot be the same field. Leave one of them out, or keep it under its own title.")
        )
        self.field = field


def save_form(office: str, name: str, fields: Mapping[str, str], now: datetime) -> None:
    """Remember a form of an office: what was settled of a title before and is not in this workbook stays."""
    form, _made = SavedForm.objects.update_or_create(office=office, name=name, defaults={"saved_at": now})
    for title, field in fields.items():
        SavedColumn.objects.update_or_create(
            form=form, key=title_key(title)[:200], defaults={"title": title[:200], "field": field[:80]}
        )


class LooksWrong(ValueError):
    """More than half of a workbook may be people who are there already: another spelling, another numbering, the wrong file."""

    def __init__(self, doubtful: int, rows: int) -> None:
        super().__init__(
            _(
                "%(doubtful)d of %(rows)d rows may be people who are in the register already. Look at a few of them: is it the right "
                "file, and is each column what it is taken for? If so, say on the page of the import that it is to be entered anyway."
            )
            % {"doubtful": doubtful, "rows": rows}
        )


@action
def apply_import(*, actor: Actor, now: datetime, batch_id: int, anyway: bool = False) -> ImportStarted:
    """Promise that the good rows of a checked workbook are entered; its form is remembered.

    Raises StaleImport; LooksWrong where more than half of the rows are doubtful, unless it is wanted ``anyway``.
    """
    batch = _batch(batch_id)
    actor.check_may("registry.apply_import", batch.area)
    if looks_wrong(batch.rows, batch.rows_doubtful) and not anyway:
        raise LooksWrong(batch.rows_doubtful, batch.rows)
    _move(batch_id, ImportStatus.CHECKED, ImportStatus.APPLYING)
    columns = list(ImportColumn.objects.filter(batch_id=batch_id))
    save_form(
        batch.office,
        (batch.mapping_name or form_name(batch.filename, batch.sheet))[:80],
        {column.title: column.field for column in columns},
        now,
    )
    _define_attributes(batch.office, columns)
    promise(kind=APPLY, key=f"{APPLY}:{batch_id}", payload={"batch_id": batch_id}, now=now)
    return ImportStarted(batch_id=batch_id)


def _define_attributes(office: str, columns: Iterable[ImportColumn]) -> None:
    beyond = [column for column in columns if column.field in STANDARD or column.field.startswith(OTHER)]
    known = set(
        Attribute.objects.filter(office=office, code__in=[c.field for c in beyond]).values_list("code", flat=True)
    )
    Attribute.objects.bulk_create(
        [
            Attribute(
                office=office,
                code=column.field,
                title=column.title,
                holds=column.holds,
                of_household=column.field in STANDARD and STANDARD[column.field].of_household,
            )
            for column in beyond
            if column.field not in known
        ],
        ignore_conflicts=True,
    )


@action
def enter_import_rows(
    *,
    actor: Actor,
    now: datetime,
    batch_id: int,
    households: Sequence[HouseholdIn] = (),
    organisations: Sequence[OrganisationIn] = (),
    up_to_row: int,
) -> ImportStarted:
    """Enter one part of an import and note up to which row; a part that is entered already is left alone."""
    batch = _batch(batch_id)
    actor.check_may("registry.apply_import", batch.area)
    here = ImportBatch.objects.filter(pk=batch_id, status=ImportStatus.APPLYING, applied_to__lt=up_to_row)
    if here.update(applied_to=up_to_row):
        traces: list[Trace] = []
        source = f"import:{batch_id}"
        if households:
            register_households(
                actor=actor, now=now, households=households, source=source, office=batch.office, traces=traces
            )
        if organisations:
            entered = register_organisations(
                actor=actor, now=now, organisations=organisations, source=source, traces=traces
            )
            verdicts = zip(entered.organisation_ids, entered.verdicts, strict=True)
            new = {pk for pk, verdict in verdicts if verdict == Verdict.NEW}
            told = zip(entered.organisation_ids, (one.particulars for one in organisations), strict=True)
            write_particulars(batch.office, dict(told), new, traces)
        _keep_traces(batch_id, traces)
    return ImportStarted(batch_id=batch_id)


def _keep_traces(batch_id: int, traces: Sequence[Trace]) -> None:
    before, after = (sealing(ImportTrace, column, "exact") for column in ("before", "after"))
    insert_rows(
        ImportTrace,
        ("batch_id", "what", "first", "last", "before", "after", "kept"),
        ((batch_id, one.what, one.first, one.last, before(one.before)[0], after(one.after)[0], "") for one in traces),
    )


@action
def finish_import(*, actor: Actor, now: datetime, batch_id: int) -> ImportApplied:
    """Close an import whose good rows are all entered. Raises StaleImport."""
    batch = _batch(batch_id)
    actor.check_may("registry.apply_import", batch.area)
    _move(batch_id, ImportStatus.APPLYING, ImportStatus.APPLIED, applied_at=now)
    return ImportApplied(
        batch_id=batch_id, new=batch.rows_new, changed=batch.rows_changed, unchanged=batch.rows_unchanged
    )


@action
def discard_import(*, actor: Actor, now: datetime, batch_id: int) -> ImportDiscarded:
    """Put a workbook away that is checked or waits for its columns; nothing of it is entered, the file stays. Raises StaleImport."""
    batch = _batch(batch_id)
    actor.check_may("registry.discard_import", batch.area)
    waits = batch.status == ImportStatus.MAPPING
    _move(batch_id, ImportStatus.MAPPING if waits else ImportStatus.CHECKED, ImportStatus.DISCARDED)
    return ImportDiscarded(batch_id=batch_id)


def _batch(batch_id: int) -> ImportBatch:
    found = ImportBatch.objects.defer("blob").filter(pk=batch_id).first()
    if found is None:
        raise StaleImport
    return found


def _move(batch_id: int, seen: ImportStatus, to: ImportStatus, **told: object) -> None:
    """Move an import on, if it still stands where it was seen. The filter is the lock."""
    if to not in IMPORT_MOVES[seen] or not ImportBatch.objects.filter(pk=batch_id, status=seen).update(
        status=to, **told
    ):
        raise StaleImport
