"""What every template may name."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language


def actor(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``actor``: who looks, and what they may do; None before the middleware has set one."""
    return {"actor": getattr(request, "actor", None)}


def demo(_request: HttpRequest) -> dict[str, Any]:
    """Give a demo's templates ``demo_accounts`` (username, role, area, look_at) and ``demo_password``; elsewhere nothing."""
    if not settings.RENWANG_DEMO:
        return {}
    from renwang.drill.cast import PASSWORD, SHOWN  # a real district never loads its invented people

    tongue = 1 if (get_language() or "").startswith("en") else 0
    shown = [
        {
            "username": one.username,
            "role": one.role[tongue],
            "area": one.area[tongue],
            "look_at": one.look_at[tongue],
        }
        for one in SHOWN
    ]
    return {"demo_accounts": shown, "demo_password": PASSWORD}
