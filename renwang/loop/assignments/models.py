"""Who is responsible for whom, in which role, from when to when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.models import CodeField
from renwang.loop.registry.models import Division, Subject

from .rules import DutyOf, ProposalStatus, Why


class Duty(models.Model):
    """A role one may hold for somebody or for a village: helper, cadre in charge, first secretary… (data, not code)."""

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    label = models.CharField(_("name"), max_length=60)
    label_en = models.CharField(_("name in English"), max_length=60)
    held_for = models.CharField(_("held for"), max_length=10, choices=DutyOf.choices)
    one_holder = models.BooleanField(_("one holder at a time"), default=True)
    in_screening_team = models.BooleanField(_("belongs to every village's screening team"), default=False)
    is_answerable = models.BooleanField(_("answerable for the household"), default=False)  # who the rounds turn to
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.label


class Worker(models.Model):
    """What must be known of an account to give it people: where it is at home and how many it can carry."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    home = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name=_("home"))
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(_("capacity"), default=5)
    is_available = models.BooleanField(_("available"), default=True)

    class Meta:
        verbose_name = _("worker")
        constraints = [models.CheckConstraint(condition=models.Q(capacity__lte=1000), name="worker_capacity_is_sane")]

    def __str__(self) -> str:
        return str(self.user_id)


class ServedArea(models.Model):
    """One village a worker serves besides home: one worker may serve several."""

    worker = models.ForeignKey(Worker, models.CASCADE, related_name="served")
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("served area")
        constraints = [models.UniqueConstraint(fields=["worker", "division"], name="area_is_served_once")]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.division_id}"


class Assignment(models.Model):
    """One duty held by one account for one subject or one division. A change ends a row and begins another: never overwritten."""

    # Each key begins one of the indexes below, or is never asked alone: a bulk change writes four indexes less.
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=120, blank=True)
    ended_because = models.CharField(_("ended because"), max_length=120, blank=True)
    is_sole = models.BooleanField(
        _("one holder at a time"), default=True
    )  # the duty's, so that the database can hold it
    begun_in = models.CharField(_("begun in"), max_length=16, blank=True)  # the batch: which action began it
    ended_in = models.CharField(_("ended in"), max_length=16, blank=True)

    class Meta:
        verbose_name = _("assignment")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(subject__isnull=True) ^ models.Q(division__isnull=True),
                name="assignment_is_for_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="assignment_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["duty", "user", "subject"],
                condition=models.Q(until__isnull=True, subject__isnull=False),
                name="subject_duty_is_held_once_by_one",
            ),
            models.UniqueConstraint(
                fields=["duty", "user", "division"],
                condition=models.Q(until__isnull=True, division__isnull=False),
                name="division_duty_is_held_once_by_one",
            ),
            models.UniqueConstraint(
                fields=["duty", "subject"],
                condition=models.Q(until__isnull=True, subject__isnull=False, is_sole=True),
                name="subject_duty_has_one_holder",
            ),
            models.UniqueConstraint(
                fields=["duty", "division"],
                condition=models.Q(until__isnull=True, division__isnull=False, is_sole=True),
                name="division_duty_has_one_holder",
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "duty", "until"], name="assignment_by_subject"),
            models.Index(fields=["division", "duty", "until"], name="assignment_by_division"),
            models.Index(fields=["user", "until"], name="assignment_by_user"),
            models.Index(fields=["begun_in"], condition=~models.Q(begun_in=""), name="assignment_by_batch"),
            models.Index(fields=["ended_in"], condition=~models.Q(ended_in=""), name="assignment_by_end_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.duty_id}: {self.user_id} for {self.subject_id or self.division_id}"


class HandOver(models.Model):
    """All of a worker's people given to another at once: illness, quarantine, leave. ``batch``: the rows it ended and began."""

    batch = models.CharField(_("batch"), max_length=16, unique=True)
    from_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    to_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    duty = models.ForeignKey(Duty, models.PROTECT, null=True, blank=True, related_name="+")  # none: all
    area = CodeField(_("area"), blank=True)
    reason = models.CharField(_("reason"), max_length=120)
    count = models.PositiveIntegerField(_("handed over"), default=0)
    at = models.DateTimeField(_("at"))
    back_at = models.DateTimeField(_("handed back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("handing over")
        constraints = [
            models.CheckConstraint(condition=~models.Q(from_user=models.F("to_user")), name="hand_over_is_to_another")
        ]
        indexes = [models.Index(fields=["from_user", "-at"], name="hand_over_by_giver")]

    def __str__(self) -> str:
        return f"{self.from_user_id} → {self.to_user_id} {self.at:%Y-%m-%d}"


class Proposal(models.Model):
    """A balanced assignment of helpers to all who have none, shown before it is applied."""

    area = CodeField(_("area"))
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    status = models.CharField(
        _("status"), max_length=10, choices=ProposalStatus.choices, default=ProposalStatus.COMPUTING
    )
    problem = models.CharField(_("problem"), max_length=200, blank=True)
    with_away = models.BooleanField(_("also those whose helper is away"), default=False)
    is_proven = models.BooleanField(_("proven optimal"), default=False)
    cost = models.BigIntegerField(_("cost"), default=0)
    households = models.PositiveIntegerField(_("households"), default=0)
    placed = models.PositiveIntegerField(_("placed"), default=0)
    same_village = models.PositiveIntegerField(_("in the helper's own village"), default=0)
    largest_load = models.PositiveIntegerField(_("largest load"), default=0)
    mean_metres = models.PositiveIntegerField(_("mean distance in metres"), null=True, blank=True)
    seconds = models.FloatField(_("seconds it took"), default=0)
    changed = models.PositiveIntegerField(_("changed by hand"), default=0)
    applied = models.PositiveIntegerField(_("given"), default=0)
    stale = models.PositiveIntegerField(_("skipped"), default=0)
    batch = models.CharField(_("batch"), max_length=16, blank=True)
    made_at = models.DateTimeField(_("made at"))
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposal")
        indexes = [models.Index(fields=["area", "-made_at"], name="proposal_by_area")]

    def __str__(self) -> str:
        return f"{self.area} {self.made_at:%Y-%m-%d %H:%M}"


class ProposalLine(models.Model):
    """One household and the worker the optimum gives it, or why nobody can take it."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="lines")
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    metres = models.PositiveIntegerField(_("metres"), null=True, blank=True)
    why = models.CharField(_("why"), max_length=40, choices=Why.choices, blank=True)
    instead_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )  # who held the duty when it was proposed
    is_by_hand = models.BooleanField(_("changed by hand"), default=False)

    class Meta:
        verbose_name = _("line of a proposal")
        constraints = [models.UniqueConstraint(fields=["proposal", "subject"], name="household_is_proposed_once")]
        indexes = [models.Index(fields=["proposal", "user"], name="proposal_line_by_worker")]

    def __str__(self) -> str:
        return f"{self.subject_id} → {self.user_id}"
