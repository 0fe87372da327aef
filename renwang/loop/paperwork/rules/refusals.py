"""Why something with a form, a filling or an export cannot be done: each says what is wrong and what to do."""

from collections.abc import Collection, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from renwang.foundation.sheets.engine.faults import SheetFault
from renwang.foundation.sheets.engine.filling import MOST_ROWS, TooManyToFill
from renwang.foundation.sheets.engine.grids import Table
from renwang.foundation.sheets.errors import explain

from .fields import LINES
from .statuses import SHORTEST_REASON, Level


class CannotDo(ValueError):
    """Something cannot be done as it was asked; the message is for whoever asked."""


class Stale(CannotDo):
    """Somebody else has moved it on meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This has moved on meanwhile. Load the page again."))


class NoKnownColumn(SheetFault):
    """No title in the form means anything to us: it cannot be told where its table is. ``seen``: some of what stands in it."""


class FormNotEmpty(SheetFault):
    """So many ``rows`` of the form are filled in already."""


class FormInParts(SheetFault):
    """Sums of parts stand between the rows that wait to be filled: a row would come to stand over another part's sum."""


class RowsJoined(SheetFault):
    """Cells of a column that is to be filled are merged over several rows. ``titles``: of which columns."""


_WORDS: Final[Mapping[str, Promise]] = {
    "NoKnownColumn": gettext_lazy(
        "No column of this form is known to us, so nothing could be filled in. A form needs at least one title such as 姓名, "
        "户主, 村, 户数. What stands in it: %(seen)s."
    ),
    "FormNotEmpty": gettext_lazy(
        "%(rows)s rows of this form are filled in already. Send the empty form, as your office hands it out."
    ),
    "FormInParts": gettext_lazy(
        "Sub-totals stand between the rows of this form, so that a row could come to stand over another village's sub-total. "
        "Take the sub-totals out and keep one row for the sum below: the rows come in the order of the villages."
    ),
    "RowsJoined": gettext_lazy(
        "Cells are merged over several rows where this form is to be filled (%(titles)s): all but the first row's value would be "
        "hidden. Undo the merge in these columns."
    ),
    "xls": gettext_lazy("This is a form in the old format .xls. Open it, save it as .xlsx, and send that."),
    "unknown": gettext_lazy("A form is an Excel workbook (.xlsx) or a Word document (.docx). This file is neither."),
}


def check_fillable(table: Table, level: Level, columns: Collection[int]) -> None:
    """Raise FormNotEmpty, FormInParts or RowsJoined where rows written one below the other would stand in a wrong place.

    ``columns``: those that are to be filled. Rows that each name their village are filled where they stand.
    """
    is_named = level not in LINES and bool(table.labels)
    if table.filled or (level in LINES and table.labels):
        raise FormNotEmpty(rows=len(table.labels))
    if is_named:
        return
    if table.is_in_parts:
        raise FormInParts
    titles = [title.path for title in table.titles if title.column in table.joined and title.column in columns]
    if titles:
        raise RowsJoined(titles="、".join(titles[:5]))


def in_words(fault: Exception) -> str:
    """Return why a form cannot be taken in or filled, in the current language."""
    if isinstance(fault, NoKnownColumn | FormNotEmpty | FormInParts | RowsJoined):
        return str(_WORDS[type(fault).__name__]) % fault.facts
    if isinstance(fault, TooManyToFill):
        return _("A form takes at most %(most)s rows. Choose a smaller area, or take the list as an open table.") % {
            "most": MOST_ROWS
        }
    if isinstance(fault, SheetFault):
        found = str(fault.facts.get("found", ""))
        return str(_WORDS[found]) if found in _WORDS else explain(fault)
    return str(fault)


def check_reason(reason: str) -> str:
    """Return a reason without blanks around it; raises CannotDo where it says nothing."""
    told = " ".join(reason.split())[:200]
    if len(told) < SHORTEST_REASON:
        raise CannotDo(
            _("Say what for, in at least %(many)d characters: it stands in the file.") % {"many": SHORTEST_REASON}
        )
    return told
