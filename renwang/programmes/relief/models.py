"""Tables of this programme: the typed details of its needs."""

from .needs import CaregiverAbsent, HeatingOrRepair

__all__ = ["CaregiverAbsent", "HeatingOrRepair"]
