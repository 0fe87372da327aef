"""`renwang manage setup_duties`: the duties a district of Shandong has."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from renwang.foundation.access.rules import Actor

from ...actions import define_duties
from ...models import Duty
from ...rules import STANDARD_DUTIES


class Command(BaseCommand):
    """Defines the standard duties that are not there yet; what a district has changed stays."""

    help = "Define the standard duties (helper, village party secretary, grid worker …) that are not there yet."

    def handle(self, *args: Any, **options: Any) -> None:
        known = set(Duty.objects.values_list("code", flat=True))
        missing = [duty for duty in STANDARD_DUTIES if duty.code not in known]
        if missing:
            define_duties(actor=Actor.system(), now=timezone.now(), duties=missing)
        self.stdout.write(f"{len(missing)} duties defined, {len(known)} were there.")
