"""Where everything lies."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.models import CodeField

from ..rules import DivisionLevel, called


class Division(models.Model):
    """One administrative division. A child's code starts with its parent's, so an area is a range of codes."""

    code = CodeField(_("code"), primary_key=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=DivisionLevel.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    is_internal = models.BooleanField(_("internal code"), default=False)  # not in the national list

    class Meta:
        verbose_name = _("division")
        indexes = [models.Index(fields=["level", "code"], name="division_by_level")]

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """The name in the reader's language: what every screen shows."""
        return called(self.name, self.name_en)
