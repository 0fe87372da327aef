"""The district's side of the line, in a process of its own with the settings of a real one."""

import datetime as dt
import json
import os
import sys
from collections import Counter
from typing import Any

MESSAGES = 1500
TEXT = "【坊子区】请您家今天报平安：都好回1；有人发热、咳嗽，或缺粮、缺药、缺煤，请直接写来，例如：发烧38度。没有米了。回复免费，无人回复时会上门看望。第"


def prepare() -> int:
    """Bring an empty database to its form and let messages wait; returns how many."""
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from renwang.foundation.access.rules import Actor
    from renwang.foundation.channels import actions
    from renwang.foundation.channels.actions import MessageToSend

    told = [MessageToSend(key=f"kill:{n}", address=f"154{n:08d}", text=f"{TEXT}{n}户") for n in range(MESSAGES)]
    return len(actions.queue_messages(actor=Actor.system(), now=timezone.now(), messages=told).message_ids)


def waiting() -> int:
    """Return how many messages are still to be written, or are taken and without their receipt."""
    from renwang.foundation.channels.models import Message

    return Message.objects.filter(state__in=["queued", "errored", "sent"]).count()


def look() -> dict[str, Any]:
    """Give up, as two hours later, what nobody answered for; tell where every message and every reply stands."""
    from django.utils import timezone

    from renwang.foundation.access.rules import Actor
    from renwang.foundation.audit import queries as audit
    from renwang.foundation.audit.actions.door import ledger_key
    from renwang.foundation.channels import actions
    from renwang.foundation.channels.models import Incoming, Message

    actions.give_up_messages(actor=Actor.system(), now=timezone.now() + dt.timedelta(hours=2))
    return {
        "messages": [
            {"address": row.address, "state": row.state, "fault": row.fault, "segments": row.segments}
            for row in Message.objects.order_by("pk")
        ],
        "replies": Counter(row.text for row in Incoming.objects.filter(repeat_of=None)),
        "faults": [str(fault) for fault in audit.verify(key=ledger_key())],
    }


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    print(json.dumps({"prepare": prepare, "look": look, "waiting": waiting}[sys.argv[1]]()))
