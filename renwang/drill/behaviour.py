"""How the invented people behave: one readable file, every value with its source; another file may say otherwise."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

BUILT_IN = Path(__file__).parent / "data" / "behaviour.toml"
MOST_MINUTES = 24 * 60
PLACES = frozenset({"who", "degrees", "town", "what", "days"})  # what a text may put in


class BehaviourRefused(Exception):
    """A behaviour file cannot be used; the words say which value and what was expected."""


@dataclass(frozen=True)
class Behaviour:
    """Values by section and name; ``sources`` says where each comes from."""

    values: Mapping[str, Mapping[str, Any]]
    sources: Mapping[str, Mapping[str, str]]

    def share(self, section: str, name: str) -> float:
        """Return a share, 0 to 1."""
        return float(self.values[section][name])

    def shares(self, section: str, name: str) -> dict[str, float]:
        """Return shares by what they are of."""
        return dict(self.values[section][name])

    def minutes(self, section: str, name: str) -> tuple[float, float]:
        """Return the least and the most minutes."""
        least, most = self.values[section][name]
        return float(least), float(most)

    def listed(self, section: str, name: str) -> list[Any]:
        """Return a list of shares or of texts."""
        return list(self.values[section][name])


@cache
def built_in() -> Behaviour:
    """Return the behaviour that comes with the house."""
    raw = tomllib.loads(BUILT_IN.read_text(encoding="utf-8"))
    return _told(
        raw, {section: {name: part["value"] for name, part in parts.items()} for section, parts in raw.items()}
    )


def read(path: Path | None) -> Behaviour:
    """Return the behaviour of a file, what it leaves out as built in; raises BehaviourRefused in words."""
    ours = built_in()
    if path is None:
        return ours
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise BehaviourRefused(f"{path}: {problem.strerror or problem}.") from None
    except UnicodeDecodeError:
        raise BehaviourRefused(f"{path}: expected text in UTF-8.") from None
    except tomllib.TOMLDecodeError as problem:
        raise BehaviourRefused(f"{path} is not TOML: {problem}.") from None
    told = _told(raw, ours.values)
    sections = ours.values.keys()
    return Behaviour(
        {section: {**ours.values[section], **told.values.get(section, {})} for section in sections},
        {section: {**ours.sources[section], **told.sources.get(section, {})} for section in sections},
    )


def _told(raw: Mapping[str, Any], like: Mapping[str, Mapping[str, Any]]) -> Behaviour:
    values: dict[str, dict[str, Any]] = {}
    sources: dict[str, dict[str, str]] = {}
    for section, parts in raw.items():
        if section not in like:
            raise BehaviourRefused(f"[{section}] is not known. Known are: {', '.join(like)}.")
        if not isinstance(parts, Mapping):
            raise BehaviourRefused(f"{section}: expected a section, written [{section}].")
        for name, part in parts.items():
            where = f"{section}.{name}"
            if name not in like[section]:
                raise BehaviourRefused(f"{where} is not known. Known in [{section}] are: {', '.join(like[section])}.")
            if not isinstance(part, Mapping) or set(part) != {"value", "source"}:
                raise BehaviourRefused(
                    f'{where}: expected {{ value = …, source = "…" }}; the source may be "assumption".'
                )
            if not isinstance(part["source"], str) or not part["source"].strip():
                raise BehaviourRefused(f'{where}: say where the value comes from; the source may be "assumption".')
            _check(where, part["value"], like[section][name])
            values.setdefault(section, {})[name] = part["value"]
            sources.setdefault(section, {})[name] = part["source"]
    return Behaviour(values, sources)


def _check(where: str, value: Any, like: Any) -> None:
    if isinstance(like, Mapping):
        _check_shares_of(where, value, like)
    elif isinstance(like, str) or not isinstance(like, list):
        if not _is_share(value):
            raise BehaviourRefused(f"{where}: expected a share from 0 to 1, not {value!r}.")
    elif isinstance(like[0], str):
        if not isinstance(value, list) or not value or not all(isinstance(one, str) and one.strip() for one in value):
            raise BehaviourRefused(f"{where}: expected a list of texts, not {value!r}.")
        for text in value:
            _check_places(where, text)
    elif len(like) == 2:
        if not isinstance(value, list) or len(value) != 2 or not all(_is_number(one) for one in value):
            raise BehaviourRefused(f"{where}: expected two numbers of minutes, the least and the most, not {value!r}.")
        if not 0 <= value[0] <= value[1] <= MOST_MINUTES:
            raise BehaviourRefused(
                f"{where}: minutes go from the least to the most, 0 to {MOST_MINUTES}, not {value!r}."
            )
    else:
        is_list = isinstance(value, list) and len(value) == len(like) and all(_is_share(one) for one in value)
        if not is_list or abs(sum(value) - 1) > 0.01:
            raise BehaviourRefused(f"{where}: expected {len(like)} shares that make 1 together, not {value!r}.")


def _check_places(where: str, text: str) -> None:
    try:
        named = {name for _text, name, _form, _turn in Formatter().parse(text) if name is not None}
    except ValueError:
        named = {"{"}
    if unknown := named - PLACES:
        raise BehaviourRefused(
            f"{where}: {{{'}, {'.join(sorted(unknown))}}} is not known in {text!r}. Known are: {{{'}, {'.join(sorted(PLACES))}}}."
        )


def _check_shares_of(where: str, value: Any, like: Mapping[str, Any]) -> None:
    if not isinstance(value, Mapping) or set(value) != set(like):
        raise BehaviourRefused(f"{where}: expected a share of each of: {', '.join(like)}.")
    if not all(_is_share(one) for one in value.values()) or abs(sum(value.values()) - 1) > 0.01:
        raise BehaviourRefused(f"{where}: expected shares from 0 to 1 that make 1 together.")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= 1
