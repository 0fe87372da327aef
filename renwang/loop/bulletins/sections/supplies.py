"""What was asked for, and what came."""

from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..kinds import Drafted, Figures, Section, register


@register
class SuppliesSection(Section):
    """How much was asked for, promised, received, and confirmed by the households."""

    code = "general.supplies"
    title = _("Goods and visits")
    order = 40
    indicators = ("supplies.requested", "supplies.committed", "supplies.received", "supplies.verified")
    columns = (
        "supplies.requested",
        "supplies.committed",
        "supplies.received",
        "supplies.verified#n",
        "supplies.verified",
    )

    def draft(self, figures: Figures, *, area: str, day: date, language: str) -> Drafted:
        if not figures.has("supplies.requested"):
            return Drafted.of(gettext("Nothing was asked for in the last seven days."))
        return Drafted.of(
            gettext("In the last seven days {supplies.requested} goods and visits were asked for: %(kinds)s.")
            % {"kinds": figures.listed("supplies.requested")},
            gettext("Of these {supplies.committed} were promised and {supplies.received} received."),
            gettext(
                "Households confirmed {supplies.verified#n}, which is {supplies.verified} of what was asked for; only this counts as "
                "progress."
            ),
        )
