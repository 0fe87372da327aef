"""An office's own form, its versions, and what each column is filled with."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import SealedBytesField
from renwang.foundation.access.models import CodeField
from renwang.loop.registry.models import Programme
from renwang.loop.rounds.models import Question

from ..rules import FileKind, Level


class Form(models.Model):
    """One form that an office wants filled, again and again, whatever its columns are this week."""

    name = models.CharField(_("name"), max_length=80)
    office = models.CharField(_("office"), max_length=20, blank=True)  # empty: a subdistrict's or village's own
    area = CodeField(_("area"))  # whose form it is; it may be filled for any part of it
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")  # whom it lists
    daily_at = models.TimeField(_("fills itself every day at"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("form")
        constraints = [
            models.UniqueConstraint(fields=["area", "office", "name"], name="form_has_one_name_in_its_office")
        ]
        indexes = [models.Index(fields=["daily_at"], name="form_by_hour", condition=models.Q(daily_at__isnull=False))]

    def __str__(self) -> str:
        return self.name


class FormVersion(models.Model):
    """The empty form as the office sent it once. A form with other columns is another version."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    filename = models.CharField(_("file"), max_length=200)
    kind = models.CharField(_("kind of file"), max_length=4, choices=FileKind.choices)
    blob = SealedBytesField()  # empty, yet it may name people: who signs, who is to be called
    digest = models.CharField(_("digest"), max_length=64)
    place = models.CharField(_("sheet or table"), max_length=80)
    level = models.CharField(_("one row for each"), max_length=10, choices=Level.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("sent at"))

    class Meta:
        verbose_name = _("version of a form")
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="version_number_is_unique_in_its_form")]

    def __str__(self) -> str:
        return f"{self.form_id}/{self.number}"


class FormColumn(models.Model):
    """One column of one version, and what it is filled with. Undecided: a person is asked once."""

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="columns")
    position = models.PositiveSmallIntegerField(_("column"))  # from 1
    title = models.CharField(_("title"), max_length=200)
    key = models.CharField(max_length=200)  # the title as it is compared from version to version
    field = models.CharField(_("filled with"), max_length=120, blank=True)  # a code of rules.fields; empty: left empty
    is_decided = models.BooleanField(_("decided"), default=False)
    question = models.ForeignKey(Question, models.PROTECT, null=True, blank=True, related_name="+")  # asked for it

    class Meta:
        verbose_name = _("column of a form")
        ordering = ["version_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="column_stands_once_in_its_version")
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"
