"""Tables of this programme: the typed details of its needs."""

from .needs import Fever, RiskContact

__all__ = ["Fever", "RiskContact"]
