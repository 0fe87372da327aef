"""The only code that writes the register."""

from .corrections import (
    IdNumberTaken,
    NoReason,
    NotSealed,
    NumberTaken,
    correct_household,
    correct_person,
    reveal_field,
)
from .divisions import DivisionTwice, UnknownParent, define_programmes, load_divisions
from .households import UnknownDivision, UnknownProgramme, register_households
from .lives import (
    AlreadyEnded,
    EndsBeforeItBegins,
    NotInRegister,
    end_enrolment,
    end_membership,
    enrol,
    move_household,
)
from .merges import CannotUndo, NotMergeable, merge_subjects, undo_merge
from .organisations import register_organisations

__all__ = [
    "AlreadyEnded",
    "CannotUndo",
    "DivisionTwice",
    "EndsBeforeItBegins",
    "IdNumberTaken",
    "NoReason",
    "NotInRegister",
    "NotMergeable",
    "NotSealed",
    "NumberTaken",
    "UnknownDivision",
    "UnknownParent",
    "UnknownProgramme",
    "correct_household",
    "correct_person",
    "define_programmes",
    "end_enrolment",
    "end_membership",
    "enrol",
    "load_divisions",
    "merge_subjects",
    "move_household",
    "register_households",
    "register_organisations",
    "reveal_field",
    "undo_merge",
]
