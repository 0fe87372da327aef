"""How a figure is written: never rounded to all or to none of what is not."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .units import FigureIn, Unit

THIN_SPACE = "\u2009"
TENTH = Decimal("0.1")
UNITS_OF = {Unit.PERCENT: "%"}


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure differs from the one of the day before; ``is_good``: None where neither direction is better, or it stands."""

    by: Decimal
    is_good: bool | None


def plotted(figure: FigureIn, unit: Unit) -> Decimal | None:
    """Return the one number of a figure that is drawn and compared; None where there is nothing to tell."""
    if unit == Unit.COUNT:
        return Decimal(figure.numerator)
    # Of nothing there is no share and no mean, but the sum of nothing is nought.
    return Decimal(0) if unit == Unit.AMOUNT and figure.value is None else figure.value


def in_figures(figure: FigureIn, unit: Unit) -> str:
    """Write a figure without its unit: ``1 204``, ``93.4``; a dash where it is of nothing."""
    if unit == Unit.COUNT:
        return grouped_digits(Decimal(figure.numerator))
    value = plotted(figure, unit)
    if value is None:
        return "–"
    if unit in (Unit.PERCENT, Unit.HOURS):
        told = value.quantize(TENTH, ROUND_HALF_UP)
        if unit == Unit.PERCENT and told == 100 and value < 100:
            told = Decimal("99.9")
        if told == 0 and value > 0:
            told = TENTH
        value = told
    return grouped_digits(value)


def grouped_digits(value: Decimal) -> str:
    """Write a decimal with a thin space between thousands, and no digits that say nothing."""
    plain = value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()
    return f"{plain:,f}".replace(",", THIN_SPACE).replace("-", "−")


def change(figure: FigureIn, before: FigureIn | None, unit: Unit, better: str) -> Change | None:
    """Return how a figure differs from the one before; None where one of them tells nothing."""
    now, then = plotted(figure, unit), plotted(before, unit) if before is not None else None
    if now is None or then is None:
        return None
    by = now - then
    if unit in (Unit.PERCENT, Unit.HOURS):
        by = by.quantize(TENTH, ROUND_HALF_UP)
    return Change(by, None if not by or not better else (by > 0) == (better == "more"))
