"""The arithmetic of the index alone, in decimals; and the same as SQL in whole numbers. A test holds both against each other."""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from math import lcm

from .methods import Method


@dataclass(frozen=True, slots=True)
class Figures:
    """Percentages, rounded at the end; None where there is nothing to divide by."""

    resumption_rate: Decimal | None
    production_rate: Decimal | None
    production_rate_resumed: Decimal | None
    index: Decimal | None


def figures(
    method: Method,
    *,
    enterprises: int,
    resumed: int,
    base_kwh: Decimal,
    kwh_resumed: Decimal,
    kwh_all: Decimal | None = None,
    base_resumed: Decimal | None = None,
) -> Figures:
    """Return rates and index of one group from its sums. Nothing is rounded before the end."""
    kwh = kwh_resumed if method.numerator == "resumed" or kwh_all is None else kwh_all
    share = Fraction(resumed, enterprises) if enterprises else None
    made = Fraction(kwh) / Fraction(base_kwh) if base_kwh else None
    of_resumed = Fraction(kwh_resumed) / Fraction(base_resumed) if base_resumed else None
    index = None
    if share is not None and made is not None:
        index = share * Fraction(method.weight_resumption) + made * Fraction(method.weight_production)
    told = rounded(method, index)
    if told is not None and method.ceiling is not None:
        told = min(told, method.ceiling.quantize(told))
    return Figures(rounded(method, share), rounded(method, made), rounded(method, of_resumed), told)


def rounded(method: Method, share: Fraction | None) -> Decimal | None:
    """Return a share as a percentage with the method's places."""
    if share is None:
        return None
    with localcontext() as context:
        context.prec = 60
        # Cut far beyond the places first would round twice; whole numbers do not.
        scaled = share * 100 * 10**method.places
        whole = scaled.numerator // scaled.denominator
        if method.rounding == "half_up" and (scaled - whole) * 2 >= 1:
            whole += 1
        return Decimal(whole).scaleb(-method.places)


def rate_sql(method: Method, top: str, bottom: str) -> str:
    """Return the SQL (DuckDB) of a percentage from two whole sums, as a decimal with the method's places."""
    scale = 100 * 10**method.places
    wide_top, wide_bottom = f"cast({top} as hugeint)", f"cast({bottom} as hugeint)"
    whole = (
        f"({wide_top} * {2 * scale} + {wide_bottom}) // (2 * {wide_bottom})"
        if method.rounding == "half_up"
        else f"({wide_top} * {scale}) // {wide_bottom}"
    )
    return f"case when {bottom} > 0 then {_decimal(whole, method.places)} end"


def index_sql(method: Method, resumed: str, firms: str, kwh: str, base: str) -> str:
    """Return the SQL (DuckDB) of the index from whole sums: one division, one rounding."""
    first, second = Fraction(method.weight_resumption), Fraction(method.weight_production)
    whole = lcm(first.denominator, second.denominator)
    top = f"({int(first * whole)} * cast({resumed} as hugeint) * {base} + {int(second * whole)} * cast({kwh} as hugeint) * {firms})"
    bottom = f"({whole} * cast({firms} as hugeint) * {base})"
    scale = 100 * 10**method.places
    cents = (
        f"({top} * {2 * scale} + {bottom}) // (2 * {bottom})"
        if method.rounding == "half_up"
        else f"({top} * {scale}) // {bottom}"
    )
    index = _decimal(cents, method.places)
    if method.ceiling is not None:
        index = f"least({index}, cast({method.ceiling} as decimal(30, {method.places})))"
    return f"case when {firms} > 0 and {base} > 0 then {index} end"


def _decimal(whole: str, places: int) -> str:
    if not places:
        return f"cast({whole} as decimal(30, 0))"
    step = Decimal(1).scaleb(-places)
    return f"cast(cast({whole} as decimal(30, 0)) * {step:f} as decimal(30, {places}))"
