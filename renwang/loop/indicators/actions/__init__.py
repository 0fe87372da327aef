"""What is done with figures."""

from .asking import COUNT, correct_day, count_now
from .keeping import DayIsFixed, keep_figures

__all__ = ["COUNT", "DayIsFixed", "correct_day", "count_now", "keep_figures"]
