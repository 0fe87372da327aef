"""What the command does by itself: reminding who is late, and bringing reminders to phones."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from renwang.foundation.access.rules import Actor
from renwang.foundation.channels import kinds as channels
from renwang.foundation.channels.actions import MessageToSend, queue_messages

from . import actions, queries

LASTS = timedelta(hours=24)


def remind_who_is_late(now: datetime) -> None:
    """Remind every unit that has let a deadline pass, once for each deadline."""
    if queries.late_and_not_reminded(now=now):
        actions.remind_late(actor=Actor.system(), now=now)


def carry_reminders(payload: Mapping[str, Any], *, now: datetime, report: Callable[[int], None]) -> None:
    """Bring reminders to the work mobiles of those responsible, where there is a line for short messages."""
    if not channels.is_set_up("sms"):
        return
    calls = queries.phones_to_remind(payload["reminder_ids"], now=now)
    # Nobody asks for this message in a language of their own: it is the district's.
    with override(settings.LANGUAGE_CODE):
        messages = [
            MessageToSend(
                key=f"reminder:{one.reminder_id}:{one.user_id}",
                address=one.phone,
                text=_(
                    "%(number)s “%(title)s”: your unit has something to do here, by %(due)s. See Renwang, Directives."
                )
                % {
                    "number": one.number,
                    "title": one.title,
                    "due": f"{timezone.localtime(one.due_at or now):%m-%d %H:%M}",
                },
                about="command.reminder",
                about_id=one.reminder_id,
                area=one.area,
                expires_at=now + LASTS,
            )
            for one in calls
        ]
    if messages:
        queue_messages(actor=Actor.system(), now=now, messages=messages)
