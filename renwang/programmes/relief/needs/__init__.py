"""The needs the relief office answers for."""

from .caregiver_absent import CaregiverAbsent
from .heating_or_repair import HeatingOrRepair

__all__ = ["CaregiverAbsent", "HeatingOrRepair"]
