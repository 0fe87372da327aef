"""Who acts in a request, and the answer to what cannot be done."""

from django.contrib import messages
from django.http import HttpRequest

from renwang.foundation.access.rules import Actor

# What people may be told as it is: each says what is wrong and what to do.
from ..actions import (
    AlreadyEnded,
    CannotUndo,
    DoubledField,
    EndsBeforeItBegins,
    IdNumberTaken,
    LooksWrong,
    NoReason,
    NoSuchOwner,
    NotInRegister,
    NotMergeable,
    NumberTaken,
    PersonGone,
    SecondHead,
    StaleDoubt,
    StaleImport,
    UnknownDivision,
    UnknownProgramme,
)
from ..forms import UnknownField

TELLABLE = (
    AlreadyEnded,
    CannotUndo,
    DoubledField,
    EndsBeforeItBegins,
    IdNumberTaken,
    LooksWrong,
    NoReason,
    NoSuchOwner,
    NotInRegister,
    NotMergeable,
    NumberTaken,
    PersonGone,
    SecondHead,
    StaleDoubt,
    StaleImport,
    UnknownDivision,
    UnknownField,
    UnknownProgramme,
)


def actor_in(request: HttpRequest) -> Actor:
    """Return who acts."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def tell(request: HttpRequest, problem: Exception) -> None:
    """Show on the next page why something could not be done."""
    messages.error(request, str(problem))
