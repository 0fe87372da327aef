"""What may be wrong with the readings or the question: a code and its values; the words are told elsewhere."""

from dataclasses import dataclass, field
from typing import ClassVar

# Refused: nothing is computed. Each code with the names of its values.
REFUSALS: dict[str, tuple[str, ...]] = {
    "no_file": ("path",),
    "unreadable_file": ("path", "reason"),
    "unknown_format": ("path",),
    "empty": ("table",),
    "missing_columns": ("table", "columns", "found"),
    "unknown_column": ("column", "found"),
    "unreadable_days": ("table", "count", "rows", "examples"),
    "unreadable_numbers": ("table", "column", "count", "rows", "examples"),
    "no_enterprises": (),
    "no_base": ("first", "last", "from_day", "to_day"),
    "no_readings": ("first", "last", "from_day", "to_day"),
    "unit": ("day", "share", "where"),
    "unknown_unit": ("unit",),
    "unknown_method": ("name", "known"),
    "bad_method": ("path", "field", "reason"),
    "bad_question": ("field", "reason"),
    "no_such_enterprise": ("enterprise",),
    "engine_missing": ("engine", "reason"),
    "engine_failed": ("engine", "reason"),
}

# Noticed: something was left out, or counted with a doubt. It is computed, and said.
NOTICES: tuple[str, ...] = (
    "unknown_meters",
    "meter_with_nobody",
    "read_twice_equal",
    "read_twice_different",
    "negative",
    "absurd",
    "without_amount",
    "unreadable_days",
    "unreadable_numbers",
    "days_without_readings",
    "days_thin",
    "short_days",
    "meters_moved",
    "meters_of_two",
    "firms_without_meters",
    "firms_told_differently",
    "rows_without_enterprise",
    "credit_codes_twice",
    "zero_base",
    "base_partly",
    "unit_suspects",
    "unit_doubtful",
    "population_not_told",
    "outside_population",
)


class Refused(Exception):
    """The question cannot be answered with these files. `code` is one of REFUSALS, `values` fill its sentence."""

    known: ClassVar[dict[str, tuple[str, ...]]] = REFUSALS

    def __init__(self, code: str, **values: object) -> None:
        if code not in self.known:
            raise KeyError(code)
        self.code = code
        self.values = values
        super().__init__(code, values)

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.code}({told})"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something of the input that the result does not rest on, or rests on with a doubt.

    `count` counts rows, meters, firms or days as the code says; `examples` are at most twenty of them.
    """

    code: str
    count: int
    examples: tuple[dict[str, object], ...] = field(default=())
