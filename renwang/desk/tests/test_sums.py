"""Sums by area are what adding up one by one gives."""

from hypothesis import given
from hypothesis import strategies as st

from renwang.desk.sums import Sums

CODES = st.text(alphabet="012DVX", min_size=1, max_size=5)


@given(numbers=st.dictionaries(CODES, st.integers(0, 9)), prefix=st.text(alphabet="012DVX", max_size=4))
def test_a_sum_is_what_adding_up_one_by_one_gives(numbers: dict[str, int], prefix: str) -> None:
    assert Sums(numbers).under(prefix) == sum(n for code, n in numbers.items() if code.startswith(prefix))
