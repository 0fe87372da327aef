"""Who acts in a request, as the views of this app ask for it."""

from django.http import HttpRequest

from ..models import User
from ..rules import Actor

LARGEST = 2**63 - 1  # what a database takes for a key


def actor_in(request: HttpRequest) -> Actor:
    """Return who acts."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def number_in(text: str | None) -> int | None:
    """Return the number a form or an address names something by; nothing where it is none, or none that a database holds."""
    if not text or not text.isdecimal() or len(text) > 19:
        return None
    number = int(text)
    return number if number <= LARGEST else None


def user_in(request: HttpRequest) -> User:
    """Return the account that is signed in; the middleware has seen to it that there is one."""
    user: User = request.user  # type: ignore[assignment]
    return user
