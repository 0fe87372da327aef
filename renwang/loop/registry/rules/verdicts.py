"""What is said of a row of a workbook, or of the whole file: kept as a code with its values, told in the reader's words.

A message is one line of `code`, then `name=value` parted by tabs; several messages are several lines. What was kept before
there were codes is a sentence, and is told as it stands.
"""

import re
from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LONGEST: Final = 300  # the column that holds it
_LONGEST_VALUE: Final = 120
# Rows of the second sheet are numbered from ten million on, of the third from twenty million: one number tells both.
SHEET_STEP: Final = 10_000_000
_ROW: Final = re.compile(r"\d{8,}")

MESSAGES: Final[Mapping[str, Promise]] = {
    # of a cell
    "no_name": _("No name."),
    "long_name": _("A name has at most 80 characters."),
    "long_number": _("A household number has at most 30 characters."),
    "lost_digits": _("Its last digits are lost: set the column to Text and type it again."),
    "id_length": _("An ID number has 18 characters."),
    "id_character": _("An ID number has digits only, and perhaps an X at its end."),
    "id_area": _("The first six digits of this ID number are no area."),
    "id_date": _("Digits 7 to 14 of this ID number are no date of birth."),
    "id_check_digit": _("Wrong check digit: the last character should be %(expected)s, or another digit is wrong."),
    "no_id": _("This is no ID number."),
    "phone_character": _("A phone number has digits only; here are letters or other signs."),
    "phone_length": _("A mobile number has 11 digits."),
    "phone_area_code": _("Give a landline with its area code: 0536-7661234."),
    "no_phone": _("This is no phone number."),
    "needs_id": _("No ID number."),
    "needs_phone": _("No phone number."),
    "yes_or_no": _("Write yes or no."),
    "unknown_relation": _("Unknown relation to the head. Write 户主, 配偶, 之子, 之女, 之儿媳, 之孙子, 之父, 其他…"),
    "unknown_sex": _("Write 男 or 女."),
    "unknown_kind": _("Unknown type of household. Known are: %(kinds)s…"),
    "no_date": _("This is no date. Write it like 1950-03-08."),
    "date_to_come": _("This date is still to come."),
    "wrong_year": _("This year cannot be right."),
    "no_degrees": _("Write degrees as a number, like 119.165."),
    # of a place
    "outside_area": _("This division lies outside your area."),
    "unknown_division": _("Unknown division code."),
    "several_villages": _("Several villages bear this name: give the subdistrict or the code too."),
    "unknown_village": _("Unknown village, or one outside your area."),
    "no_village": _("No village: give its name or its code."),
    # of a row beside the others
    "other_birth": _("The date of birth differs from the one in the ID number."),
    "other_sex": _("The sex differs from the one in the ID number."),
    "same_id": _("The same ID number stands in row %(row)s already."),
    "two_heads": _("Two heads in one household: rows %(rows)s."),
    "no_head": _("This household has no head: one member must be 户主."),
    "parted_household": _("The members of one household stand in different villages."),
    "held_back": _("Held back, because row %(row)s of the same household is wrong."),
    "no_credit_code": _("This is no unified social credit code: a character is wrong."),
    "same_credit_code": _("The same code stands in row %(row)s already."),
    # of a row beside the register
    "foreign": _("This household or one of its members is registered in another area: ask that area to let it go."),
    "foreign_organisation": _("This organisation is registered in another area: ask that area to let it go."),
    "disputed": _("Another office has told otherwise, and what it told stays; the rest of this row is entered."),
    "gone": _(
        "The register knows this person as died or gone for good. If that is wrong, add them by ID number on the page of "
        "their household; if not, take the row out."
    ),
    "other_id": _("In this household lives somebody of this name with another ID number. Check both numbers."),
    "namesake": _("Somebody of this name lives in this village. Add the ID number or the date of birth."),
    "held_with_head": _("Held back with the head of the household, who may be somebody the register has already."),
    "like_known": _("May be somebody who is in the register. It is entered, and stands under “Doubtful pairs”."),
    "like_row": _("May be the same person as row %(row)s. Both are entered, and stand under “Doubtful pairs”."),
    # of the whole file
    "no_names": _("No column holds names: at least 姓名 or 户主姓名 is needed."),
    "no_rows": _("There is no row below the column titles."),
}


def say(code: str, **values: object) -> str:
    """Return a message as it is kept. A code nobody knows is a slip of ours, and raises KeyError."""
    MESSAGES[code]
    return written(code, values)


def written(code: str, values: Mapping[str, object]) -> str:
    """Return a code and its values as one line."""
    told = [f"{name}={' '.join(str(value).split())[:_LONGEST_VALUE]}" for name, value in values.items()]
    return "\t".join([code, *told])


def read(line: str) -> tuple[str, dict[str, str]]:
    """Return the code of one line and its values."""
    code, *told = line.split("\t")
    return code, dict(one.split("=", 1) for one in told if "=" in one)


def joined(before: str, after: str) -> str:
    """Return two messages as one; what would not fit into its column whole is left out."""
    both = f"{before}\n{after}" if before and after else before or after
    return both if len(both) <= LONGEST else before


def in_words(message: str) -> str:
    """Return a message in the current language."""
    return " ".join(_told(line) for line in message.split("\n"))


def _told(line: str) -> str:
    code, values = read(line)
    known = MESSAGES.get(code)
    if known is None:
        return line
    try:
        return str(known) % {name: _ROW.sub(_row, value) for name, value in values.items()}
    except KeyError:  # a value was cut off; the code alone is better than a page that fails
        return code


def _row(number: re.Match[str]) -> str:
    sheet, row = divmod(int(number[0]), SHEET_STEP)
    return gettext("%(row)d of sheet %(sheet)d") % {"row": row, "sheet": sheet + 1}
