"""What residents write back: one message, read by rules that can be read, and by nobody's guess."""

from .heard import Reply, Verdict
from .own import FIRST_OWN, MOST_OWN, own_by_number
from .parsing import read
from .people import HOUSEHOLD, Kin
from .reading import bare, normal, surname_of
from .shared import addressed

__all__ = [
    "FIRST_OWN",
    "HOUSEHOLD",
    "MOST_OWN",
    "Kin",
    "Reply",
    "Verdict",
    "addressed",
    "bare",
    "normal",
    "own_by_number",
    "read",
    "surname_of",
]
