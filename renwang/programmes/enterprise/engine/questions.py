"""What is asked and what is answered, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .faults import Notice
from .methods import Method
from .tables import Table


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the index, from `lowest` up to the next zone. No source publishes cuts: ours are examples."""

    name: str
    lowest: Decimal


EXAMPLE_ZONES: tuple[Zone, ...] = (
    Zone("suppressed", Decimal(0)),
    Zone("recovering", Decimal(50)),
    Zone("steady", Decimal(80)),
)


@dataclass(frozen=True, slots=True)
class Question:
    """One computation. `by`: columns of the enterprises; `levels`: lengths of division codes (() = as given).

    `cube`: beside each group, all totals above it (value None). `history`: days before `first` that are computed too, so
    that changes have something to be compared with. `unit_of`: (pattern of paths, unit) where files differ.
    """

    readings: Table
    enterprises: Table
    method: Method
    first: date
    last: date
    by: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    cube: bool = False
    history: int = 0
    zones: tuple[Zone, ...] = ()
    ranks: bool = False
    unit: str = "kwh"
    unit_of: tuple[tuple[str, str], ...] = ()
    is_unit_sure: bool = False
    base_source: str = "auto"
    memory: str = "700MB"
    threads: int | None = None
    folder: str | None = None
    batch: int = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One group on one day. Rates and index are percentages, rounded by the method; None where nothing can be divided.

    `kwh` is the numerator of the production rate: what the resumed firms used, or all, as the method says.
    """

    day: date
    group: Mapping[str, str | None]
    enterprises: int
    resumed: int
    resumption_rate: Decimal | None
    kwh: Decimal
    base_kwh: Decimal
    production_rate: Decimal | None
    production_rate_resumed: Decimal | None
    index: Decimal | None
    missing: int
    zero_base: int
    partial: int
    level: int | None = None
    day_change: Decimal | None = None
    week_change: Decimal | None = None
    zone: str | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class FirmDay:
    """One firm on one day. `state`: read, partial, missing, zero_base. `rate`: percent of its base."""

    enterprise_id: str
    day: date
    attributes: Mapping[str, str | None]
    kwh: Decimal | None
    base_kwh: Decimal
    rate: Decimal | None
    is_resumed: bool
    state: str


@dataclass(frozen=True, slots=True)
class Portrait:
    """One firm over the days asked. `meters` with their own bases; `resumed_since`: of the unbroken run up to the last day."""

    enterprise_id: str
    attributes: Mapping[str, str | None]
    base_kwh: Decimal
    meters: tuple[tuple[str, Decimal], ...]
    days: tuple[FirmDay, ...]
    first_resumed: date | None
    resumed_since: date | None
    days_resumed: int
    days_missing: int
    mean_rate: Decimal | None
    best: tuple[date, Decimal] | None


@dataclass(frozen=True, slots=True)
class Rest:
    """How much the index of one day rests on: firms and meters that were read, of those there are."""

    day: date
    firms: int
    firms_read: int
    meters: int
    meters_read: int
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Report:
    """What was left out, what is doubtful, and what the figures rest on."""

    method: Method
    notices: tuple[Notice, ...]
    rests_on: tuple[Rest, ...]
    engine: str
    readings_from: date
    readings_to: date
    assumed: tuple[str, ...] = field(default=())
