"""What figures are told in, and what they are reckoned from."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

DIGITS = Decimal("0.000001")  # as the database keeps a value


class Unit(TextChoices):
    """How a figure is told, and so how it is added up over areas."""

    COUNT = "count", _("how many")  # how many rows; of areas the sum
    PERCENT = "percent", _("a share")  # rows that are so of all rows asked about; of areas the share of the sums
    HOURS = "hours", _("hours, on average")  # the mean over the rows; of areas the mean over all their rows
    AMOUNT = "amount", _("an amount")  # an exact decimal over the rows; of areas the sum
    INDEX = "index", _("an index")  # an exact decimal that its programme computes for each area; never added up


class Part(TextChoices):
    """Which rows of a figure: those counted, of a share also all that were asked about, or those that are not so."""

    COUNTED = "n", _("counted")
    ALL = "of", _("of")
    REST = "rest", _("not counted")


@dataclass(frozen=True, slots=True)
class FigureIn:
    """One figure of one area: an indicator, or one slice of it (``""``: all of it).

    COUNT: ``numerator`` rows. PERCENT: ``numerator`` of ``denominator`` rows, ``value`` in percent. HOURS: ``numerator`` seconds
    over ``denominator`` rows, ``value`` the mean in hours. AMOUNT, INDEX: ``value`` over ``numerator`` rows. No value: of nothing.
    """

    indicator: str
    area: str
    slice: str
    numerator: int
    denominator: int = 0
    value: Decimal | None = None

    def rows_behind(self, unit: Unit, part: Part = Part.COUNTED) -> int:
        """Return how many rows the figure opens to."""
        if unit == Unit.HOURS:
            return self.denominator
        if unit == Unit.PERCENT and part == Part.ALL:
            return self.denominator
        if unit == Unit.PERCENT and part == Part.REST:
            return self.denominator - self.numerator
        return self.numerator


def figure(
    *,
    unit: Unit,
    indicator: str,
    area: str,
    slice: str,
    counted: int,
    rest: int = 0,
    amount: Decimal = Decimal(0),
) -> FigureIn:
    """Return the figure of so many rows. ``amount``: of hours the seconds, of amounts and indices the value itself."""
    name = (indicator, area, slice)
    if unit == Unit.PERCENT:
        whole = counted + rest
        return FigureIn(*name, counted, whole, _rounded(Decimal(100 * counted) / whole) if whole else None)
    if unit == Unit.HOURS:
        seconds = int(amount)
        return FigureIn(*name, seconds, counted, _rounded(Decimal(seconds) / 3600 / counted) if counted else None)
    if unit in (Unit.AMOUNT, Unit.INDEX):
        return FigureIn(*name, counted, 0, _rounded(amount))
    return FigureIn(*name, counted)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(DIGITS)
