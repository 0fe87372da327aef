"""Say with every request who acts, and answer a refusal with a page instead of a traceback."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from . import queries
from .models import User
from .rules import Actor, NotAllowed

NOBODY = Actor(user_id=None, name="", grants=())


class ActorMiddleware:
    """Give every request ``request.actor``; reads the grants only when somebody asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a refusal into a page that says what to do."""
        if isinstance(exception, NotAllowed):
            return render(request, "403.html", {"refusal": exception}, status=403)
        return None


def _actor_of(request: HttpRequest) -> Actor:
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return NOBODY
    is_verified: Callable[[], bool] = getattr(user, "is_verified", lambda: False)
    return queries.actor_for(user=user, now=timezone.now(), verified=is_verified())
