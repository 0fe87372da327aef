"""What was issued, and what it asks."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.models import CodeField
from renwang.loop.rounds.models import Round

from ..rules import Cadence, DirectiveStatus, FigureKind, Timetable, Urgency


class Directive(models.Model):
    """One directive of one office: its text, whom it reached is in its copies, and what is asked by when."""

    submission_id = models.UUIDField(unique=True)
    number = models.CharField(_("document number"), max_length=40)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"))
    office = models.CharField(_("office"), max_length=20)
    area = CodeField(_("area"))
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices, default=Urgency.PLAIN)
    acknowledge_by = models.DateTimeField(_("acknowledge by"))
    cadence = models.CharField(_("reports"), max_length=10, choices=Cadence.choices, default=Cadence.NONE)
    report_by = models.DateTimeField(_("first report by"), null=True, blank=True)
    closes_on = models.DateField(_("last day"), null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=DirectiveStatus.choices, default=DirectiveStatus.ISSUED
    )
    issued_at = models.DateTimeField(_("issued at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.CharField(_("reason"), max_length=300, blank=True)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")
    round = models.OneToOneField(Round, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("directive")
        constraints = [
            models.UniqueConstraint(fields=["area", "number"], name="directive_number_is_used_once"),
            models.CheckConstraint(
                condition=models.Q(cadence=Cadence.NONE, report_by__isnull=True)
                | (~models.Q(cadence=Cadence.NONE) & models.Q(report_by__isnull=False)),
                name="directive_says_when_reports_are_due",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "-issued_at"], name="directive_by_area"),
            models.Index(fields=["status", "acknowledge_by"], name="directive_by_deadline"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_in_force(self) -> bool:
        """Whether anything need be done about it."""
        return self.status == DirectiveStatus.ISSUED

    @property
    def timetable(self) -> Timetable:
        """What it asks for by when, in the district's hours."""
        report_by = timezone.localtime(self.report_by) if self.report_by else None
        return Timetable(self.acknowledge_by, self.cadence, report_by, self.closes_on)


SHARES = {"%", "％", "‰"}


class AskedFigure(models.Model):
    """One number that every report on a directive must give."""

    directive = models.ForeignKey(Directive, models.CASCADE, related_name="figures")
    order = models.PositiveSmallIntegerField()
    label = models.CharField(_("figure"), max_length=40)
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    kind = models.CharField(_("written as"), max_length=10, choices=FigureKind.choices, default=FigureKind.WHOLE)

    class Meta:
        verbose_name = _("asked figure")
        ordering = ["directive_id", "order"]
        constraints = [models.UniqueConstraint(fields=["directive", "order"], name="asked_figure_has_its_place")]

    def __str__(self) -> str:
        return self.label

    @property
    def adds_up(self) -> bool:
        """Whether the sum over units says anything: shares do not."""
        return self.unit.strip() not in SHARES
