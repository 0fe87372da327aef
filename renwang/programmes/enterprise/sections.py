"""What the bulletin tells of the economy."""

from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from renwang.loop.bulletins.kinds import Drafted, Figures, Section, register


@register
class EconomySection(Section):
    """How many enterprises are at work again, what their meters say, and who had a fever at a gate."""

    code = "enterprise.economy"
    title = _("Resumption of work")
    order = 60
    indicators = ("enterprise.resumed", "enterprise.power_index", "enterprise.gate_fevers")
    columns = ("enterprise.resumed#of", "enterprise.resumed#n", "enterprise.resumed")

    def draft(self, figures: Figures, *, area: str, day: date, language: str) -> Drafted:
        if not figures.has("enterprise.resumed"):
            return Drafted.of()
        return Drafted.of(
            gettext(
                "{enterprise.resumed#n} of {enterprise.resumed#of} enterprises are at work again: {enterprise.resumed}."
            ),
            # The readings of a day come on the next.
            gettext("The power index of resumption is {enterprise.power_index}.")
            if figures.has("enterprise.power_index")
            else "",
            gettext("At their gates {enterprise.gate_fevers} people had a fever.")
            if figures.has("enterprise.gate_fevers")
            else "",
        )
