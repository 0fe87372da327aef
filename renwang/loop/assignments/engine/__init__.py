"""Balanced assignment of households to helpers: `balance(households, workers, policy)` returns a `Plan`."""

from renwang.loop.assignments.engine.balance import balance
from renwang.loop.assignments.engine.problem import (
    Household,
    Key,
    Plan,
    Policy,
    Reason,
    Stats,
    Unassigned,
    Worker,
)

__all__ = ["Household", "Key", "Plan", "Policy", "Reason", "Stats", "Unassigned", "Worker", "balance"]
