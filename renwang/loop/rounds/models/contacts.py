"""One household, one day, one contact: the promise to ask once, kept by a constraint."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.loop.registry.models import Division, Subject

from ..rules import Because, ContactState, Disposition, PartState
from .rounds import Round


class Contact(models.Model):
    """All that the district asks one household in one slot of one day, whichever offices ask."""

    # db_index=False here and below: another index begins with the same column, and each costs every check-in.
    household = models.ForeignKey(Subject, models.PROTECT, related_name="+", db_index=False)
    division = models.ForeignKey(
        Division, models.PROTECT, related_name="+"
    )  # beside the household: the board counts by it
    day = models.DateField(_("day"))
    slot = models.PositiveSmallIntegerField(_("slot"), default=0)  # 1 is the second of a twice-a-day rule
    led_by = models.ForeignKey(Round, models.PROTECT, related_name="+")  # whose mode sequence is followed
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    state = models.CharField(_("state"), max_length=10, choices=ContactState.choices, default=ContactState.DUE)
    disposition = models.CharField(
        _("disposition"), max_length=12, choices=Disposition.choices, default=Disposition.REGISTERED
    )
    step = models.PositiveSmallIntegerField(default=0)  # where in the mode sequence
    mode = models.CharField(_("mode"), max_length=20)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)  # in this step
    texted = models.PositiveSmallIntegerField(
        default=0
    )  # the step and try a message was queued for: 10 × step + try, from 1
    letter = models.CharField(max_length=1, blank=True)  # where families share a phone: which of them answers
    next_try_at = models.DateTimeField(_("next try at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    because = models.CharField(_("why not reached"), max_length=20, choices=Because.choices, blank=True)
    has_phone = models.BooleanField(_("has a phone that works"), default=True)
    closed_because = models.CharField(_("closed because"), max_length=120, blank=True)  # a person's words
    asked_again_because = models.CharField(_("asked again because"), max_length=120, blank=True)  # after a refusal

    class Meta:
        verbose_name = _("contact")
        constraints = [
            # Ask once: the database itself refuses a second contact in the same slot of a day.
            models.UniqueConstraint(fields=["household", "day", "slot"], name="household_is_asked_once")
        ]
        indexes = [
            # With the mode, the board counts a day without touching the table.
            models.Index(fields=["day", "division", "state", "mode"], name="contact_by_area"),
            models.Index(fields=["user", "state", "next_try_at"], name="contact_worklist"),
            models.Index(fields=["state", "next_try_at"], name="contact_next"),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.day}/{self.slot} {self.state}"


class ContactPart(models.Model):
    """One round's share in a contact: each office sees what came of its own questions."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="parts", db_index=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=PartState.choices, default=PartState.ASKED)
    because = models.CharField(max_length=20, choices=Because.choices, blank=True)  # carried or missed
    check_in = models.ForeignKey("rounds.CheckIn", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("part of a contact")
        constraints = [models.UniqueConstraint(fields=["contact", "round"], name="round_is_in_contact_once")]
        indexes = [models.Index(fields=["round", "state"], name="part_by_round")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.round_id} {self.state}"


class Link(models.Model):
    """One signed link for a self-report: for one contact, until a date, used once. The address names the village only."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+", db_index=False)
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("link")
        indexes = [models.Index(fields=["contact", "expires_at"], name="link_by_contact")]

    def __str__(self) -> str:
        return f"{self.contact_id} until {self.expires_at:%Y-%m-%d %H:%M}"
