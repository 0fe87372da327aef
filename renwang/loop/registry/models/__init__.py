"""Tables of the register."""

from .divisions import Division
from .enrolments import Enrolment, Programme
from .imports import FieldOwner, ImportBatch, ImportColumn, ImportRow, ImportTrace, SavedColumn, SavedForm
from .merges import Merge, MovedLink
from .particulars import Attribute, Particulars
from .subjects import Household, Membership, Organisation, Person, SearchKey, Subject

__all__ = [
    "Attribute",
    "Division",
    "Enrolment",
    "FieldOwner",
    "Household",
    "ImportBatch",
    "ImportColumn",
    "ImportRow",
    "ImportTrace",
    "Membership",
    "Merge",
    "MovedLink",
    "Organisation",
    "Particulars",
    "Person",
    "Programme",
    "SavedColumn",
    "SavedForm",
    "SearchKey",
    "Subject",
]
