"""What is found at a firm: to be put right, to be looked at, to be seen by a doctor."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import SealedTextField
from renwang.loop.cases.kinds import register
from renwang.loop.cases.models import Need

from ..rules.checks import GRAVE, WRONG

WATCH = frozenset({"industry_officer", "district_command", "street_officer", "stationed_cadre"})


@register
class Rectification(Need):
    """What a check of the site found wrong. Found again, its list is renewed."""

    code = "enterprise.rectification"
    label = _("To be put right at a firm")
    icon = "alert-triangle"
    office = "industry"
    met_by = ("enterprise.answer", "general.help")
    seen_by = WATCH
    example = {"items": ["gate_disinfection", "dormitory_rooms"], "note": "eight beds in room 203"}
    choices_of = {"items": WRONG}

    items = models.CharField(_("what is wrong"), max_length=200, blank=True)  # codes of rules.checks.Item, by comma
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("rectification")

    def __str__(self) -> str:
        return f"rectification {self.pk}"

    @classmethod
    def from_answers(cls, part: Mapping[str, Any]) -> Self:
        items = part.get("items") or []
        codes = items.split(",") if isinstance(items, str) else items
        return cls(
            items=",".join(str(code).strip() for code in codes if str(code).strip()), note=str(part.get("note") or "")
        )

    def is_urgent(self) -> bool:
        return bool(GRAVE & set(self.items.split(",")))

    def time_to_meet(self) -> timedelta:
        return timedelta(days=1) if self.is_urgent() else timedelta(days=2)

    def in_words(self) -> str:
        said = [str(WRONG.get(code, code)) for code in self.items.split(",") if code]
        return " · ".join([*said, *([self.note] if self.note else [])]) or str(self.label)


@register
class LookOnTheSpot(Need):
    """The load curve of a firm looks odd: the stationed cadre goes and looks. It says nothing about the firm yet."""

    code = "enterprise.look"
    label = _("Look on the spot")
    icon = "eye"
    office = "industry"
    met_by = ("general.help",)
    seen_by = frozenset({"industry_officer", "district_command", "stationed_cadre"})
    example = {"day": "2020-02-20", "score": 72, "reasons": "flat_load,night_as_day"}

    day = models.DateField(_("day"), null=True, blank=True)
    score = models.PositiveSmallIntegerField(_("score, of 100"), null=True, blank=True)
    reasons = models.CharField(_("reasons"), max_length=300, blank=True)  # words, as the engine's reasons tell

    class Meta:
        verbose_name = _("look on the spot")

    def __str__(self) -> str:
        return f"look {self.pk}"

    @classmethod
    def from_answers(cls, part: Mapping[str, Any]) -> Self:
        told = part.get("day")
        try:
            day = told if isinstance(told, date) else date.fromisoformat(str(told)) if told else None
        except ValueError:
            day = None
        return super().from_answers({**part, "day": day})

    def time_to_meet(self) -> timedelta:
        return timedelta(days=2)

    def in_words(self) -> str:
        said = [gettext("score %(n)d of 100") % {"n": self.score}] if self.score is not None else []
        return " · ".join([*said, *([self.reasons] if self.reasons else [])]) or str(self.label)


@register
class GateFever(Need):
    """Somebody at a gate had more than 37.3 °C."""

    code = "enterprise.gate_fever"
    label = _("Fever at a gate")
    icon = "temperature"
    office = "health"
    met_by = ("general.help",)
    seen_by = frozenset({"health_officer", "district_command", "street_officer", "stationed_cadre"})
    example = {"people": 1, "highest": "38.1", "who": "张工"}
    is_sensitive = True

    people = models.PositiveSmallIntegerField(_("how many"), null=True, blank=True)
    highest = SealedTextField(_("highest temperature in °C"), null=True, blank=True)
    who = SealedTextField(_("who"), null=True, blank=True)

    class Meta:
        verbose_name = _("fever at a gate")

    def __str__(self) -> str:
        return f"gate fever {self.pk}"

    def is_urgent(self) -> bool:
        try:
            return Decimal(self.highest or "0") >= Decimal("38.5") or (self.people or 0) > 1
        except InvalidOperation:
            return False

    def time_to_meet(self) -> timedelta:
        return timedelta(hours=2) if self.is_urgent() else timedelta(hours=6)

    def in_words(self) -> str:
        said = []
        if self.people is not None:
            said.append(ngettext("%(n)d person", "%(n)d persons", self.people) % {"n": self.people})
        said += [f"{self.highest} °C"] if self.highest else []
        return " · ".join([*said, *([self.who] if self.who else [])]) or str(self.label)
