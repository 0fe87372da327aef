"""A thin case, and everything that happens to it beside it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.models import CodeField
from renwang.loop.registry.models import Division, Subject
from renwang.loop.rounds.models import Finding

from ..rules import LinkWay, ReferralKind, ReferralState, Status, StepSays, VerifiedHow, step_words


class Case(models.Model):
    """One need of one subject, from the day it is known to the day it is verified.

    A column enters only if every kind has it and the worklist sorts or filters by it; a test holds the count at 14.
    """

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=60)  # a code of cases.kinds
    office = models.CharField(_("office"), max_length=20)
    finding = models.OneToOneField(Finding, models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    met_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    level = models.PositiveSmallIntegerField(_("escalated"), default=0)  # steps up the area tree
    opened_at = models.DateTimeField(_("opened at"))
    due_at = models.DateTimeField(_("due at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("case")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_at__gt=models.F("opened_at")), name="case_is_due_after_it_opens"
            )
        ]
        indexes = [
            models.Index(fields=["status", "due_at"], name="case_worklist"),
            # The worklist of a whole district is read in the order of the clock, and only its first page.
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(status__in=["open", "in_hand", "met"]),
                name="case_live_by_clock",
            ),
            models.Index(fields=["division", "status", "due_at"], name="case_by_area"),
            models.Index(fields=["holder", "status", "due_at"], name="case_by_holder"),
            models.Index(fields=["subject", "-opened_at"], name="case_by_subject"),
            models.Index(fields=["office", "status", "due_at"], name="case_by_office"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} {self.status}"


class CaseStep(models.Model):
    """One change of a case: history, and source of every statistic about hours."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    old = models.CharField(max_length=10, choices=Status.choices, blank=True)
    new = models.CharField(max_length=10, choices=Status.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))
    # Told in the reader's language: a code, and what it is about (a name, a place, a level). ``note``: somebody's own words.
    says = models.CharField(max_length=12, choices=StepSays.choices, blank=True)
    about = models.CharField(max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("step of a case")
        indexes = [
            models.Index(fields=["case", "at"], name="case_step_in_order"),
            models.Index(fields=["new", "at"], name="case_step_by_new"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.old} → {self.new}"

    @property
    def words(self) -> str:
        """What stands beside the step, in the reader's language."""
        return step_words(self.says, self.about, self.note)


class Referral(models.Model):
    """One handing on of a case to somebody, accepted or rejected."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="referrals")
    kind = models.CharField(_("kind"), max_length=10, choices=ReferralKind.choices)
    state = models.CharField(_("state"), max_length=10, choices=ReferralState.choices, default=ReferralState.OFFERED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    to_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    to_office = models.CharField(_("to office"), max_length=20, blank=True)
    to_area = CodeField(_("to area"), blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    answer = models.CharField(_("answer"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("referral")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(state=ReferralState.OFFERED), name="case_is_offered_once"
            )
        ]
        indexes = [models.Index(fields=["to_user", "state"], name="referral_by_receiver")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.state}"


class Confirmation(models.Model):
    """One answer of the one who had the need (or of a second person): is it met?"""

    submission_id = models.UUIDField(unique=True)
    case = models.ForeignKey(Case, models.CASCADE, related_name="confirmations")
    how = models.CharField(_("how"), max_length=10, choices=VerifiedHow.choices)
    is_met = models.BooleanField(_("met"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("confirmation")

    def __str__(self) -> str:
        return f"{self.case_id} {self.how} {self.is_met}"


class ConfirmationLink(models.Model):
    """One signed link by which a household confirms that its need is met."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    way = models.CharField(_("way"), max_length=5, choices=LinkWay.choices, default=LinkWay.SHOWN)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("confirmation link")

    def __str__(self) -> str:
        return f"{self.case_id} until {self.expires_at:%Y-%m-%d %H:%M}"


class Attendance(models.Model):
    """Somebody is on it: who has the case open in front of them right now."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("attendance")
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="user_attends_case_once")]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.case_id}"


class SavedFilter(models.Model):
    """One filter of the worklist that an account has kept under a name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=400)

    class Meta:
        verbose_name = _("saved filter")
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="filter_name_is_unique_for_user")]

    def __str__(self) -> str:
        return self.name
