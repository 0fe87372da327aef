"""What became of needs."""

from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..kinds import Drafted, Figures, Section, register


@register
class CasesSection(Section):
    """How many cases were opened and verified, how long it took, how many are open and overdue."""

    code = "general.cases"
    title = _("Needs and what became of them")
    order = 30
    indicators = ("cases.opened", "cases.verified", "cases.hours", "cases.open", "cases.overdue")
    columns = ("cases.opened", "cases.verified", "cases.open", "cases.overdue")

    def draft(self, figures: Figures, *, area: str, day: date, language: str) -> Drafted:
        verified = gettext(
            "{cases.verified} cases were confirmed as met, {cases.hours} hours after they were found on average."
        )
        return Drafted.of(
            gettext("{cases.opened} cases were opened today."),
            verified if figures.has("cases.verified") else gettext("No case was confirmed as met today."),
            gettext("Open: {cases.open} cases (%(kinds)s).") % {"kinds": figures.listed("cases.open")}
            if figures.has("cases.open")
            else gettext("No case is open."),
            gettext("Overdue: {cases.overdue} cases.") if figures.has("cases.overdue") else gettext("None is overdue."),
        )
