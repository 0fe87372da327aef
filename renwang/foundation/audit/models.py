"""The ledger, its chain of days, and the outbox."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from .rules import PromiseStatus


class DayChain(models.Model):
    """One day's chain: what its first entry hangs on and what its last entry ends with."""

    day = models.DateField(primary_key=True)
    ordinal = models.PositiveIntegerField(unique=True)
    opening = models.CharField(max_length=64)
    entries = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("day of the ledger")

    def __str__(self) -> str:
        return f"{self.day} ({self.entries})"


class Entry(models.Model):
    """One thing that happened: history, and proof of who did it, in one append-only row.

    ``actor_id`` is a plain number: the ledger outlives the accounts it names.
    """

    day = models.DateField()
    seq = models.PositiveIntegerField()
    name = models.CharField(max_length=80)  # "cases.move_case"
    facts = models.JSONField(encoder=DjangoJSONEncoder)
    actor_id = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    mac = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("ledger entry")
        constraints = [models.UniqueConstraint(fields=["day", "seq"], name="entry_number_is_unique_in_its_day")]
        indexes = [
            models.Index(fields=["name", "at"], name="entry_by_name"),
            models.Index(fields=["actor_id", "at"], name="entry_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.day}/{self.seq} {self.name}"


class Promise(models.Model):
    """One outside effect the ledger promised: kept by a worker at least once, so each effect is idempotent."""

    kind = models.CharField(max_length=80)  # "registry.apply_import"
    key = models.CharField(max_length=120, unique=True)
    payload = models.JSONField(encoder=DjangoJSONEncoder)  # ids only: no names, phones, answers
    status = models.CharField(max_length=10, choices=PromiseStatus.choices, default=PromiseStatus.DUE)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_by = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)  # percent, for the progress bar
    kept_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("promise")
        constraints = [
            models.CheckConstraint(condition=models.Q(progress__lte=100), name="promise_progress_is_percent")
        ]
        indexes = [models.Index(fields=["status", "due_at"], name="promise_next")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.status})"


class WorkerBeat(models.Model):
    """One worker that is, or was, at it."""

    name = models.CharField(max_length=80, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("worker")

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


class TickRun(models.Model):
    """When something that happens every so often was last begun: of several workers, one begins it."""

    name = models.CharField(max_length=80, primary_key=True)
    begun_at = models.DateTimeField()
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("tick")

    def __str__(self) -> str:
        return f"{self.name} {self.begun_at:%Y-%m-%d %H:%M:%S}"
