"""Somebody has a fever, or other signs of the illness."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import SealedTextField
from renwang.loop.cases.kinds import register
from renwang.loop.cases.models import Need
from renwang.loop.rounds.rules import HIGHEST, LOWEST, SYMPTOMS

HIGH_FEVER = Decimal("38.5")  # °C
ALARMING = frozenset({"breathless", "chest_pain"})


def check_temperature(told: str) -> None:
    """Raise ValidationError unless the text is a temperature of a living person in °C."""
    try:
        degrees = Decimal(told)
    except InvalidOperation:
        raise ValidationError(_("Write the temperature as a number, for example 37.8.")) from None
    if not Decimal(str(LOWEST)) <= degrees <= Decimal(str(HIGHEST)):
        raise ValidationError(_("A temperature lies between 34 and 43 °C."))


@register
class Fever(Need):
    """A person with a raised temperature or symptoms, to be seen by somebody who can tell what it is."""

    code = "health.fever"
    label = _("Fever or symptoms")
    icon = "temperature"
    office = "health"
    findings = frozenset({"fever", "symptoms"})
    met_by = ("health.medical_visit", "health.thermometer", "general.help")
    seen_by = frozenset({"health_officer", "street_officer", "village_cadre"})
    example = {"temperature": 38.2, "symptoms": ["cough", "tired"]}
    is_sensitive = True
    choices_of = {"symptoms": SYMPTOMS}

    # Law on the Protection of Personal Information, articles 28 and 29: health is sealed, as everywhere in the house.
    temperature = SealedTextField(_("temperature in °C"), null=True, blank=True, validators=[check_temperature])
    symptoms = SealedTextField(_("which symptoms"), null=True, blank=True)

    class Meta:
        verbose_name = _("fever or symptoms")

    def __str__(self) -> str:
        return f"fever {self.pk}"

    @classmethod
    def from_answers(cls, part: Mapping[str, Any]) -> Self:
        temperature, symptoms = part.get("temperature"), part.get("symptoms") or []
        codes = symptoms.split(",") if isinstance(symptoms, str) else symptoms
        return cls(
            temperature=None if temperature in (None, "") else str(temperature),
            symptoms=",".join(str(code).strip() for code in codes if str(code).strip()) or None,
        )

    def is_urgent(self) -> bool:
        degrees = Decimal(self.temperature) if self.temperature else Decimal()
        return degrees >= HIGH_FEVER or bool(ALARMING & set(self._codes()))

    def time_to_meet(self) -> timedelta:
        return timedelta(hours=2) if self.is_urgent() else timedelta(hours=12)

    def in_words(self) -> str:
        said = [f"{self.temperature} °C"] if self.temperature else []
        return " · ".join([*said, *(str(SYMPTOMS.get(code, code)) for code in self._codes())])

    def _codes(self) -> list[str]:
        return self.symptoms.split(",") if self.symptoms else []
