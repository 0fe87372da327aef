"""The needs the health office answers for."""

from .fever import Fever
from .risk_contact import RiskContact

__all__ = ["Fever", "RiskContact"]
