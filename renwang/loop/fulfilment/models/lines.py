"""What a case asks for, what was promised, what is on its way, what came, and what the household confirms."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.models import CodeField
from renwang.loop.cases.models import Case
from renwang.loop.registry.models import Subject

from ..rules import Quantities, Step


class Offer(models.Model):
    """What somebody has and is ready to give within an area: rice of a shop, hours of a volunteer."""

    resource = models.CharField(_("resource"), max_length=60)  # a code of fulfilment.kinds
    giver = models.ForeignKey(Subject, models.PROTECT, null=True, blank=True, related_name="+")
    giver_name = models.CharField(_("giver"), max_length=80)
    area = CodeField(_("area"))
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=2)
    committed = models.DecimalField(_("committed"), max_digits=12, decimal_places=2, default=0)
    note = models.CharField(_("note"), max_length=120, blank=True)  # which flour, which hours
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("offer")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(committed__gte=0, committed__lte=models.F("quantity")), name="offer_is_not_overdrawn"
            ),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="offer_is_of_something"),
        ]
        indexes = [models.Index(fields=["resource", "area"], name="offer_by_resource")]

    def __str__(self) -> str:
        return f"{self.resource} {self.quantity} {self.giver_name}"

    @property
    def left(self) -> Decimal:
        """What is not promised to anybody yet."""
        return self.quantity - self.committed


class Line(models.Model):
    """One resource a case asks for. Five quantities kept apart; progress counts what was verified, never what was promised."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    resource = models.CharField(_("resource"), max_length=60)
    requested = models.DecimalField(_("requested"), max_digits=12, decimal_places=2)
    committed = models.DecimalField(_("committed"), max_digits=12, decimal_places=2, default=0)
    in_transit = models.DecimalField(_("in transit"), max_digits=12, decimal_places=2, default=0)
    received = models.DecimalField(_("received"), max_digits=12, decimal_places=2, default=0)
    verified = models.DecimalField(_("verified"), max_digits=12, decimal_places=2, default=0)
    lost = models.DecimalField(_("lost on the way"), max_digits=12, decimal_places=2, default=0)
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("line")
        constraints = [
            models.CheckConstraint(condition=models.Q(requested__gt=0), name="line_asks_for_something"),
            models.CheckConstraint(
                condition=models.Q(committed__gte=0, in_transit__gte=0, received__gte=0, verified__gte=0, lost__gte=0),
                name="line_has_no_negative_quantity",
            ),
            models.CheckConstraint(
                condition=models.Q(verified__lte=models.F("received")), name="line_verifies_what_was_received"
            ),
            models.CheckConstraint(
                condition=models.Q(committed__gte=models.F("in_transit") + models.F("received") + models.F("lost")),
                name="line_sends_what_was_committed",
            ),
            models.CheckConstraint(
                condition=models.Q(committed__lte=models.F("requested") + models.F("lost")),
                name="line_commits_what_was_requested",
            ),
        ]
        indexes = [models.Index(fields=["case"], name="line_by_case")]

    def __str__(self) -> str:
        return f"{self.resource} {self.verified}/{self.requested}"

    @property
    def quantities(self) -> Quantities:
        """The quantities as one value, to decide on."""
        return Quantities(self.requested, self.committed, self.in_transit, self.received, self.verified, self.lost)


class Movement(models.Model):
    """One change of one quantity: who, when, how much, from which offer."""

    submission_id = models.UUIDField(unique=True)
    line = models.ForeignKey(Line, models.CASCADE, related_name="movements")
    step = models.CharField(_("step"), max_length=10, choices=Step.choices)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=2)
    offer = models.ForeignKey(Offer, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("movement")
        indexes = [models.Index(fields=["line", "at"], name="movement_by_line")]

    def __str__(self) -> str:
        return f"{self.line_id} {self.step} {self.quantity}"
