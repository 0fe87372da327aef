"""What offices can give a firm."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from renwang.loop.fulfilment.kinds import Resource, register


@register
class WorkersReferred(Resource):
    """People brought together with a firm that wants them."""

    code = "enterprise.workers"
    label = _("Workers brought to a firm")
    unit = pgettext_lazy("unit", "person")
    icon = "users"
    is_goods = False
    example = "12"


@register
class Loan(Resource):
    """A loan that was paid out, not only promised."""

    code = "enterprise.loan"
    label = _("Loan paid out")
    unit = pgettext_lazy("unit", "10 000 yuan")
    icon = "report"
    is_goods = False
    example = "80"


@register
class Masks(Resource):
    """Masks for staff."""

    code = "enterprise.masks"
    label = _("Masks for a firm")
    unit = pgettext_lazy("unit", "mask")
    icon = "mask"
    example = "2000"


@register
class Disinfectant(Resource):
    """Disinfectant for gates and workshops."""

    code = "enterprise.disinfectant"
    label = _("Disinfectant")
    unit = pgettext_lazy("unit", "kg")
    example = "50"


@register
class Answer(Resource):
    """An answer, a permit, a way found: what is not counted in pieces."""

    code = "enterprise.answer"
    label = _("Answer of an office")
    unit = pgettext_lazy("unit", "answer")
    icon = "message"
    is_goods = False
    example = "1"
