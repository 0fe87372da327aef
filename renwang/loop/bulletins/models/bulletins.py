"""Bulletins, their sections, and which areas have one drafted every day.

The database itself refuses to change what is published: see the triggers in the first migration.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.models import CodeField

from ..rules import BulletinStatus


class Plan(models.Model):
    """Whether an area has a bulletin drafted every day, and at which hour of the day."""

    area = CodeField(_("area"), primary_key=True)
    hour = models.PositiveSmallIntegerField(_("hour of the day"), default=17)
    is_wanted = models.BooleanField(_("drafted every day"), default=True)

    class Meta:
        verbose_name = _("plan of bulletins")
        constraints = [models.CheckConstraint(condition=models.Q(hour__lte=23), name="plan_hour_is_of_a_day")]

    def __str__(self) -> str:
        return f"{self.area} {self.hour}:00"


class Bulletin(models.Model):
    """One area's bulletin of one day: a draft, or published and for ever as it was. A correction is a row of its own."""

    area = CodeField(_("area"))
    day = models.DateField(_("day"))
    status = models.CharField(_("status"), max_length=10, choices=BulletinStatus.choices, default=BulletinStatus.DRAFT)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    lead = models.TextField(_("opening words"), max_length=2000, blank=True)
    lead_en = models.TextField(_("opening words in English"), max_length=3000, blank=True)
    year = models.PositiveSmallIntegerField(_("year of its number"), null=True, blank=True)
    number = models.PositiveIntegerField(
        _("number in the year"), null=True, blank=True
    )  # 第 N 期, given on publication
    revision = models.PositiveSmallIntegerField(_("correction"), default=0)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    correction_note = models.TextField(_("what the correction changes"), max_length=600, blank=True)
    correction_note_en = models.TextField(_("what the correction changes, in English"), max_length=900, blank=True)
    figures_at = models.DateTimeField(_("figures as of"), null=True, blank=True)
    made_at = models.DateTimeField(_("drafted at"))
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(
        _("version"), default=1
    )  # of a draft: two editors do not overwrite one another
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    seal = models.CharField(_("seal of what was published"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("bulletin")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "day"], condition=models.Q(status="draft"), name="one_draft_of_a_day_in_an_area"
            ),
            models.UniqueConstraint(
                fields=["area", "day"], condition=models.Q(status="published"), name="one_bulletin_of_a_day_in_force"
            ),
            models.UniqueConstraint(
                fields=["area", "year", "number", "revision"], name="bulletin_number_is_given_once"
            ),
        ]
        indexes = [models.Index(fields=["area", "-day"], name="bulletin_by_day")]

    def __str__(self) -> str:
        return self.title


class BulletinSection(models.Model):
    """One part of a bulletin, in both languages. Its text names figures by placeholders: "{outreach.coverage}"."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="sections")
    kind = models.CharField(_("kind of section"), max_length=60)
    order = models.PositiveSmallIntegerField(_("order"))
    heading = models.CharField(_("heading"), max_length=80)
    heading_en = models.CharField(_("heading in English"), max_length=120, blank=True)
    text = models.TextField(_("text"), max_length=6000, blank=True)
    text_en = models.TextField(_("text in English"), max_length=9000, blank=True)
    # Columns of the table under the text, one row for each area below: placeholders' insides, separated by blanks.
    columns = models.CharField(_("columns of its table"), max_length=400, blank=True)
    is_edited = models.BooleanField(_("words changed by hand"), default=False)  # then no refresh writes over them
    is_left_out = models.BooleanField(_("left out"), default=False)

    class Meta:
        verbose_name = _("section of a bulletin")
        ordering = ["bulletin_id", "order"]
        constraints = [models.UniqueConstraint(fields=["bulletin", "kind"], name="section_is_in_bulletin_once")]

    def __str__(self) -> str:
        return self.heading
