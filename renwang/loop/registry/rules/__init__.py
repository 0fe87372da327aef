"""Decisions about divisions, subjects, enrolments and imports, as pure values."""

from .choices import IMPORT_MOVES, DivisionLevel, ImportStatus, Relation, Sex, SubjectKind, Verdict
from .divisions import DivisionIn, called, caller
from .doubts import DOUBT_MOVES, UNDECIDED, DoubtStatus, looks_wrong
from .households import (
    EnrolmentIn,
    HouseholdIn,
    OrganisationIn,
    PersonIn,
    ProgrammeIn,
    SameHouseholdTwice,
    SamePersonTwice,
    completed,
    household_name,
)

__all__ = [
    "DOUBT_MOVES",
    "IMPORT_MOVES",
    "UNDECIDED",
    "DivisionIn",
    "DivisionLevel",
    "DoubtStatus",
    "EnrolmentIn",
    "HouseholdIn",
    "ImportStatus",
    "OrganisationIn",
    "PersonIn",
    "ProgrammeIn",
    "Relation",
    "SameHouseholdTwice",
    "SamePersonTwice",
    "Sex",
    "SubjectKind",
    "Verdict",
    "called",
    "caller",
    "completed",
    "household_name",
    "looks_wrong",
]
