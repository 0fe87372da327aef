"""Faults of a file in the words of the one who sent it: what is wrong, what was expected, what to do."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from renwang.foundation.sheets.engine import faults
from renwang.foundation.sheets.engine.cells import LostDigits
from renwang.foundation.sheets.engine.faults import SheetFault
from renwang.foundation.sheets.engine.verdicts import Words

EXPLANATIONS: Final[Mapping[type[SheetFault], Promise]] = {
    faults.BrokenWorkbook: _(
        "This file is damaged or was not sent whole. Open it in Excel or WPS, save it again as .xlsx, and send that."
    ),
    faults.OtherWorkbook: _("This is a workbook of the kind %(found)s. Save it as .xlsx and send that."),
    faults.NotAWorkbook: _(
        "This file is not a workbook (it looks like: %(found)s), whatever its name ends in. Send an .xlsx, .xls or .csv file."
    ),
    faults.EncryptedWorkbook: _(
        "This workbook asks for a password. Take the password off, save it, and send it again."
    ),
    faults.MacroWorkbook: _("This workbook carries macros, which we do not take. Save it as .xlsx without macros."),
    faults.TooBig: _("This file is bigger than %(limit)s MB. Split it into several, or take pictures out of it."),
    faults.TooPacked: _(
        "This file unpacks to more than a workbook should (over %(limit)s MB or far more than was sent). "
        "Copy the rows into a new workbook and send that."
    ),
    faults.TooManyRows: _(
        "This sheet has something below row %(limit)s. Split it into several files, or delete what stands far below."
    ),
    faults.TooManyColumns: _(
        "This sheet has something to the right of column %(limit)s. Delete the columns that are not needed."
    ),
    faults.TooManyCells: _("This sheet spans more than %(limit)s cells. Split it into several files."),
    faults.NoSuchSheet: _("There is no sheet “%(wanted)s”. The sheets in this file are: %(names)s."),
    faults.EmptySheet: _("There is nothing in “%(name)s”. Check that you sent the right file and that it was saved."),
    faults.NoHeader: _(
        "No column titles were found in the first %(rows)s rows. At least two of these are needed: %(expected)s."
    ),
}
FOUND: Final[Mapping[str, Promise]] = {
    "text": _("plain text"),
    "HTML": _("a web page"),
    "Word": _("a Word document"),
    "zip": _("a packed archive"),
    "ole": _("an old Office document"),
    "unknown": _("unknown content"),
}
LOST_DIGITS: Final = _(
    "The last digits of this number are lost (%(seen)s), because Excel keeps only 15 digits of a number. "
    "Set the column to Text and type the number again."
)


def explain(fault: SheetFault) -> str:
    """Return what is wrong with the file and what to do, in the current language."""
    facts = {name: FOUND.get(str(value), value) if name == "found" else value for name, value in fault.facts.items()}
    for kind in type(fault).__mro__:
        if kind in EXPLANATIONS:
            return str(EXPLANATIONS[kind]) % facts
    raise fault


def explain_lost_digits(value: LostDigits) -> str:
    """Return why a long number cannot be used and what to do, in the current language."""
    return str(LOST_DIGITS) % {"seen": value.seen}


def verdict_words() -> Words:
    """Return the words of the verdict column in the current language."""
    return Words(
        title=gettext("Verdict"),
        ok=gettext("OK"),
        error=gettext("Wrong"),
        warning=gettext("Please check"),
        row=gettext("Row %(row)d"),
    )
