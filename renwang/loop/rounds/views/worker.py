"""The pocket's service worker."""

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET

PARTS = (
    "vendor/tabler/tabler.min.css",
    "vendor/htmx/htmx.min.js",
    "vendor/icons.svg",
    "renwang/renwang.css",
    "renwang/bare.css",
    "renwang/theme.js",
    "renwang/dialog.js",
    "renwang/reveal.js",
    "renwang/toast.js",
    "renwang/mark.svg",
    "renwang/desk.css",
    "renwang/my_work.js",
    "rounds/pocket.css",
    "rounds/pocket.js",
    "rounds/outbox.js",
    "rounds/check_in.js",
)


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """Return the worker, with the parts of this version; it serves the pocket (/my/) and nothing else."""
    context = {
        "parts": PARTS,
        "static_url": settings.STATIC_URL,
        "offline_url": reverse("rounds:offline"),
        "version": "1",
    }
    drawn = render_to_string("rounds/sw.js", context)
    # Another name in the cache as soon as any part has changed.
    context["version"] = hashlib.sha256(drawn.encode()).hexdigest()[:12]
    response = HttpResponse(render_to_string("rounds/sw.js", context), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/my/"
    return response
