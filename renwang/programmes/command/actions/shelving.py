"""Putting attached files on the shelf."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings

from renwang.foundation.access.rules import Actor

from ..engine import shelf
from ..models import Attachment, Directive, Report
from ..rules import FileTold, check_files


def shelf_root() -> Path:
    """Return the folder of attached files."""
    return Path(settings.MEDIA_ROOT) / "command"


def attach(
    files: Sequence[FileTold], *, actor: Actor, now: datetime, directive: Directive | None = None, report: Report | None = None
) -> None:
    """Keep files with a directive or a report; the same content sent twice is one. Raises FileRefused.

    The content is written before its row commits: a row never points at nothing, and content without a row harms nobody.
    """
    rows = {}
    for told in check_files(files):
        digest = shelf.put(shelf_root(), told.content)
        rows.setdefault(
            digest,
            Attachment(
                directive=directive,
                report=report,
                label=told.label,
                digest=digest,
                size=len(told.content),
                by_id=actor.user_id,
                at=now,
            ),
        )
    Attachment.objects.bulk_create(rows.values())
