"""What was tried, what was told, what it means."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import SealedTextField
from renwang.loop.registry.models import Division, Subject

from ..rules import Outcome, Staleness
from .contacts import Contact


class CheckIn(models.Model):
    """What one household said, exactly as told. Never changed; a correction is another check-in."""

    submission_id = models.UUIDField(unique=True)  # made where it was typed, so that twice is once
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="check_ins")
    # db_index=False here and below: another index begins with the same column, and each costs every check-in.
    household = models.ForeignKey(Subject, models.PROTECT, related_name="+", db_index=False)
    told_by = models.ForeignKey(Subject, models.PROTECT, null=True, blank=True, related_name="+")
    mode = models.CharField(_("mode"), max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    told = SealedTextField(_("as told"))  # JSON, sealed: it speaks of health and movements
    all_well = models.BooleanField(_("all well, nothing needed"))
    is_partial = models.BooleanField(_("partial"), default=False)
    staleness = models.CharField(_("came too late because"), max_length=20, choices=Staleness.choices, blank=True)
    told_at = models.DateTimeField(_("told at"))
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("check-in")
        indexes = [models.Index(fields=["household", "-told_at"], name="check_in_by_household")]

    def __str__(self) -> str:
        return f"{self.household_id} {self.told_at:%Y-%m-%d %H:%M}"

    @property
    def answers(self) -> Mapping[str, Any]:
        """What was told, opened: see rounds.rules.answers for its shape."""
        opened: dict[str, Any] = json.loads(self.told or "{}")
        return opened


class Waiting(models.Model):
    """One check-in that is kept and acknowledged, and whose findings are still to be worked out: the row is the promise."""

    check_in = models.OneToOneField(
        CheckIn,
        models.CASCADE,
        primary_key=True,
        # Written in one statement with the check-in and gone within moments; to check it again costs more than to keep it.
        db_constraint=False,
    )
    is_set_aside = models.BooleanField(
        default=False
    )  # it failed alone: a promise tries it again, and a person hears of it

    class Meta:
        verbose_name = _("check-in to be worked out")

    def __str__(self) -> str:
        return str(self.check_in_id)


class Attempt(models.Model):
    """One try to reach a household, and how it ended."""

    submission_id = models.UUIDField(unique=True)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="attempts", db_index=False)
    mode = models.CharField(_("mode"), max_length=20)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("attempt")
        indexes = [models.Index(fields=["contact", "at"], name="attempt_by_contact")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.mode} {self.outcome}"


class Finding(models.Model):
    """One thing a check-in says that somebody must know: of one person or of the household."""

    check_in = models.ForeignKey(CheckIn, models.PROTECT, related_name="findings", db_index=False)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=40)  # "fever", "needs_food"… which a need says it answers
    about = models.CharField(max_length=60)  # where in the answers: "members/17", "needs/food"
    found_at = models.DateTimeField(_("found at"))

    class Meta:
        verbose_name = _("finding")
        constraints = [models.UniqueConstraint(fields=["check_in", "kind", "about"], name="finding_is_kept_once")]
        indexes = [models.Index(fields=["kind", "found_at"], name="finding_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
