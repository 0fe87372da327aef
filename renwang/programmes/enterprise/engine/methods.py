"""A method of the power index: data, never code. Everything in which two published indexes differ is a field."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from .faults import Refused

FOLDER = Path(__file__).parent / "data" / "methods"
CHOICES: dict[str, tuple[str, ...]] = {
    "comparison": (">", ">="),
    "base_kind": ("period", "last_year"),
    "base_days": ("read", "calendar"),
    "numerator": ("resumed", "all"),
    "rounding": ("half_up", "down"),
    "missing": ("not_resumed", "left_out"),
    "zero_base": ("left_out", "resumed_if_used"),
    "conflicting": ("smaller", "larger", "left_out"),
}


@dataclass(frozen=True, slots=True)
class Method:
    """How readings become an index. Percentages and kWh are decimals; the docs tell each field."""

    code: str
    name_zh: str = ""
    name_en: str = ""
    source: str = ""
    assumed: tuple[str, ...] = ()
    threshold: Decimal = Decimal(30)
    comparison: str = ">"
    base_kind: str = "period"
    base_from: date = date(2019, 10, 1)
    base_to: date = date(2019, 12, 31)
    base_days: str = "read"
    window: int = 3
    numerator: str = "resumed"
    population: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    weight_resumption: Decimal = Decimal("0.5")
    weight_production: Decimal = Decimal("0.5")
    ceiling: Decimal | None = None
    places: int = 2
    rounding: str = "half_up"
    missing: str = "not_resumed"
    zero_base: str = "left_out"
    conflicting: str = "smaller"
    absurd_above: Decimal = Decimal(50_000_000)
    least_points: int = 87

    def with_base(self, first: date | None, last: date | None) -> "Method":
        """Return the same method on another base period."""
        return replace(self, base_from=first or self.base_from, base_to=last or self.base_to)

    def told(self) -> dict[str, object]:
        """Return every field as plain values, as a report keeps them."""
        plain: dict[str, object] = {}
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, Decimal):
                value = float(value) if value % 1 else int(value)
            elif isinstance(value, date):
                value = value.isoformat()
            elif isinstance(value, Mapping):
                value = {key: list(allowed) for key, allowed in value.items()}
            elif isinstance(value, tuple):
                value = list(value)
            plain[name] = value
        return plain


PRESETS: tuple[str, ...] = ("zhejiang", "wuhan", "sichuan", "hangzhou-2022")

# TOML's tables → the fields above.
PLACES: dict[str, dict[str, str]] = {
    "": {"code": "code", "source": "source", "assumed": "assumed"},
    "name": {"zh": "name_zh", "en": "name_en"},
    "resumed": {"threshold": "threshold", "comparison": "comparison"},
    "base": {"kind": "base_kind", "from": "base_from", "to": "base_to", "days": "base_days", "window": "window"},
    "production": {"numerator": "numerator"},
    "weights": {"resumption": "weight_resumption", "production": "weight_production"},
    "index": {"ceiling": "ceiling", "places": "places", "rounding": "rounding"},
    "gaps": {
        "missing": "missing",
        "zero_base": "zero_base",
        "conflicting": "conflicting",
        "absurd_above": "absurd_above",
        "least_points": "least_points",
    },
}
DECIMALS = frozenset({"threshold", "weight_resumption", "weight_production", "ceiling", "absurd_above"})
INTEGERS = frozenset({"window", "places", "least_points"})
DAYS = frozenset({"base_from", "base_to"})


def preset(name: str) -> Method:
    """Return one of the methods that come with the programme."""
    if name not in PRESETS:
        raise Refused("unknown_method", name=name, known=", ".join(PRESETS))
    return read_method(FOLDER / f"{name}.toml")


def read_method(path: Path) -> Method:
    """Read a method from a TOML file, and check every field of it."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        raise Refused("no_file", path=str(path)) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused("unreadable_file", path=str(path), reason=str(error)) from None
    fields: dict[str, Any] = {}
    for key, value in raw.items():
        if key == "population":
            fields["population"] = _population(path, value)
        elif isinstance(value, dict) and key in PLACES:
            for inner, given in value.items():
                name = PLACES[key].get(inner) or _bad(path, f"{key}.{inner}", "unknown")
                fields[name] = _value(path, f"{key}.{inner}", name, given)
        else:
            name = PLACES[""].get(key) or _bad(path, key, "unknown")
            fields[name] = _value(path, key, name, value)
    fields.setdefault("code", path.stem)
    method = Method(**fields)
    _check(path, method)
    return method


def _population(path: Path, value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        _bad(path, "population", "not a table")
    return {str(key): tuple(str(one) for one in (v if isinstance(v, list) else [v])) for key, v in value.items()}


def _value(path: Path, place: str, name: str, given: object) -> object:
    if name in CHOICES and given not in CHOICES[name]:
        _bad(path, place, "one of " + ", ".join(CHOICES[name]))
    if name in DECIMALS:
        if isinstance(given, bool) or not isinstance(given, int | Decimal):
            _bad(path, place, "not a number")
        return Decimal(given)
    if name in INTEGERS and (isinstance(given, bool) or not isinstance(given, int)):
        _bad(path, place, "not a whole number")
    if name in DAYS and type(given) is not date:
        _bad(path, place, "not a day such as 2019-10-01")
    if name == "assumed":
        if not isinstance(given, list):
            _bad(path, place, "not a list")
        return tuple(str(one) for one in given)
    if name in {"code", "source", "name_zh", "name_en"} and not isinstance(given, str):
        _bad(path, place, "not a text")
    return given


def _check(path: Path, method: Method) -> None:
    if not 0 <= method.threshold <= 1000 or method.threshold * 100 % 1:
        _bad(path, "resumed.threshold", "a percentage with at most two places")
    if method.base_from > method.base_to:
        _bad(path, "base.from", "after base.to")
    weights = (method.weight_resumption, method.weight_production)
    if min(weights) < 0 or sum(weights) != 1 or any(weight * 10_000 % 1 for weight in weights):
        _bad(path, "weights", "two numbers with at most four places whose sum is 1")
    if not 0 <= method.places <= 6:
        _bad(path, "index.places", "0 to 6")
    if not 0 <= method.window <= 31:
        _bad(path, "base.window", "0 to 31")
    if not 1 <= method.least_points <= 96:
        _bad(path, "gaps.least_points", "1 to 96")
    if method.absurd_above <= 0 or method.absurd_above > 10**9:
        _bad(path, "gaps.absurd_above", "above 0 and at most 1000000000")


def _bad(path: Path, place: str, reason: str) -> NoReturn:
    raise Refused("bad_method", path=str(path), field=place, reason=reason)
