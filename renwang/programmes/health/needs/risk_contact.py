"""Somebody met an infected person, or has come back from a risk area."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Self

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import SealedTextField
from renwang.loop.cases.kinds import register
from renwang.loop.cases.models import Need
from renwang.loop.rounds.rules import VEHICLES


@register
class RiskContact(Need):
    """A person whose movements or contacts must be looked into, and who may have to be observed at home."""

    code = "health.risk_contact"
    label = _("Risk contact or travel")
    icon = "route"
    office = "health"
    findings = frozenset({"risk_travel", "exposure"})
    met_by = ("health.medical_visit", "health.thermometer", "general.help")
    seen_by = frozenset({"health_officer", "street_officer", "village_cadre"})
    example = {
        "travel": {"place": "武汉", "returned_on": "2020-02-14", "vehicle": "truck"},
        "contact": {"with": "a driver of the same lorry", "on": "2020-02-13"},
    }
    is_sensitive = True

    # Movements and contacts are sealed, dates too: a date and a place together name a person.
    place = SealedTextField(_("where they have been"), null=True, blank=True)
    returned_on = SealedTextField(_("came back on"), null=True, blank=True)
    vehicle = SealedTextField(_("how they travelled"), null=True, blank=True)
    met_whom = SealedTextField(_("whom they met"), null=True, blank=True)
    met_on = SealedTextField(_("met on"), null=True, blank=True)

    class Meta:
        verbose_name = _("risk contact or travel")

    def __str__(self) -> str:
        return f"risk contact {self.pk}"

    @classmethod
    def from_answers(cls, part: Mapping[str, Any]) -> Self:
        travel, contact = part.get("travel") or {}, part.get("contact") or {}
        told = {
            "place": travel.get("place"),
            "returned_on": travel.get("returned_on"),
            "vehicle": travel.get("vehicle"),
            "met_whom": contact.get("with"),
            "met_on": contact.get("on"),
        }
        return cls(**{name: str(value or part.get(name)) for name, value in told.items() if value or part.get(name)})

    def is_urgent(self) -> bool:
        return bool(self.met_whom or self.met_on)

    def time_to_meet(self) -> timedelta:
        # Epidemiological inquiry is finished within a day of the report; who met an infected person is asked first.
        return timedelta(hours=6) if self.is_urgent() else timedelta(hours=24)

    def in_words(self) -> str:
        said = []
        if self.place:
            vehicle = VEHICLES.get(self.vehicle or "", self.vehicle or "")
            said.append(gettext("came from %(place)s") % {"place": self.place})
            said += [part for part in (self.returned_on or "", str(vehicle)) if part]
        if self.met_whom or self.met_on:
            said.append(gettext("met %(whom)s") % {"whom": self.met_whom or "?"})
            said += [self.met_on] if self.met_on else []
        return " · ".join(said)
