"""What can be wrong with a file somebody uploaded. `sheets.errors.explain` puts each into the reader's language."""

from typing import ClassVar


class SheetFault(Exception):
    """A file cannot be used. `facts` fill the blanks of its explanation and hold nothing from inside the file."""

    reason: ClassVar[str] = "fault"

    def __init__(self, **facts: str | int) -> None:
        self.facts = facts
        told = ", ".join(f"{name}={value}" for name, value in facts.items())
        super().__init__(f"{type(self).__name__}({told})")


class NotAWorkbook(SheetFault):
    """The content is something else: `found` names what it looks like."""


class BrokenWorkbook(NotAWorkbook):
    """It began as a workbook but is cut short or damaged."""


class OtherWorkbook(NotAWorkbook):
    """A kind of spreadsheet that we do not read (xlsb, ods, numbers); `found` names it."""


class EncryptedWorkbook(SheetFault):
    """It asks for a password."""


class MacroWorkbook(SheetFault):
    """It carries macros."""


class TooBig(SheetFault):
    """More bytes than `limit` MB."""


class TooPacked(SheetFault):
    """It unpacks to far more than a spreadsheet does: `limit` MB."""


class TooManyRows(SheetFault):
    """Its content reaches beyond row `limit`."""


class TooManyColumns(SheetFault):
    """Its content reaches beyond column `limit`."""


class TooManyCells(SheetFault):
    """Rows times columns are more than `limit`."""


class NoSuchSheet(SheetFault):
    """There is no sheet called `wanted`; `names` are there."""


class EmptySheet(SheetFault):
    """The sheet called `name` holds nothing."""


class NoHeader(SheetFault):
    """None of the first `rows` rows holds the column titles; `expected` names some."""
