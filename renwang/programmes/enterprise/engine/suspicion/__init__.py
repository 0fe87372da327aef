"""Electricity that may be used only to be counted: what a load curve shows of it, and what stands beside the curve.

A score is a reason to go and look, never a finding: it does not change the index and is not published by firm.
"""

from .judging import Evidence, Reason, Suspicion, Weights, judged
from .reasons import REASONS
from .shapes import Features, Look, Shape, load_features

__all__ = [
    "REASONS",
    "Evidence",
    "Features",
    "Look",
    "Reason",
    "Shape",
    "Suspicion",
    "Weights",
    "judged",
    "load_features",
]
