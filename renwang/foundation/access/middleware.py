"""Say with every request who acts, ask who is there before anything is shown, and answer a refusal with a page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from . import queries
from .models import User
from .rules import Actor, NotAllowed

NOBODY = Actor(user_id=None, name="", grants=())
# What somebody may do who must first choose a password or show the second factor.
ON_THE_WAY_IN = frozenset({"access:password", "access:sign_out", "access:second_factor", "access:second_factor_new"})
LATER = "second_factor_later"  # session: the second factor was put off; the roles that need it sleep


class ActorMiddleware:
    """Give every request ``request.actor``, and let nobody past who is not signed in, except to the open paths."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor_of(request))  # type: ignore[attr-defined]
        response = self.get_response(request)
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            # A page about people must not be found in the browser of a shared computer.
            response["Cache-Control"] = "no-store, private"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Lead whoever may not go on to the page that lets them: sign in, choose a password, show the second factor."""
        if request.path.startswith(tuple(settings.RENWANG_OPEN_PATHS)):
            return None
        if not request.user.is_authenticated:
            return _led(request, reverse("access:sign_in"), _("Sign in first."))
        match = request.resolver_match
        if match is not None and match.view_name in ON_THE_WAY_IN:
            return None
        if getattr(request.user, "must_change_password", False):
            return _led(request, reverse("access:password"), _("Choose a password of your own first."))
        if _must_show_second_factor(request):
            return _led(request, reverse("access:second_factor"), _("Show your second factor first."))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a refusal into a page that says what to do."""
        if isinstance(exception, DataError):
            return _unfit(request)
        if not isinstance(exception, NotAllowed | PermissionDenied):
            return None
        if isinstance(exception, NotAllowed):
            words = str(exception)
        else:
            words = str(NotAllowed("", ""))
        if _wants_json(request):
            return JsonResponse({"detail": words}, status=403)
        actor: Actor = request.actor  # type: ignore[attr-defined]
        context = {
            "refusal": words,
            "is_asleep": bool(actor.sleeping_roles()),
            "may_break_glass": actor.may_anywhere("access.break_glass"),
            "support": settings.RENWANG_SUPPORT,
        }
        return render(request, "access/refused.html", context, status=403)


def _unfit(request: HttpRequest) -> HttpResponse:
    """Answer what no database keeps: a sign nobody can see (PostgreSQL takes no NUL), a text or number beyond its column."""
    words = _("Something that was sent is too long, or holds a sign that cannot be seen. Go back and type it again.")
    if _wants_json(request):
        return JsonResponse({"detail": words}, status=400)
    return render(request, "access/unfit.html", {"words": words}, status=400)


def _must_show_second_factor(request: HttpRequest) -> bool:
    if not settings.RENWANG_SECOND_FACTOR or request.user.is_verified():  # type: ignore[union-attr]  # by django-otp
        return False
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return bool(actor.sleeping_roles()) and not request.session.get(LATER)


def _wants_json(request: HttpRequest) -> bool:
    accept = request.headers.get("Accept", "")
    return (
        request.path.startswith("/api/")
        or request.content_type == "application/json"
        or ("application/json" in accept and "text/html" not in accept)
    )


def _led(request: HttpRequest, address: str, words: str) -> HttpResponse:
    """Answer with the way to go: a redirect for a browser, HX-Redirect for htmx, 401 for a program."""
    if _wants_json(request):
        return JsonResponse({"detail": words, "sign_in": address}, status=401)
    if request.headers.get("HX-Request"):
        seen = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = seen.path + (f"?{seen.query}" if seen.query else "")
        response = HttpResponse(words, status=401)
        response["HX-Redirect"] = f"{address}?{urlencode({'next': back or '/'})}"
        return response
    back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    return HttpResponseRedirect(address if back == "/" else f"{address}?{urlencode({'next': back})}")


def _actor_of(request: HttpRequest) -> Actor:
    user = request.user
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    is_verified: Callable[[], bool] = getattr(user, "is_verified", lambda: False)
    verified = not settings.RENWANG_SECOND_FACTOR or is_verified()
    return queries.actor_for(user=_plain(user), now=timezone.now(), verified=verified)


def _plain(user: Any) -> User:
    """Return the account behind the lazy wrappers."""
    return user  # type: ignore[no-any-return]
