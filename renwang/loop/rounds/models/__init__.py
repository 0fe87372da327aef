"""Tables of outreach."""

from .check_ins import Attempt, CheckIn, Finding
from .contacts import Contact, ContactPart, Link
from .rounds import Question, Round, RoundAudience, RoundMode, RoundQuestion

__all__ = [
    "Attempt",
    "CheckIn",
    "Contact",
    "ContactPart",
    "Finding",
    "Link",
    "Question",
    "Round",
    "RoundAudience",
    "RoundMode",
    "RoundQuestion",
]
