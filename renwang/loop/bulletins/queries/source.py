"""Where the figures of bulletins come from. The one module here that knows the indicators."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from renwang.foundation.access.rules import Actor

from ..rules import FigureTold


@dataclass(frozen=True)
class Computed:
    """One figure as the indicators computed it: what, until which moment, and when."""

    told: FigureTold
    until: datetime
    computed_at: datetime


@dataclass(frozen=True)
class Described:
    """What an indicator is, in the language of the moment."""

    code: str
    label: str
    unit: str
    method: str


def figures_of(areas: Sequence[str], day: date) -> list[Computed]:
    """Return every figure of a day in some areas."""
    return []


def described(codes: Iterable[str]) -> dict[str, Described]:
    """Return what indicators are; those of programmes that are no longer installed are left out."""
    return {}


def slice_label(code: str, slice: str) -> str:  # the word of the indicators
    """Return what a slice of an indicator is called, in the language of the moment."""
    return slice


def row_ids(code: str, *, area: str, day: date, slice: str, until: datetime) -> list[int]:
    """Return the ids of the rows behind a figure."""
    return []


def may_see_rows(viewer: Actor, code: str, area: str) -> bool:
    """Answer whether somebody may open the rows of a figure."""
    return False


def rows(code: str, ids: Sequence[int], *, viewer: Actor) -> QuerySet[Any] | Sequence[Any]:
    """Return the rows behind a figure, as far as the viewer may see them."""
    return []
