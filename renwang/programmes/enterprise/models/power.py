"""What the meters tell: files that were sent, the method, the index of each day, and each firm's flag. The readings
themselves lie as Parquet, by day, in the data folder."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.models import CodeField

from ..rules.power import FileState, FirmState, Zone
from .enterprises import Enterprise


class ReadingFile(models.Model):
    """One file of readings that was sent."""

    filename = models.CharField(_("file"), max_length=200)
    digest = models.CharField(_("digest"), max_length=64, unique=True)  # the same file twice is one
    state = models.CharField(_("state"), max_length=10, choices=FileState.choices, default=FileState.WAITING)
    unit = models.CharField(_("unit"), max_length=10, default="kwh")
    is_unit_sure = models.BooleanField(_("unit was said"), default=False)
    first = models.DateField(_("first day"), null=True, blank=True)
    last = models.DateField(_("last day"), null=True, blank=True)
    rows = models.PositiveBigIntegerField(_("readings"), default=0)
    meters = models.PositiveIntegerField(_("meters"), default=0)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(_("sent at"))

    class Meta:
        verbose_name = _("file of readings")
        indexes = [models.Index(fields=["-sent_at"], name="reading_file_latest")]

    def __str__(self) -> str:
        return self.filename


class PowerSetting(models.Model):
    """How the index is computed from a moment on: the latest row holds. Cuts of zones are examples until a district sets its own."""

    method = models.CharField(_("method"), max_length=40, default="zhejiang")
    base_from = models.DateField(_("base from"), null=True, blank=True)
    base_to = models.DateField(_("base to"), null=True, blank=True)
    told_size = models.CharField(_("which firms are told of"), max_length=10, default="designated", blank=True)
    recovering_from = models.DecimalField(_("recovering from"), max_digits=6, decimal_places=2, default=50)
    steady_from = models.DecimalField(_("steady from"), max_digits=6, decimal_places=2, default=80)
    look_from = models.PositiveSmallIntegerField(_("look on the spot from score"), default=60)
    notice_on = models.DateField(_("day of a target notice"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("setting of the power index")
        indexes = [models.Index(fields=["-at"], name="power_setting_latest")]

    def __str__(self) -> str:
        return f"{self.method} {self.at:%Y-%m-%d}"


class PowerRun(models.Model):
    """One computation: which days by which method, what it rests on, and what was wrong with the input."""

    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    method = models.CharField(_("method"), max_length=40)
    base_from = models.DateField(_("base from"), null=True, blank=True)  # null: the method's own
    base_to = models.DateField(_("base to"), null=True, blank=True)
    firms = models.PositiveIntegerField(_("enterprises"), default=0)
    firms_read = models.PositiveIntegerField(_("enterprises read"), default=0)
    meters = models.PositiveIntegerField(_("meters"), default=0)
    meters_read = models.PositiveIntegerField(_("meters read"), default=0)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("computation of the index")
        indexes = [models.Index(fields=["-at"], name="power_run_latest")]

    def __str__(self) -> str:
        return f"{self.first} – {self.last} {self.method}"


class PowerNotice(models.Model):
    """Something of the input that a computation (or a file) does not rest on: counted and listed, never silently dropped."""

    run = models.ForeignKey(PowerRun, models.CASCADE, null=True, blank=True, related_name="notices")
    file = models.ForeignKey(ReadingFile, models.CASCADE, null=True, blank=True, related_name="notices")
    code = models.CharField(_("what"), max_length=40)
    count = models.PositiveBigIntegerField(_("how many"))
    examples = models.CharField(_("for example"), max_length=800, blank=True)

    class Meta:
        verbose_name = _("notice")

    def __str__(self) -> str:
        return f"{self.code} {self.count}"


class DayIndex(models.Model):
    """The index of one area, industry and size on one day; empty industry or size: all together. Percentages."""

    day = models.DateField(_("day"))
    area = CodeField(_("area"))
    industry = models.CharField(_("industry"), max_length=3, blank=True)
    size = models.CharField(_("size"), max_length=10, blank=True)
    enterprises = models.PositiveIntegerField(_("enterprises"))
    resumed = models.PositiveIntegerField(_("resumed"))
    resumption_rate = models.DecimalField(_("resumption rate"), max_digits=9, decimal_places=2, null=True)
    production_rate = models.DecimalField(_("production rate"), max_digits=9, decimal_places=2, null=True)
    production_rate_resumed = models.DecimalField(
        _("production rate of the resumed"), max_digits=9, decimal_places=2, null=True
    )
    index = models.DecimalField(_("power index"), max_digits=9, decimal_places=2, null=True)
    kwh = models.DecimalField(_("kWh"), max_digits=20, decimal_places=2, default=0)
    base_kwh = models.DecimalField(_("kWh a day in the base period"), max_digits=20, decimal_places=2, default=0)
    missing = models.PositiveIntegerField(_("not read"), default=0)
    zero_base = models.PositiveIntegerField(_("without a base"), default=0)
    day_change = models.DecimalField(_("change in a day"), max_digits=9, decimal_places=2, null=True)
    week_change = models.DecimalField(_("change in a week"), max_digits=9, decimal_places=2, null=True)
    zone = models.CharField(_("zone"), max_length=12, choices=Zone.choices, blank=True)
    method = models.CharField(_("method"), max_length=40)

    class Meta:
        verbose_name = _("power index of a day")
        constraints = [models.UniqueConstraint(fields=["day", "area", "industry", "size"], name="index_is_kept_once")]
        indexes = [models.Index(fields=["area", "industry", "size", "day"], name="index_by_area")]

    def __str__(self) -> str:
        return f"{self.day} {self.area} {self.index}"


class FirmPower(models.Model):
    """One firm's flag on one day: what it used of its base, and whether that counts as resumed."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="power_days", db_index=False)
    day = models.DateField(_("day"))
    kwh = models.DecimalField(_("kWh"), max_digits=16, decimal_places=2, null=True)
    base_kwh = models.DecimalField(_("kWh a day in the base period"), max_digits=16, decimal_places=2, default=0)
    rate = models.DecimalField(_("% of the base"), max_digits=12, decimal_places=2, null=True)
    is_resumed = models.BooleanField(_("counts as resumed"), default=False)
    state = models.CharField(_("reading"), max_length=10, choices=FirmState.choices)

    class Meta:
        verbose_name = _("power of a firm")
        constraints = [models.UniqueConstraint(fields=["enterprise", "day"], name="firm_power_is_kept_once")]
        indexes = [models.Index(fields=["day"], name="firm_power_by_day")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.day} {self.rate}"


class Suspicion(models.Model):
    """How odd a firm's load curve looks on a day: 0 to 100, and why. For the cadre's eyes; never published by firm."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="suspicions", db_index=False)
    day = models.DateField(_("day"))
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=1)
    reasons = models.CharField(_("reasons"), max_length=300, blank=True)  # codes of the engine, by comma
    is_above = models.BooleanField(_("above the line"), default=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("suspicion")
        constraints = [models.UniqueConstraint(fields=["enterprise", "day"], name="suspicion_is_kept_once")]
        indexes = [models.Index(fields=["day", "-score"], name="suspicion_by_day")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.day} {self.score}"
