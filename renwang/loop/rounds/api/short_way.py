"""The short way for devices: what carries a bearer token to /api/check-ins passes by cookies, sessions and languages, which
it has no use for. The same decisions, the same answers, a third of the work; any other request goes the usual way.
"""

import json
import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone

from .bearers import actor_of
from .check_ins import kept

PATH = "/api/check-ins"
LONGEST_BODY = 2_500_000  # bytes, as Django's own limit
REASONS = {200: "OK", 201: "Created", 403: "Forbidden", 404: "Not Found", 409: "Conflict", 422: "Unprocessable Content"}
log = logging.getLogger(__name__)

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def short_way(usual: Wsgi) -> Wsgi:
    """Return the application with the short way in front of it."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        bearer = environ.get("HTTP_AUTHORIZATION", "")
        if environ.get("PATH_INFO") != PATH or environ["REQUEST_METHOD"] != "POST" or not bearer.startswith("Bearer "):
            return usual(environ, start_response)
        length = environ.get("CONTENT_LENGTH") or ""
        actor = actor_of(bearer[7:].strip(), now=timezone.now())
        if actor is None or not length.isdigit() or int(length) > LONGEST_BODY:
            return usual(environ, start_response)  # refused there, in words
        try:
            status, body = kept(environ["wsgi.input"].read(int(length)), actor)
        except Exception:
            log.exception("a check-in could not be kept")
            status, body = 500, {"detail": "Not kept. Send it again with the same number."}
        text = json.dumps(body, ensure_ascii=False).encode()
        start_response(
            f"{status} {REASONS.get(status, 'Error')}",
            [("Content-Type", "application/json"), ("Content-Length", str(len(text))), ("Cache-Control", "no-store")],
        )
        return (text,)

    return application
