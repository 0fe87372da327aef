"""Enterprises as the register holds them, with what only this programme knows."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import BlindIndexField, SealedTextField
from renwang.loop.registry.models import Subject

from ..rules.enterprises import Site


class Enterprise(models.Model):
    """One enterprise: a profile beside its organisation in the register."""

    subject = models.OneToOneField(Subject, models.CASCADE, primary_key=True, related_name="enterprise")
    industry = models.CharField(_("industry"), max_length=5)  # GB/T 4754: C1751
    is_designated = models.BooleanField(_("of designated size"), default=False)  # 规上
    staff = models.PositiveIntegerField(_("staff"), default=0)
    site = models.CharField(_("site"), max_length=10, choices=Site.choices, default=Site.PLANT)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("enterprise")
        indexes = [
            models.Index(fields=["industry"], name="enterprise_by_industry"),
            models.Index(fields=["is_designated"], name="enterprise_by_size"),
        ]

    def __str__(self) -> str:
        return str(self.subject_id)


class Meter(models.Model):
    """One electricity meter and whose it is, from when to when. Moved to another firm, one row ends and another begins."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="meters")
    number = models.CharField(_("meter number"), max_length=30)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)  # the last day

    class Meta:
        verbose_name = _("meter")
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=models.Q(until__isnull=True), name="meter_belongs_to_one_enterprise"
            ),
            models.UniqueConstraint(fields=["number", "since"], name="meter_begins_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="meter_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Seat(models.Model):
    """One account that speaks for one enterprise, from when to when."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="seats")
    phone = SealedTextField(_("phone"), null=True, blank=True)
    phone_idx = BlindIndexField(source="phone", kind="phone")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("account of an enterprise")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "enterprise"], condition=models.Q(until__isnull=True), name="seat_is_held_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.enterprise_id}"


class Invitation(models.Model):
    """One link by which somebody enters as an enterprise: once, until a date."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="+")
    phone = SealedTextField(_("phone"), null=True, blank=True)
    phone_idx = BlindIndexField(source="phone", kind="phone", db_index=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")

    def __str__(self) -> str:
        return f"{self.enterprise_id} until {self.expires_at:%Y-%m-%d %H:%M}"


class SignInCode(models.Model):
    """One code sent to an enterprise's registered phone: once, for ten minutes, five tries."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="+")
    code = SealedTextField(_("code"))
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("sign-in code")
        indexes = [models.Index(fields=["enterprise", "-made_at"], name="sign_in_code_latest")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.made_at:%Y-%m-%d %H:%M}"


class DayReport(models.Model):
    """What a firm says of one day: how many staff are back, and how much of its capacity it uses."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    staff_back = models.PositiveIntegerField(_("staff at work"))
    capacity_use = models.PositiveSmallIntegerField(_("use of capacity, %"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("day of a firm")
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "day"], name="firm_reports_a_day_once"),
            models.CheckConstraint(condition=models.Q(capacity_use__lte=200), name="capacity_use_is_sane"),
        ]
        indexes = [models.Index(fields=["day"], name="firm_day_by_day")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.day}"
