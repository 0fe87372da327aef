"""A larger demo, made at the hour at which nobody works."""

import datetime as dt

import pytest

from renwang.drill.play import Plan, play
from renwang.foundation.audit import queries as audit
from renwang.foundation.audit.actions.door import ledger_key
from renwang.foundation.channels.models import Message
from renwang.loop.rounds.models import CheckIn, Contact
from renwang.loop.rounds.rules import ContactState

from .conftest import analyse


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_shortly_after_midnight_the_day_has_begun_and_nobody_was_woken(let_go: None) -> None:
    now = dt.datetime(2020, 2, 18, 16, 9, tzinfo=dt.UTC)  # nine past midnight in Fangzi
    play(Plan(now=now, households=300, days=3, seed=11), say=analyse)
    today = Contact.objects.filter(day=dt.date(2020, 2, 19))
    # Some have used their link, and where something is amiss they are called; no message goes out in the quiet hours.
    reached = today.filter(state=ContactState.REACHED)
    assert today.count() > 250 and 0 < reached.count() / today.count() < 0.3
    assert reached.filter(mode="self_report").count() > reached.count() / 2
    assert not Message.objects.filter(
        about="rounds.contact", about_id__in=today.values("pk"), wired_at__isnull=False
    ).exists()
    yesterday = Contact.objects.filter(day=dt.date(2020, 2, 18))
    assert yesterday.filter(state=ContactState.REACHED).count() / yesterday.count() > 0.85
    assert not CheckIn.objects.filter(received_at__gt=now).exists()
    assert list(audit.verify(key=ledger_key())) == []
