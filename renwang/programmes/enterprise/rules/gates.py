"""What is written down at a gate, and from when on somebody must look."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .enterprises import Refused

FEVER_ABOVE = Decimal("37.3")  # °C: above it, not at it
LOWEST, HIGHEST = Decimal(34), Decimal(43)
MOST_IN_A_SHIFT = 20_000
TOLD_WITHIN = 7  # days after its day a shift is still taken


class Shift(TextChoices):
    """When people come."""

    MORNING = "morning", gettext_lazy("morning")
    AFTERNOON = "afternoon", gettext_lazy("afternoon")
    NIGHT = "night", gettext_lazy("night")


class How(TextChoices):
    """How a gate counts."""

    ROLL = "roll", gettext_lazy("by the roll list")
    COUNT = "count", gettext_lazy("by count")
    SELF = "self", gettext_lazy("by QR code, each for themselves")


@dataclass(frozen=True)
class Reading:
    """One person at the gate: who (as the roll list says), °C, with a mask or not."""

    who: str
    degrees: Decimal
    has_mask: bool = True

    @property
    def is_fever(self) -> bool:
        return self.degrees > FEVER_ABOVE


@dataclass(frozen=True)
class ShiftTold:
    """One shift at a gate: how many came, were measured, wore a mask; whether the gate was disinfected."""

    people: int
    measured: int
    masked: int
    is_disinfected: bool
    fevers: tuple[Reading, ...] = ()


def check_shift(told: ShiftTold) -> None:
    """Raise Refused where the numbers cannot be."""
    if not 0 <= told.people <= MOST_IN_A_SHIFT:
        raise Refused(_("Between 0 and 20 000 people come in a shift."))
    if min(told.measured, told.masked) < 0:
        raise Refused(_("A number of people is not below 0."))
    if told.measured > told.people:
        raise Refused(_("More were measured than came."))
    if told.masked > told.people:
        raise Refused(_("More wore a mask than came."))
    if len(told.fevers) > told.measured:
        raise Refused(_("More had a fever than were measured."))
    for one in told.fevers:
        check_degrees(one.degrees)


def check_degrees(degrees: Decimal) -> None:
    """Raise Refused unless it is the temperature of a living person in °C."""
    # "nan" is a decimal, and comparing it raises.
    if not degrees.is_finite() or not LOWEST <= degrees <= HIGHEST:
        raise Refused(_("A temperature lies between 34 and 43 °C."))


def read_roll(text: str) -> list[Reading]:
    """Return the people of a roll list: one a line, name, temperature, and 否/no where there is no mask; raises Refused.

    "王工 36.5" · "李师傅，37.6，否". A line without a temperature is refused with its number.
    """
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        plain = line.replace("，", " ").replace(",", " ").replace("℃", " ").replace("\t", " ").split()
        if not plain:
            continue
        try:
            degrees = Decimal(plain[1])
            check_degrees(degrees)
        except (IndexError, ArithmeticError, Refused):
            raise Refused(
                _("Line %(number)d: write a name and a temperature between 34 and 43, for example “王工 36.5”.")
                % {"number": number}
            ) from None
        has_mask = not (len(plain) > 2 and plain[2].lower() in {"否", "无", "no", "n", "0"})
        found.append(Reading(plain[0][:40], degrees, has_mask))
    return found


def told_by_roll(readings: list[Reading], *, is_disinfected: bool) -> ShiftTold:
    """Return the shift a roll list tells of."""
    return ShiftTold(
        people=len(readings),
        measured=len(readings),
        masked=sum(one.has_mask for one in readings),
        is_disinfected=is_disinfected,
        fevers=tuple(one for one in readings if one.is_fever),
    )
