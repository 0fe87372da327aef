"""Who acts in a request, as the views of this app ask for it."""

from django.http import HttpRequest

from ..models import User
from ..rules import Actor


def actor_in(request: HttpRequest) -> Actor:
    """Return who acts."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def user_in(request: HttpRequest) -> User:
    """Return the account that is signed in; the middleware has seen to it that there is one."""
    user: User = request.user  # type: ignore[assignment]
    return user
