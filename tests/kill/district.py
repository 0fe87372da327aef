"""A district for the kills, in a process of its own with the settings of a real one: `prepare` fills it, `look` tells what is in it."""

import datetime as dt
import json
import os
import sys
from collections import Counter
from typing import Any

HOUSEHOLDS = 4000


def prepare() -> dict[str, Any]:
    """Fill an empty database; return a device's token and a (contact, person) pair for each household."""
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from renwang.foundation.access import queries as access
    from renwang.foundation.access.models import Grant, User
    from renwang.foundation.access.rules import Actor
    from renwang.loop.registry.models import Division, Household, Membership, Person, Subject
    from renwang.loop.rounds import actions, queries
    from renwang.loop.rounds.actions import RoundDraft
    from renwang.loop.rounds.models import Contact, Device

    now = timezone.now()
    today, system = timezone.localdate(now), Actor.system()
    Division.objects.create(code="370704", name="坊子区", level="district")
    village = Division.objects.create(code="370704006", name="九龙街道", level="street", parent_id="370704")

    def subjects(kind: str) -> list[Any]:
        made = [
            Subject(kind=kind, name=f"户{n}", division=village, added_at=now, changed_at=now) for n in range(HOUSEHOLDS)
        ]
        return list(Subject.objects.bulk_create(made, batch_size=1000))

    homes, heads = subjects("household"), subjects("person")
    Household.objects.bulk_create([Household(subject=row, number=f"K{n}") for n, row in enumerate(homes)])
    Person.objects.bulk_create([Person(subject=row) for row in heads])
    pairs = zip(heads, homes, strict=True)
    Membership.objects.bulk_create(
        [Membership(person=person, household=home, relation="head", since=today) for person, home in pairs]
    )
    officer = User.objects.create(username="officer", name="王街道", made_at=now)
    Grant.objects.create(user=officer, role="street_officer", area=village.code, since=now - dt.timedelta(days=1))
    draft = RoundDraft(
        title="排查",
        office="health",
        area="370704",
        opens_on=today,
        closes_on=today + dt.timedelta(days=1),
        everybody=True,
    )
    actions.open_round(actor=system, now=now, round_id=actions.draft_round(actor=system, now=now, draft=draft).round_id)
    actions.plan_day(actor=system, now=now, day=today)
    actor = access.actor_for(user=officer, now=now, verified=True)
    device = actions.enrol_device(actor=actor, now=now, name="kill")
    person_of = {home.pk: person.pk for home, person in zip(homes, heads, strict=True)}
    return {
        "token": queries.device_token_of(Device.objects.get(pk=device.device_id)),
        "pairs": [(pk, person_of[home]) for pk, home in Contact.objects.values_list("pk", "household_id")],
    }


def look() -> dict[str, Any]:
    """Tell what is kept, what followed from it, how often, and whether the ledger holds."""
    from renwang.foundation.audit import queries as audit
    from renwang.foundation.audit.actions.door import ledger_key
    from renwang.foundation.audit.models import Entry
    from renwang.loop.cases.models import Case
    from renwang.loop.rounds.models import CheckIn, Contact, Finding, Waiting

    kept = {str(number): pk for pk, number in CheckIn.objects.values_list("pk", "submission_id")}

    def told_in(name: str) -> Counter[int]:
        lists = Entry.objects.filter(name=name).values_list("facts__check_in_ids", flat=True)
        return Counter(pk for ids in lists for pk in ids)

    return {
        "waiting": Waiting.objects.count(),
        "kept": kept,
        "received": told_in("rounds.receive_check_ins"),
        "worked_out": told_in("rounds.work_out_check_ins"),
        "findings": Counter(Finding.objects.values_list("check_in_id", flat=True)),
        "cases": Counter(Case.objects.values_list("finding__check_in_id", flat=True)),
        "not_reached": list(
            Contact.objects.filter(pk__in=CheckIn.objects.values("contact_id"))
            .exclude(state="reached")
            .values_list("pk", flat=True)
        ),
        "by_other": CheckIn.objects.exclude(by__username="officer").count(),
        "faults": [str(fault) for fault in audit.verify(key=ledger_key())],
    }


def waiting() -> int:
    """Return how many check-ins wait to be worked out."""
    from renwang.loop.rounds.models import Waiting

    return Waiting.objects.count()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    print(json.dumps({"prepare": prepare, "look": look, "waiting": waiting}[sys.argv[1]]()))
