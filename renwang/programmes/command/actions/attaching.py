"""Keeping attached files."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from renwang.foundation.access.rules import Actor

from ..models import Attachment, Directive, Report
from ..rules import FileTold, check_files


def attach(
    files: Sequence[FileTold],
    *,
    actor: Actor,
    now: datetime,
    directive: Directive | None = None,
    report: Report | None = None,
) -> None:
    """Keep files with a directive or a report; the same content sent twice is one. Raises FileRefused."""
    rows: dict[str, Attachment] = {}
    for told in check_files(files):
        digest = hashlib.sha256(told.content).hexdigest()
        kept = Attachment(directive=directive, report=report, label=told.label, content=told.content, digest=digest)
        kept.size, kept.by_id, kept.at = len(told.content), actor.user_id, now
        rows.setdefault(digest, kept)
    # One statement for each: together they could be larger than what a database takes at once.
    Attachment.objects.bulk_create(rows.values(), batch_size=1)
