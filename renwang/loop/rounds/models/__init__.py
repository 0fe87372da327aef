"""Tables of outreach."""

from .check_ins import Attempt, CheckIn, Finding, Waiting
from .contacts import Contact, ContactPart, Link
from .devices import Device
from .rounds import Question, Round, RoundAudience, RoundMode, RoundQuestion
from .yardsticks import Yardstick

__all__ = [
    "Attempt",
    "CheckIn",
    "Contact",
    "ContactPart",
    "Device",
    "Finding",
    "Link",
    "Question",
    "Round",
    "RoundAudience",
    "RoundMode",
    "RoundQuestion",
    "Waiting",
    "Yardstick",
]
