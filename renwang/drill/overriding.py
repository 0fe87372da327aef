"""Settings that are otherwise while a play lasts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.conf import settings

UNSET = object()


@contextmanager
def overridden(changed: Mapping[str, object]) -> Iterator[None]:
    """Let settings have these values meanwhile."""
    before = {name: getattr(settings, name, UNSET) for name in changed}
    try:
        for name, value in changed.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in before.items():
            if value is UNSET:
                delattr(settings, name)
            else:
                setattr(settings, name, value)
