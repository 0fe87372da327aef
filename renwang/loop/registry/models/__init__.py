"""Tables of the register."""

from .divisions import Division
from .enrolments import Enrolment, Programme
from .imports import ImportBatch, ImportRow
from .merges import Merge, MovedLink
from .subjects import Household, Membership, Organisation, Person, SearchKey, Subject

__all__ = [
    "Division",
    "Enrolment",
    "Household",
    "ImportBatch",
    "ImportRow",
    "Membership",
    "Merge",
    "MovedLink",
    "Organisation",
    "Person",
    "Programme",
    "SearchKey",
    "Subject",
]
