"""What the provisions office can give."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from renwang.loop.fulfilment.kinds import Resource, register


@register
class FoodParcel(Resource):
    """Flour, oil, vegetables for one household and about a week."""

    code = "provisions.food_parcel"
    label = _("Food parcel")
    unit = pgettext_lazy("unit", "parcel")
    icon = "basket"
    example = "1"


@register
class MedicineBox(Resource):
    """A medicine, by the box, fetched for somebody."""

    code = "provisions.medicine"
    label = _("Medicine, fetched")
    unit = pgettext_lazy("unit", "box")
    icon = "pill"
    example = "2"
