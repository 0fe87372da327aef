"""What a firm hands in before it works again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import SealedBytesField, SealedTextField

from ..rules.filings import Status
from .enterprises import Enterprise


class Filing(models.Model):
    """One resumption filing: from the first word to work again."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="filings")
    is_current = models.BooleanField(default=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    plan = models.TextField(_("plan of prevention"), max_length=4000, blank=True)
    resumes_on = models.DateField(_("wants to begin on"), null=True, blank=True)
    masks = models.PositiveIntegerField(_("masks in stock"), default=0)
    masks_a_day = models.PositiveIntegerField(_("masks used a day"), default=0)
    disinfectant = models.DecimalField(_("disinfectant in stock, kg"), max_digits=9, decimal_places=1, default=0)
    disinfectant_a_day = models.DecimalField(
        _("disinfectant used a day, kg"), max_digits=9, decimal_places=1, default=0
    )
    thermometers = models.PositiveIntegerField(_("thermometers"), default=0)
    signed_by = models.CharField(_("signed by"), max_length=60, blank=True)
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    signature = SealedBytesField(null=True)  # the strokes as a picture, drawn on the screen
    begun_at = models.DateTimeField(_("begun at"))
    filed_at = models.DateTimeField(_("filed at"), null=True, blank=True)
    answer_due_at = models.DateTimeField(_("to be answered by"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    resumed_at = models.DateTimeField(_("at work since"), null=True, blank=True)

    class Meta:
        verbose_name = _("resumption filing")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=models.Q(is_current=True), name="enterprise_has_one_current_filing"
            )
        ]
        indexes = [
            models.Index(fields=["status", "answer_due_at"], name="filing_by_clock"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.status}"


class FilingStep(models.Model):
    """One change of a filing, seen by both sides."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="steps")
    old = models.CharField(max_length=10, choices=Status.choices, blank=True)
    new = models.CharField(max_length=10, choices=Status.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("step of a filing")
        indexes = [models.Index(fields=["filing", "at"], name="filing_step_in_order")]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.old} → {self.new}"


class StaffList(models.Model):
    """The workbook of staff who come back, with its count of good and wrong rows."""

    filing = models.OneToOneField(Filing, models.CASCADE, primary_key=True, related_name="staff_list")
    filename = models.CharField(_("file"), max_length=200)
    blob = SealedBytesField()  # it is full of ID numbers
    rows = models.PositiveIntegerField(_("rows"), default=0)
    rows_wrong = models.PositiveIntegerField(_("wrong"), default=0)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("staff list")

    def __str__(self) -> str:
        return f"{self.filing_id} {self.rows}"


class Worker(models.Model):
    """One member of staff who comes back."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="workers")
    row_no = models.PositiveIntegerField(_("row"))
    name = SealedTextField(_("name"))
    id_number = SealedTextField(_("ID number"), null=True, blank=True)
    phone = SealedTextField(_("phone"), null=True, blank=True)
    comes_from = SealedTextField(_("comes from"), null=True, blank=True)
    was_in_risk_area = SealedTextField(_("was in a risk area"), null=True, blank=True)  # "yes", "no"
    in_dormitory = models.BooleanField(_("lives in the dormitory"), default=False)

    class Meta:
        verbose_name = _("member of staff")
        constraints = [models.UniqueConstraint(fields=["filing", "row_no"], name="staff_row_is_kept_once")]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.row_no}"


class StaffFault(models.Model):
    """What is wrong with one row of a staff list: the field and the reason, never the value."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="faults")
    row_no = models.PositiveIntegerField(_("row"))
    field = models.CharField(_("field"), max_length=20, blank=True)
    message = models.CharField(_("message"), max_length=300)

    class Meta:
        verbose_name = _("fault in a staff list")
        indexes = [models.Index(fields=["filing", "row_no"], name="staff_fault_in_order")]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.row_no}"
