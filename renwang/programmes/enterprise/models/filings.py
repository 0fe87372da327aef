"""What a firm hands in before it works again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import SealedBytesField, SealedTextField
from renwang.loop.registry.rules import ImportStatus, Verdict

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
    """The workbook of staff that was sent last: checked row by row before anybody of it is taken."""

    filing = models.OneToOneField(Filing, models.CASCADE, primary_key=True, related_name="staff_list")
    filename = models.CharField(_("file"), max_length=200)
    digest = models.CharField(_("digest"), max_length=64, blank=True)  # of the file, so that the same one twice is seen
    blob = SealedBytesField()  # it is full of ID numbers
    status = models.CharField(_("status"), max_length=10, choices=ImportStatus.choices, default=ImportStatus.CHECKING)
    problem = models.CharField(_("problem"), max_length=300, blank=True)  # codes, see the register's verdicts
    sheets = models.TextField(_("sheets"), blank=True)  # the names of the visible ones, a line each, in their order
    unread = models.TextField(_("sheets not read"), blank=True)
    guessed = models.TextField(_("columns taken for something by what they hold"), blank=True)  # lines: title, field
    left_out = models.TextField(_("columns left out"), blank=True)  # their titles, a line each
    rows = models.PositiveIntegerField(_("rows"), default=0)
    rows_new = models.PositiveIntegerField(_("new"), default=0)
    rows_changed = models.PositiveIntegerField(_("changed"), default=0)
    rows_unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rows_wrong = models.PositiveIntegerField(_("wrong"), default=0)
    leaving = models.PositiveIntegerField(_("on the list now and not in the file"), default=0)
    others_leave = models.BooleanField(default=False)  # what the firm chose when it was taken
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("staff list")

    def __str__(self) -> str:
        return f"{self.filing_id} {self.rows}"

    @property
    def rows_good(self) -> int:
        """How many rows can be taken."""
        return self.rows_new + self.rows_changed + self.rows_unchanged


class StaffRow(models.Model):
    """The verdict on one row of a staff list, or on a run of rows that share it. It names fields and reasons; values are sealed."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="staff_rows")
    row_no = models.PositiveIntegerField(_("row"))
    row_to = models.PositiveIntegerField(_("last row"), default=0)  # of a run; nought: the row alone
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices, default=Verdict.INVALID)
    field = models.CharField(_("field"), max_length=80, blank=True)
    message = models.CharField(_("message"), max_length=300, blank=True)  # codes, see the register's verdicts
    detail = SealedTextField(_("what changes"), null=True, blank=True)  # lines: field, old, new

    class Meta:
        verbose_name = _("row of a staff list")
        indexes = [models.Index(fields=["filing", "verdict", "row_no"], name="staff_row_by_verdict")]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.row_no}: {self.verdict}"


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
