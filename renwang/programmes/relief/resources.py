"""What the relief office can give."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from renwang.loop.fulfilment.kinds import Resource, register


@register
class RepairVisit(Resource):
    """A craftsman who comes and mends."""

    code = "relief.repair_visit"
    label = _("Visit of a craftsman")
    unit = pgettext_lazy("unit", "visit")
    icon = "tool"
    is_goods = False
    example = "1"


@register
class CoalOrHeater(Resource):
    """Coal by the sack, or a heater."""

    code = "relief.coal_or_heater"
    label = _("Coal or heater")
    unit = pgettext_lazy("unit", "sack or piece")
    icon = "flame"
    example = "4"


@register
class CarerVisit(Resource):
    """A day of somebody who cares for a person at home."""

    code = "relief.carer_visit"
    label = _("Day of care at home")
    unit = pgettext_lazy("unit", "day")
    icon = "heart-handshake"
    is_goods = False
    example = "7"
