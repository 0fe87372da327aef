"""What a firm asks for: seven kinds, each typed, one clock of seven working days."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from renwang.loop.cases.kinds import register
from renwang.loop.cases.models import Need

from ..rules.filings import leading_due

OFFICERS = frozenset(
    {
        "industry_officer",
        "employment_officer",
        "finance_officer",
        "transport_officer",
        "provisions_officer",
        "district_command",
        "street_officer",
        "stationed_cadre",
    }
)


class Asked(Need):
    """What every request of a firm shares."""

    icon = "building-warehouse"
    office = "industry"
    met_by: ClassVar[tuple[str, ...]] = ("enterprise.answer", "general.help")
    seen_by = OFFICERS
    one_at_a_time = False  # a firm lacks workers and lorries in the same week, and twenty welders after ten

    what = models.CharField(_("what is asked for"), max_length=300, blank=True)

    class Meta:
        abstract = True

    def time_to_meet(self) -> timedelta:
        return timedelta(days=9)  # seven working days in an ordinary week; the calendar decides, see due_from

    def due_from(self, opened_at: datetime) -> datetime:
        return leading_due(timezone.localtime(opened_at))

    def in_words(self) -> str:
        return self.what or str(self.label)


@register
class Workers(Asked):
    """People who can work."""

    code = "enterprise.workers"
    label = _("Workers wanted")
    icon = "users"
    office = "employment"
    met_by = ("enterprise.workers", "general.help")
    example = {"what": "welders, two shifts", "people": 12, "from_when": "2020-02-24"}

    people = models.PositiveSmallIntegerField(_("how many"), null=True, blank=True)
    from_when = models.DateField(_("from which day"), null=True, blank=True)

    class Meta:
        verbose_name = _("request for workers")

    def __str__(self) -> str:
        return f"workers {self.pk}"

    def in_words(self) -> str:
        said = []
        if self.people is not None:
            said.append(ngettext("%(n)d worker", "%(n)d workers", self.people) % {"n": self.people})
        said += [self.what] if self.what else []
        if self.from_when:
            said.append(gettext("from %(day)s") % {"day": str(self.from_when)})
        return " · ".join(said) or str(self.label)


@register
class Finance(Asked):
    """Money from a bank."""

    code = "enterprise.finance"
    label = _("Loan or finance wanted")
    icon = "report"
    office = "finance"
    met_by = ("enterprise.loan", "general.help")
    example = {"what": "wages of February", "amount": 80, "months": 6}

    amount = models.PositiveIntegerField(_("amount, in 10 000 yuan"), null=True, blank=True)
    months = models.PositiveSmallIntegerField(_("for how many months"), null=True, blank=True)

    class Meta:
        verbose_name = _("request for finance")

    def __str__(self) -> str:
        return f"finance {self.pk}"

    def in_words(self) -> str:
        said = []
        if self.amount is not None:
            said.append(gettext("%(n)d × 10 000 yuan") % {"n": self.amount})
        if self.months is not None:
            said.append(ngettext("%(n)d month", "%(n)d months", self.months) % {"n": self.months})
        return " · ".join([*said, *([self.what] if self.what else [])]) or str(self.label)


@register
class ProtectiveGoods(Asked):
    """Masks, disinfectant, thermometers."""

    code = "enterprise.protective_goods"
    label = _("Protective goods wanted")
    icon = "mask"
    office = "industry"
    met_by = ("enterprise.masks", "enterprise.disinfectant", "general.help")
    example = {"what": "masks", "pieces": 2000, "days_left": 1}

    pieces = models.PositiveIntegerField(_("how many pieces"), null=True, blank=True)
    days_left = models.PositiveSmallIntegerField(_("days the stock lasts"), null=True, blank=True)

    class Meta:
        verbose_name = _("request for protective goods")

    def __str__(self) -> str:
        return f"protective goods {self.pk}"

    def is_urgent(self) -> bool:
        return self.days_left is not None and self.days_left <= 1

    def in_words(self) -> str:
        said = [self.what] if self.what else []
        if self.pieces is not None:
            said.append(ngettext("%(n)d piece", "%(n)d pieces", self.pieces) % {"n": self.pieces})
        if self.days_left is not None:
            said.append(ngettext("stock for %(n)d day", "stock for %(n)d days", self.days_left) % {"n": self.days_left})
        return " · ".join(said) or str(self.label)


@register
class RawMaterial(Asked):
    """What a firm makes its goods of."""

    code = "enterprise.raw_material"
    label = _("Raw material wanted")
    icon = "package"
    example = {"what": "12 t of cotton yarn, held up in Hebei", "from_where": "河北邢台"}

    from_where = models.CharField(_("from where"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("request for raw material")

    def __str__(self) -> str:
        return f"raw material {self.pk}"

    def in_words(self) -> str:
        return " · ".join(part for part in (self.what, self.from_where) if part) or str(self.label)


@register
class Transport(Asked):
    """Lorries, passes, a way through."""

    code = "enterprise.transport"
    label = _("Transport wanted")
    icon = "truck-delivery"
    office = "transport"
    example = {"what": "a pass for one lorry, castings", "from_where": "坊子", "to_where": "苏州"}

    from_where = models.CharField(_("from where"), max_length=60, blank=True)
    to_where = models.CharField(_("to where"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("request for transport")

    def __str__(self) -> str:
        return f"transport {self.pk}"

    def in_words(self) -> str:
        way = " → ".join(part for part in (self.from_where, self.to_where) if part)
        return " · ".join(part for part in (self.what, way) if part) or str(self.label)


@register
class PolicyQuestion(Asked):
    """Tax, rent, social insurance: what applies to us?"""

    code = "enterprise.policy"
    label = _("Policy to be applied")
    icon = "scale"
    example = {"what": "social insurance of February: may it be paid later?"}

    class Meta:
        verbose_name = _("request about a policy")

    def __str__(self) -> str:
        return f"policy {self.pk}"


@register
class OtherRequest(Asked):
    """Whatever the six others are not."""

    code = "enterprise.other"
    label = _("Another request of a firm")
    icon = "help"
    example = {"what": "the road to the plant is closed"}

    class Meta:
        verbose_name = _("other request")

    def __str__(self) -> str:
        return f"other request {self.pk}"
