"""Add up what lies under a prefix of a code, without looking at every code for every prefix."""

from bisect import bisect_left
from collections.abc import Mapping
from itertools import accumulate

from renwang.foundation.access.rules import prefix_range


class Sums:
    """Numbers by code, to be added up by area: each sum looks at two places of a sorted list."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._codes = sorted(numbers)
        self._sums = [0, *accumulate(numbers[code] for code in self._codes)]

    def under(self, prefix: str) -> int:
        """Return the sum of everything whose code starts with a prefix."""
        first, after = prefix_range(prefix)
        return self._sums[bisect_left(self._codes, after)] - self._sums[bisect_left(self._codes, first)]
