"""The uploader's own workbook with the verdicts: what is wrong is marked in its cell and told in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from renwang.foundation.sheets.engine.verdicts import Level, Marked, write_faults, write_verdicts
from renwang.foundation.sheets.errors import verdict_words

from ..rules import Relation, Sex, Verdict
from ..rules.labels import field_label
from ..rules.verdicts import SHEET_STEP, in_words
from .imports import RowVerdict
from .ledgers import opened

# To write a cell into somebody's own workbook takes the whole of it in memory: half a kilobyte for each cell.
MOST_CELLS = 1_500_000
_LEVELS: Mapping[Verdict, Level] = {
    Verdict.INVALID: "error",
    Verdict.DOUBTFUL: "warning",
    Verdict.CONFLICT: "warning",
}
_CHOICES = {"relation": dict(Relation.choices), "sex": dict(Sex.choices)}


def marked_workbook(
    content: bytes,
    filename: str,
    rows: Iterable[RowVerdict],
    settle: Callable[[Sequence[str]], Mapping[str, str]] | None = None,
    label: Callable[[str], str] = field_label,
) -> bytes:
    """Return the workbook as xlsx with a verdict in front of each row of each sheet that was read; raises a SheetFault.

    Of one with more than `MOST_CELLS`, the titles and the rows that are not in order, under the numbers they have in it.
    `label` answers what a field is called, for a programme with fields of its own.
    """
    ledger = opened(content, filename, settle=settle)
    is_large = sum(table.sheet.height * table.sheet.width for _place, table, _guesses in ledger.tables) > MOST_CELLS
    by_sheet: dict[int, list[RowVerdict]] = {}
    for one in rows:
        by_sheet.setdefault(one.row // SHEET_STEP, []).append(one)
    data, large = content, []
    for place, table, guesses in ledger.tables:
        found: list[tuple[int, str | None, Level, str]] = []
        for one in by_sheet.get(place, ()):
            level, words = _LEVELS.get(one.verdict, "ok"), told(one, label)
            if is_large and level == "ok":
                continue
            for row in range(one.row, max(one.last, one.row) + 1):
                found.append((row - place * SHEET_STEP, one.field or None, level, words))
        columns = {guess.field: guess.place for guess in guesses}
        if is_large:
            large.append(Marked(table.sheet, table.header(columns), found))
            continue
        data = write_verdicts(
            data,
            found,
            header=table.header(columns),
            filename=filename if data is content else "marked.xlsx",
            sheet=table.sheet.name,
            words=verdict_words(),
        )
    return write_faults(large, words=verdict_words()) if is_large else data


def told(one: RowVerdict, label: Callable[[str], str] = field_label) -> str:
    """Return a verdict in words: the message, or what changes from what to what."""
    changes = "; ".join(
        _("%(field)s: %(old)s → %(new)s") % {"field": label(name), "old": old or "–", "new": new or "–"}
        for name, old, new in changes_of(one.detail)
    )
    verdict = "" if one.message else str(one.verdict.label)
    return " ".join(part for part in (in_words(one.message) or verdict, changes) if part)


def changes_of(detail: str) -> list[tuple[str, str, str]]:
    """Return (field, old, new) of each line of a row's detail, what is chosen from a list in the reader's words."""
    found = []
    for line in detail.split("\n"):
        parts = line.split("\t")
        if len(parts) == 3:
            words = _CHOICES.get(parts[0], {})
            found.append((parts[0], str(words.get(parts[1], parts[1])), str(words.get(parts[2], parts[2]))))
    return found
