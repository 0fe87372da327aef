"""An office's empty form, opened: its table, and what its columns seem to mean."""

from collections.abc import Collection
from dataclasses import dataclass

from renwang.foundation.documents.engine.word_form import WordForm, is_word
from renwang.foundation.sheets.engine.grids import Grid, Table, find_table
from renwang.foundation.sheets.engine.own_form import OwnForm

from ..rules import Catalogue, FileKind, Level, NoKnownColumn, Proposal, check_fillable, column_key, proposed


@dataclass(frozen=True)
class Opened:
    """A form that can be filled."""

    kind: FileKind
    table: Table
    proposal: Proposal


def opened(content: bytes, catalogue: Catalogue, *, level: Level | None = None) -> Opened:
    """Return a form's table and what its columns seem to mean (for one row for each ``level``, where that is settled).

    Raises NoKnownColumn, what `check_fillable` raises, any SheetFault.
    """
    kind, grids = _grids(content)
    table = find_table(grids, catalogue.known)
    if table is None:
        seen = [
            text.strip() for grid in grids for text in list(grid.cells.values())[:40] if 0 < len(text.strip()) <= 12
        ]
        raise NoKnownColumn(seen="、".join(dict.fromkeys(seen[:8])))
    proposal = proposed(table, catalogue, level)
    check_fillable(table, proposal.level, [column for column, field in proposal.fields.items() if field])
    return Opened(kind, table, proposal)


def proposal_for(content: bytes, catalogue: Catalogue, keys: Collection[str], level: Level) -> Proposal:
    """Return what the columns of a form that was taken in would hold, were a row to stand for something else."""
    return proposed(table_of(content, keys), catalogue, level)


def _grids(content: bytes) -> tuple[FileKind, list[Grid]]:
    if is_word(content):
        return FileKind.DOCX, WordForm(content).grids()
    return FileKind.XLSX, OwnForm(content).grids()


def table_of(content: bytes, keys: Collection[str]) -> Table:
    """Return the table of a form that was taken in before, by the titles it had then; raises a SheetFault."""
    found = find_table(_grids(content)[1], lambda title: column_key(title.path) in keys)
    if found is None:
        raise NoKnownColumn(seen="")
    return found
