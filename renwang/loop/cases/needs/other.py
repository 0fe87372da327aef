"""Anything nobody thought of: so that nobody in the field waits for a developer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..kinds import register
from ..models.needs import Need


@register
class OtherNeed(Need):
    """A need in the household's own words."""

    code = "general.other"
    label = _("Something else")
    icon = "message-dots"
    office = "command"
    findings = frozenset({"needs_other"})
    met_by = ("general.help",)
    seen_by = frozenset({"street_officer", "village_cadre", "grid_worker"})
    one_at_a_time = False  # two gates may be broken
    example = {"words": "The gate does not close any more."}

    words = models.CharField(_("in their own words"), max_length=300)

    class Meta:
        verbose_name = _("other need")

    def in_words(self) -> str:
        return self.words
