"""``own_field phone civil``: which office has the last word on a field where two ledgers disagree."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from renwang.foundation.access.rules import ROLES, Actor
from renwang.loop.registry import actions
from renwang.loop.registry.models import FieldOwner
from renwang.loop.registry.rules.changes import DISPUTABLE


class Command(BaseCommand):
    """Let an office own a field; without an office, whoever told first has the last word again; alone, tell who owns what."""

    help = "Say which office has the last word on a field where two ledgers disagree."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("field", nargs="?", choices=sorted(DISPUTABLE))
        offices = sorted({role.office for role in ROLES.values() if role.office})
        parser.add_argument("office", nargs="?", default="", choices=["", *offices])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["field"]:
            actions.own_field(
                actor=Actor.system(), now=timezone.now(), field=options["field"], office=options["office"]
            )
        for one in FieldOwner.objects.order_by("field"):
            self.stdout.write(f"{one.field}\t{one.office}")
