"""Who really asks, when a reverse proxy stands in front."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the client's address. Behind a proxy it is the last one in X-Forwarded-For: the proxy wrote that one itself."""
    if settings.RENWANG_BEHIND_PROXY:
        forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    address = request.META.get("REMOTE_ADDR")
    return str(address) if address else None
