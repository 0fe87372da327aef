"""The only code that writes the register."""

from .divisions import DivisionTwice, UnknownParent, define_programmes, load_divisions
from .households import UnknownDivision, UnknownProgramme, register_households

__all__ = [
    "DivisionTwice",
    "UnknownDivision",
    "UnknownParent",
    "UnknownProgramme",
    "define_programmes",
    "load_divisions",
    "register_households",
]
