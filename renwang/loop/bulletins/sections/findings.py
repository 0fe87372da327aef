"""What people told."""

from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..kinds import Drafted, Figures, Section, register


@register
class FindingsSection(Section):
    """How many findings of which kind the day brought."""

    code = "general.findings"
    title = _("What was found")
    order = 20
    indicators = ("findings.count",)

    def draft(self, figures: Figures, *, area: str, day: date, language: str) -> Drafted:
        if not figures.has("findings.count"):
            return Drafted.of(gettext("What was told today holds no finding that needs anybody to act."))
        return Drafted.of(
            gettext("What was told today holds {findings.count} findings: %(kinds)s.")
            % {"kinds": figures.listed("findings.count")}
        )
