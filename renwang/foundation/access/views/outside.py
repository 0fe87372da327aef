"""Where somebody outside finds a page of ours."""

from django.conf import settings
from django.http import HttpRequest


def address_outside(request: HttpRequest, path: str) -> str:
    """Return the whole address of a path, as a resident's phone reaches it: an office often asks by a name that only it knows."""
    return f"{settings.RENWANG_PUBLIC_URL}{path}" if settings.RENWANG_PUBLIC_URL else request.build_absolute_uri(path)
