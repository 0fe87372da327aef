"""How much each mode of a round brings in, over time."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import TruncDay, TruncHour
from django.utils import timezone

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.foundation.channels.models import Message

from ..models import Attempt, CheckIn, Contact, Round
from ..rules import PartState
from ..rules.yields import DAY, HOUR, Yield, by_mode
from .rounds import parts_seen
from .texts import ABOUT

BY_HOUR_FOR = timedelta(days=4)


def yields_of(*, viewer: Actor, asking: Round, now: datetime) -> tuple[dict[str, list[Yield]], bool]:
    """Return ({mode: asked and answered by moment}, whether a moment is an hour): by hour in its first four days, then by day.

    Asked: the messages queued, the tries noted, and the answers of modes by which a person or the household itself asks.
    """
    begun = asking.opened_at or asking.made_at
    parts = parts_seen(viewer=viewer, round_ids=[asking.pk])
    last = parts.aggregate(day=Max("contact__day"))["day"] or timezone.localdate(now)
    # Of a round that is over, the days it lasted count, not how long ago it was.
    is_hourly = last - timezone.localdate(begun) < BY_HOUR_FOR
    trunc = TruncHour if is_hourly else TruncDay
    answered = _counted(
        CheckIn.objects.filter(pk__in=parts.filter(state=PartState.ANSWERED).values("check_in_id")).annotate(
            moment=trunc("told_at")
        )
    )
    tries = _counted(
        Attempt.objects.filter(
            in_scope("contact__division_id", viewer.areas("rounds.view")), contact__parts__round=asking
        )
        .exclude(mode="sms")
        .annotate(moment=trunc("at"))
    )
    contacts = Contact.objects.filter(pk__in=parts.values("contact_id"), texted__gt=0)
    texts = (
        Message.objects.filter(about=ABOUT, about_id__in=contacts.values("pk"))
        .exclude(fault="cancelled", wired_at__isnull=True)
        .annotate(moment=trunc("not_before"))
        .order_by()
        .values_list("moment")
        .annotate(n=Count("pk"))
    )
    asked = dict(tries)
    for key, count in answered.items():
        if key[1] != "sms":
            asked[key] = asked.get(key, 0) + count
    for moment, count in texts:
        asked[moment, "sms"] = int(count)
    return by_mode(asked, answered, HOUR if is_hourly else DAY), is_hourly


def _counted(rows: QuerySet[Any]) -> dict[tuple[datetime, str], int]:
    found = rows.order_by().values_list("moment", "mode").annotate(n=Count("pk"))
    return {(moment, mode): int(count) for moment, mode, count in found}
