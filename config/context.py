"""What every template may name."""

from typing import Any

from django.http import HttpRequest


def actor(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``actor``: who looks, and what they may do; None before the middleware has set one."""
    return {"actor": getattr(request, "actor", None)}
