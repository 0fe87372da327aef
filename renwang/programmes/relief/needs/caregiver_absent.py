"""Whoever cares for a child, an old or a disabled person is away."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from renwang.loop.cases.kinds import register
from renwang.loop.cases.models import Need


@register
class CaregiverAbsent(Need):
    """Somebody who cannot look after themselves is alone: their caregiver is ill, in isolation or held up elsewhere."""

    code = "relief.caregiver_absent"
    label = _("Nobody to care for them")
    icon = "heart-handshake"
    office = "civil"
    findings = frozenset({"caregiver_absent"})
    met_by = ("relief.carer_visit", "general.help")
    seen_by = frozenset({"civil_officer", "relief_officer", "street_officer", "village_cadre"})
    example = {"who": "the grandmother, 84", "until": "2020-03-01", "what": "meals and help to get up"}

    who = models.CharField(_("who needs care"), max_length=300, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    what = models.CharField(_("what must be done"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("absent caregiver")

    def __str__(self) -> str:
        return f"caregiver absent {self.pk}"

    @classmethod
    def from_answers(cls, part: Mapping[str, Any]) -> Self:
        return super().from_answers({**part, "until": _day(part.get("until"))})

    def is_urgent(self) -> bool:
        # On 29 January 2020 a disabled boy died in Huanggang whose father had been taken into isolation.
        return True

    def time_to_meet(self) -> timedelta:
        return timedelta(hours=6)

    def in_words(self) -> str:
        said = [part for part in (self.who, self.what) if part]
        if self.until:
            said.append(gettext("until %(day)s") % {"day": self.until.isoformat()})
        return " · ".join(said)


def _day(told: Any) -> date | None:
    """Return the day that was told; nothing where it is none: the words of the check-in keep it."""
    if isinstance(told, date):
        return told
    try:
        return date.fromisoformat(str(told)) if told else None
    except ValueError:
        return None
