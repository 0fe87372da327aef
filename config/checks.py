"""`renwang check --deploy`: is this installation fit for the data of real people?"""

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError
from django.utils import timezone

SHORTEST_SECRET = 50  # characters
WORKER_IS_LATE = timedelta(minutes=10)
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


@register(Tags.security, deploy=True)
def fit_for_real_people(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Say what is wrong and what to do about it."""
    return [*_settings(), *_keys()]


@register(Tags.database, deploy=True)
def the_worker_keeps_up(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn where promises have been due for long: no worker runs, or too few."""
    from renwang.foundation.audit.models import Promise
    from renwang.foundation.audit.rules import PromiseStatus

    if not kwargs.get("databases"):
        return []
    try:
        late = Promise.objects.filter(status=PromiseStatus.DUE, due_at__lt=timezone.now() - WORKER_IS_LATE).count()  # noqa: TID251  # asked by a command
    except DatabaseError:
        return [Error("The database does not have its tables.", "Run `renwang migrate`.", id="renwang.E009")]
    if not late:
        return []
    hint = "Run `renwang worker` as a service beside `renwang serve`."
    return [checks.Warning(f"{late} promises have been waiting for more than ten minutes.", hint, id="renwang.W008")]


def _settings() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield Error("Error pages show the inside of the system.", "Take RENWANG_DEBUG away.", id="renwang.E001")
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        hint = "Take RENWANG_SECRET_KEY away (a good key is made), or make it 50 characters long."
        yield Error("The secret that signs sessions is short.", hint, id="renwang.E002")
    if not settings.RENWANG_HTTPS and not set(settings.ALLOWED_HOSTS) <= LOCAL_HOSTS:
        hint = "Put a proxy with a certificate in front and set RENWANG_HTTPS=1 and RENWANG_BEHIND_PROXY=1."
        yield Error("Passwords and people's data would cross the network in clear.", hint, id="renwang.E003")
    if "*" in settings.ALLOWED_HOSTS or set(settings.ALLOWED_HOSTS) <= LOCAL_HOSTS:
        hint = "Name in RENWANG_HOSTS the names under which browsers ask, and no others."
        said = "Any name is answered." if "*" in settings.ALLOWED_HOSTS else "Only this machine itself is answered."
        yield checks.Warning(said, hint, id="renwang.W004")
    if not settings.RENWANG_SECOND_FACTOR:
        hint = "Take RENWANG_SECOND_FACTOR away: a stolen password alone must not open a whole district."
        yield Error("District roles are not asked for a second factor.", hint, id="renwang.E005")
    if settings.RENWANG_DEMO:
        hint = (
            "Take RENWANG_DEMO away, and begin with an empty database: a demo's passwords and codes are known to all."
        )
        yield Error("This is a demo.", hint, id="renwang.E011")


def _keys() -> Iterator[CheckMessage]:
    folder, data = Path(settings.RENWANG_KEY_DIR), Path(settings.RENWANG_DATA)
    if folder.is_relative_to(data):
        hint = "Set RENWANG_KEY_DIR to a folder that no backup of the data takes along, best on another disk."
        yield Error("The keys lie in the folder of what they lock.", hint, id="renwang.E006")
    for path in sorted(folder.glob("*")) if folder.is_dir() else []:
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Error(f"Others may read the key file {path.name}.", f"chmod 600 {path}", id="renwang.E007")
    if settings.SQLITE:
        name = Path(str(settings.DATABASES["default"]["NAME"]))
        # The folder keeps others out, or the file does.
        if name.is_file() and all(stat.S_IMODE(part.stat().st_mode) & 0o077 for part in (name, name.parent)):
            yield Error(f"Others may read the database {name}.", f"chmod 700 {name.parent}", id="renwang.E010")
