"""What the health office can give."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from renwang.loop.fulfilment.kinds import Resource, register


@register
class MedicalVisit(Resource):
    """A doctor or nurse who comes and looks."""

    code = "health.medical_visit"
    label = _("Visit of a doctor")
    unit = pgettext_lazy("unit", "visit")
    icon = "stethoscope"
    is_goods = False
    example = "1"


@register
class Thermometer(Resource):
    """A thermometer, lent or given."""

    code = "health.thermometer"
    label = _("Thermometer")
    unit = pgettext_lazy("unit", "piece")
    icon = "temperature"
    example = "1"
