"""Who was asked, and who was reached."""

from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..kinds import Drafted, Figures, Section, nothing_to_tell, register


@register
class OutreachSection(Section):
    """How many households were to be asked, how many answered, by which mode, and who is not reached."""

    code = "general.outreach"
    title = _("Outreach")
    order = 10
    indicators = ("outreach.coverage", "outreach.modes", "outreach.unreached")
    columns = ("outreach.coverage#of", "outreach.coverage#n", "outreach.coverage", "outreach.unreached")

    def draft(self, figures: Figures, *, area: str, day: date, language: str) -> Drafted:
        if not figures.has("outreach.coverage"):
            return nothing_to_tell()
        modes = figures.listed("outreach.modes")
        return Drafted.of(
            gettext(
                "Of {outreach.coverage#of} households to be asked, {outreach.coverage#n} were reached: {outreach.coverage}."
            ),
            gettext("They answered by %(modes)s.") % {"modes": modes} if modes else "",
            gettext("Not reached so far: {outreach.unreached} households; their list is being worked off."),
        )
