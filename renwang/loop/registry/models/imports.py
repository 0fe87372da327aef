"""An office's workbook on its way into the register."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import SealedBytesField, SealedTextField
from renwang.foundation.access.models import CodeField

from ..rules import ImportStatus, Verdict


class ImportBatch(models.Model):
    """One uploaded workbook: checked row by row before anything is written."""

    filename = models.CharField(_("file"), max_length=200)
    digest = models.CharField(_("digest"), max_length=64)  # of the file, so that the same one twice is seen
    blob = SealedBytesField()  # the workbook itself: it is full of ID numbers
    area = CodeField(_("area"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    office = models.CharField(_("office"), max_length=20, blank=True)  # whose ledger it is
    about = models.CharField(
        _("whom it is about"), max_length=14, blank=True
    )  # households, persons, organisations; empty: as it looks
    sheet = models.CharField(_("sheet"), max_length=120, blank=True)
    sheets = models.TextField(_("sheets"), blank=True)  # the names of the visible ones, a line each, in their order
    unread = models.TextField(_("sheets not read"), blank=True)  # those without names of people, and hidden ones
    header_row = models.PositiveIntegerField(_("row of the column titles"), default=0)
    mapping_name = models.CharField(_("name of the form"), max_length=80, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=ImportStatus.choices, default=ImportStatus.CHECKING)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    rows_new = models.PositiveIntegerField(_("new"), default=0)
    rows_changed = models.PositiveIntegerField(_("changed"), default=0)
    rows_unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rows_invalid = models.PositiveIntegerField(_("invalid"), default=0)
    rows_conflict = models.PositiveIntegerField(_("in conflict"), default=0)
    rows_doubtful = models.PositiveIntegerField(_("doubtful"), default=0)
    rows_ignored = models.PositiveIntegerField(_("not data"), default=0)
    # Up to which row of the file the households are entered: where a worker that was killed goes on.
    applied_to = models.PositiveIntegerField(_("entered up to row"), default=0)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        indexes = [
            models.Index(fields=["-uploaded_at"], name="import_latest"),
            models.Index(fields=["digest", "area"], name="import_by_digest"),
        ]

    def __str__(self) -> str:
        return self.filename


class ImportColumn(models.Model):
    """What one column of an import is taken for."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="columns")
    place = models.PositiveSmallIntegerField(_("column"))
    title = models.CharField(_("column title"), max_length=200)
    field = models.CharField(_("field"), max_length=80)  # a code, other:<title>, or - to leave it out
    how = models.CharField(_("how it was recognised"), max_length=10)
    holds = models.CharField(_("holds"), max_length=10)
    examples = SealedTextField(_("examples"), null=True, blank=True)

    class Meta:
        verbose_name = _("column of an import")
        constraints = [models.UniqueConstraint(fields=["batch", "place"], name="import_column_once")]

    def __str__(self) -> str:
        return f"{self.title} → {self.field}"


class ImportRow(models.Model):
    """The verdict on one row, or on a run of rows that share it. It names fields and reasons; values are sealed."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="verdicts", db_index=False)
    row_no = models.PositiveIntegerField(_("row"))
    row_to = models.PositiveIntegerField(_("last row"), default=0)  # of a run; nought: the row alone
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    field = models.CharField(_("field"), max_length=80, blank=True)
    message = models.CharField(
        _("message"), max_length=300, blank=True
    )  # codes, see rules.verdicts; before: a sentence
    detail = SealedTextField(_("what changes"), null=True, blank=True)  # lines: field, old, new

    class Meta:
        verbose_name = _("row of an import")
        indexes = [models.Index(fields=["batch", "verdict", "row_no"], name="import_row_by_verdict")]

    def __str__(self) -> str:
        return f"{self.row_no}: {self.verdict}"


class ImportTrace(models.Model):
    """What an applied import wrote, so that it can be taken back: a run of new subjects, or one column that was changed."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="traces")
    what = models.CharField(_("what"), max_length=40)  # subjects, membership, enrolment, or a column: person.phone
    first = models.BigIntegerField(_("first key"))  # the row's key, or the first of a run
    last = models.BigIntegerField(_("last key"))
    before = SealedTextField(_("before"), null=True, blank=True)
    after = SealedTextField(_("after"), null=True, blank=True)
    kept = models.CharField(_("why it was kept"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("trace of an import")

    def __str__(self) -> str:
        return f"{self.what} {self.first}–{self.last}"


class SavedForm(models.Model):
    """One form of one office whose columns were settled: the next workbook of the same kind needs no question."""

    office = models.CharField(_("office"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=80)
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("form of an office")
        constraints = [models.UniqueConstraint(fields=["office", "name"], name="saved_form_once")]

    def __str__(self) -> str:
        return self.name


class SavedColumn(models.Model):
    """What one title of an office's form means."""

    form = models.ForeignKey(SavedForm, models.CASCADE, related_name="columns")
    key = models.CharField(_("title as compared"), max_length=200)
    title = models.CharField(_("column title"), max_length=200)
    field = models.CharField(_("field"), max_length=80)

    class Meta:
        verbose_name = _("column of a form")
        constraints = [models.UniqueConstraint(fields=["form", "key"], name="saved_column_once")]

    def __str__(self) -> str:
        return f"{self.title} → {self.field}"


class FieldOwner(models.Model):
    """Which office has the last word on a field where two sources disagree."""

    field = models.CharField(_("field"), max_length=40, primary_key=True)
    office = models.CharField(_("office"), max_length=20)

    class Meta:
        verbose_name = _("owner of a field")

    def __str__(self) -> str:
        return f"{self.field}: {self.office}"
