"""Copies of bulletins on paper."""

from datetime import datetime

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from ..events import CopyTaken


@action
def note_copy(*, actor: Actor, now: datetime, bulletin_id: int, language: str) -> CopyTaken:
    """Keep that somebody took a PDF, whose every page says so. Everybody who is signed in may."""
    actor.check_may_as_oneself("bulletins.note_copy")
    return CopyTaken(bulletin_id=bulletin_id, language=language)
