"""Tables of the register."""

from .divisions import Division
from .doubts import Doubt
from .enrolments import Enrolment, Programme
from .imports import ImportBatch, ImportRow
from .merges import Merge, MovedLink
from .subjects import Household, Membership, Organisation, Person, SearchKey, Subject

__all__ = [
    "Division",
    "Doubt",
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
