"""Which numbers of a published page are left out so that no small number of people can be told from it.

A number from 1 to 4 could be told to somebody's neighbour by its name: it is shown as "<5". Where it still followed from
what is shown (a total less the other parts, a share of a known number), further numbers are left out until it does not.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

SMALLEST_SHOWN = 5
K = TypeVar("K", bound=Hashable)
# How long a way out is looked for before one more number is left out instead.
MOST_STEPS = 400


class Shown(TextChoices):
    """How a number stands on the published page."""

    OPEN = "open", _("shown")
    SMALL = "small", _("shown as below five")
    WITHHELD = "withheld", _("left out, since a smaller number would follow from it")


@dataclass(frozen=True)
class Cell:
    """One number. ``is_silent``: it stands nowhere, but whoever reads the others can reckon it (those *not* reached);
    then ``at_most`` is what a reader is told about it."""

    value: int
    is_silent: bool = False
    at_most: int | None = None


@dataclass(frozen=True)
class Total(Generic[K]):
    """A number that is the sum of others, all of them named."""

    whole: K
    parts: tuple[K, ...]

    @property
    def keys(self) -> tuple[K, ...]:
        return (self.whole, *self.parts)


def is_small(value: int) -> bool:
    """Answer whether so few could be told apart."""
    return 0 < value < SMALLEST_SHOWN


def masked(
    cells: Mapping[K, Cell], totals: Sequence[Total[K]], *, fixed: Mapping[K, Shown] | None = None
) -> dict[K, Shown]:
    """Return how each number that stands on the page is shown, so that every number left out may have another value.

    Only totals that add up are believed: a reader cannot reckon with the others. ``fixed``: how numbers stand that readers have
    already, on another page: whether they are on this one, too, or only help to reckon.
    """
    sums = [total for total in totals if _adds_up(cells, total)]
    page = _Page(cells, sums, fixed or {})
    while (told := page.first_told()) is not None:
        page.leave_out_more(told)
    return {key: shown for key, shown in page.shown.items() if not cells[key].is_silent}


def _adds_up(cells: Mapping[K, Cell], total: Total[K]) -> bool:
    known = all(key in cells for key in total.keys)
    return known and cells[total.whole].value == sum(cells[key].value for key in total.parts)


class _Page(Generic[K]):
    """A page while numbers are being left out."""

    def __init__(self, cells: Mapping[K, Cell], sums: Sequence[Total[K]], fixed: Mapping[K, Shown]) -> None:
        self.cells = cells
        self.fixed = {key for key in fixed if key in cells}
        self.sums: dict[K, list[Total[K]]] = {key: [] for key in cells}
        for one in sums:
            for key in one.keys:
                self.sums[key].append(one)
        self.shown = {key: Shown.SMALL if is_small(cell.value) else Shown.OPEN for key, cell in cells.items()}
        self.shown |= {key: fixed[key] for key in self.fixed}
        self._sure: set[K] = (
            set()
        )  # numbers that were found to have another value: leaving out more never takes it away

    def is_hidden(self, key: K) -> bool:
        return self.cells[key].is_silent or self.shown[key] != Shown.OPEN

    def may_be(self, key: K, value: int) -> bool:
        """Answer whether a reader who knows these rules must think a value possible."""
        cell = self.cells[key]
        if cell.is_silent:
            return 0 <= value <= (value if cell.at_most is None else cell.at_most)
        if self.shown[key] == Shown.SMALL:
            return is_small(value)
        # Of what is left out a reader knows that it is not small; where a small one had to be left out too, not even that.
        return value >= 0 and (is_small(cell.value) or not is_small(value))

    def first_told(self) -> K | None:
        """Return a number that is left out and yet follows from what is shown; first such as stand alone in a total."""
        for key, shown in self.shown.items():
            is_left_out = shown != Shown.OPEN and not self.cells[key].is_silent
            if is_left_out and any(self._hidden_in(total) == 1 for total in self.sums[key]):
                return key
        for key, shown in self.shown.items():
            if shown != Shown.OPEN and key not in self._sure:
                if not self._has_another_value(key):
                    return key
                self._sure.add(key)
        return None

    def _has_another_value(self, key: K) -> bool:
        value = self.cells[key].value
        for step in (1, -1, 2, -2, 3, -3, 5, -5, -value):
            if step and self.may_be(key, value + step) and self._can_follow({key: value + step}, [MOST_STEPS]):
                return True
        return False

    def _can_follow(self, changed: dict[K, int], left: list[int]) -> bool:
        """Answer whether some other numbers left out can change so that all totals add up again."""
        left[0] -= 1
        if left[0] < 0:
            return False
        broken = self._broken(changed)
        if broken is None:
            return True
        total, off = broken
        free = [key for key in total.keys if key not in changed and self.is_hidden(key)]
        return any(
            self._can_follow({**changed, key: value}, left)
            for key in sorted(free, key=lambda key: len(self.sums[key]))
            for value in self._nearer(key, -off if key == total.whole else off)
        )

    def _broken(self, changed: Mapping[K, int]) -> tuple[Total[K], int] | None:
        """Return a total that does not add up, and by how much its parts fall short."""
        now = {key: changed.get(key, self.cells[key].value) for key in self._around(changed)}
        for key in changed:
            for total in self.sums[key]:
                off = now[total.whole] - sum(now[part] for part in total.parts)
                if off:
                    return total, off
        return None

    def _around(self, changed: Iterable[K]) -> set[K]:
        return {key for one in changed for total in self.sums[one] for key in total.keys} | set(changed)

    def _nearer(self, key: K, wanted: int) -> Iterator[int]:
        """Yield values a number may have that bring its total nearer to adding up, the one that mends it first."""
        value = self.cells[key].value
        step = 1 if wanted > 0 else -1
        for size in range(abs(wanted), 0, -1):
            if self.may_be(key, value + step * size):
                yield value + step * size
        # Beyond it, for another number to make good: only where what is left out jumps over the small values.
        if step > 0 and value == 0 and wanted < SMALLEST_SHOWN and self.may_be(key, SMALLEST_SHOWN):
            yield SMALLEST_SHOWN

    def leave_out_more(self, told: K) -> None:
        """Leave out one more number around one that can still be told."""
        around = [(total, key) for total in self.sums[told] for key in total.keys]
        free = [(total, key) for total, key in around if not self.is_hidden(key) and key not in self.fixed]
        if free:
            _total, chosen = min(free, key=lambda pair: self._price(*pair))
            self.shown[chosen] = Shown.WITHHELD
            return
        # Everything around is left out, and "<5" itself tells too much: "1, 1, 1 and 1, together below five".
        wholes = [key for total, key in around if key == total.whole]
        chosen_small = next((key for key in (*wholes, told, *self._near(told)) if self._tells_small(key)), None)
        if chosen_small is None:
            self._sure.add(told)
            return
        self.shown[chosen_small] = Shown.WITHHELD

    def _tells_small(self, key: K) -> bool:
        """Answer whether a number is told as below five, and may be left out altogether instead."""
        return self.shown[key] == Shown.SMALL and not self.cells[key].is_silent and key not in self.fixed

    def _near(self, told: K) -> Iterator[K]:
        """Yield the numbers that can be reckoned from a number, the nearest first."""
        seen, rim = {told}, [told]
        while rim:
            rim = [key for one in rim for total in self.sums[one] for key in total.keys if key not in seen]
            rim = list(dict.fromkeys(rim))
            seen.update(rim)
            yield from rim

    def _hidden_in(self, total: Total[K]) -> int:
        return sum(map(self.is_hidden, total.keys))

    def _price(self, total: Total[K], key: K) -> tuple[int, bool, int, bool, int]:
        """Return how much a reader loses with a number: where one stands alone, parts before totals, where others are missing
        already, small before big."""
        elsewhere = [one for one in self.sums[key] if one is not total and not any(map(self.is_hidden, one.keys))]
        value = self.cells[key].value
        return self._hidden_in(total), key == total.whole, len(elsewhere), value == 0, value
