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
from .doubts import StaleDoubt, decide_doubt, file_doubts
from .households import PersonGone, UnknownDivision, UnknownProgramme, register_households
from .imports import (
    DoubledField,
    LooksWrong,
    StaleImport,
    apply_import,
    check_workbook,
    discard_import,
    enter_import_rows,
    finish_import,
    receive_workbook,
    settle_columns,
)
from .lives import (
    AlreadyEnded,
    EndsBeforeItBegins,
    NotInRegister,
    SecondHead,
    add_member,
    end_enrolment,
    end_membership,
    enrol,
    move_household,
)
from .merges import CannotUndo, NotMergeable, merge_subjects, undo_merge
from .organisations import register_organisations
from .undoing import NoSuchOwner, own_field, take_back_part, undo_import

__all__ = [
    "AlreadyEnded",
    "CannotUndo",
    "DivisionTwice",
    "DoubledField",
    "EndsBeforeItBegins",
    "IdNumberTaken",
    "LooksWrong",
    "NoReason",
    "NoSuchOwner",
    "NotInRegister",
    "NotMergeable",
    "NotSealed",
    "NumberTaken",
    "PersonGone",
    "SecondHead",
    "StaleDoubt",
    "StaleImport",
    "UnknownDivision",
    "UnknownParent",
    "UnknownProgramme",
    "add_member",
    "apply_import",
    "check_workbook",
    "correct_household",
    "correct_person",
    "decide_doubt",
    "define_programmes",
    "discard_import",
    "end_enrolment",
    "end_membership",
    "enrol",
    "enter_import_rows",
    "file_doubts",
    "finish_import",
    "load_divisions",
    "merge_subjects",
    "move_household",
    "own_field",
    "receive_workbook",
    "register_households",
    "register_organisations",
    "reveal_field",
    "settle_columns",
    "take_back_part",
    "undo_import",
    "undo_merge",
]
