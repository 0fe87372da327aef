"""``setup_district``: the divisions of Fangzi and the ledgers every district has."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.loop.registry import actions
from renwang.loop.registry.engine.divisions import demo_district
from renwang.loop.registry.rules.programmes import STANDARD_PROGRAMMES

from .load_divisions import as_given


class Command(BaseCommand):
    """Enter the shipped list of divisions and the standard ledgers; twice the same changes nothing."""

    help = "Enter Fangzi's divisions (the villages are invented) and the standard ledgers."

    def handle(self, *args: Any, **options: Any) -> None:
        actor, now = Actor.system(), timezone.now()
        done = actions.load_divisions(actor=actor, now=now, divisions=[as_given(row) for row in demo_district().rows])
        ledgers = actions.define_programmes(actor=actor, now=now, programmes=STANDARD_PROGRAMMES)
        self.stdout.write(
            _("%(divisions)d divisions, %(programmes)d ledgers.")
            % {"divisions": done.new + done.changed + done.unchanged, "programmes": len(ledgers.codes)}
        )
