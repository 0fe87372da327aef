"""Any help nobody thought of, so that nobody in the field waits for a developer."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..kinds import Resource, register


@register
class Help(Resource):
    """Somebody's help, by the time."""

    code = "general.help"
    label = _("Help of any kind")
    unit = pgettext_lazy("unit", "time")
    icon = "hand-finger"
    is_goods = False
    example = "1"
