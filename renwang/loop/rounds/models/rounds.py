"""What is asked, of whom, when and how."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.models import CodeField
from renwang.loop.registry.models import Programme

from ..rules import AnswerKind, Cadence, RoundStatus


class Question(models.Model):
    """An office's own question, beside the four standard blocks. Two rounds with the same question ask it once."""

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    office = models.CharField(_("office"), max_length=20)
    # Whose it is: asked in this area and below; its words are changed by whoever may write questions for all of it.
    area = CodeField(_("area"), blank=True)
    text = models.CharField(_("question"), max_length=160)
    text_en = models.CharField(_("question in English"), max_length=160, blank=True)
    answer_kind = models.CharField(_("answered with"), max_length=10, choices=AnswerKind.choices)
    choices = models.CharField(_("choices, separated by |"), max_length=300, blank=True)
    of_each_member = models.BooleanField(_("asked of each member"), default=False)
    yes_opens = models.CharField(_("a yes is a finding of this kind"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("question")

    def __str__(self) -> str:
        return self.text


class Round(models.Model):
    """One office's outreach: an audience, questions, modes, a window, a cadence."""

    title = models.CharField(_("title"), max_length=80)
    office = models.CharField(_("office"), max_length=20)
    status = models.CharField(_("status"), max_length=10, choices=RoundStatus.choices, default=RoundStatus.DRAFT)
    area = CodeField(_("area"))
    asks_travel = models.BooleanField(_("asks about travel"), default=True)
    asks_contacts = models.BooleanField(_("asks about contacts"), default=True)
    asks_health = models.BooleanField(_("asks about health"), default=True)
    asks_needs = models.BooleanField(_("asks about needs"), default=True)
    everybody = models.BooleanField(_("every household, whatever ledger it stands on"), default=False)
    needs_phone = models.BooleanField(_("only households with a phone"), default=False)
    has_member_under = models.PositiveSmallIntegerField(_("with a member younger than"), null=True, blank=True)
    has_member_over = models.PositiveSmallIntegerField(_("with a member aged at least"), null=True, blank=True)
    cadence = models.CharField(_("cadence"), max_length=10, choices=Cadence.choices, default=Cadence.ONCE)
    opens_on = models.DateField(_("first day"))
    closes_on = models.DateField(_("last day"))
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("round")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_on__gte=models.F("opens_on")), name="round_closes_after_it_opens"
            )
        ]
        indexes = [models.Index(fields=["status", "opens_on", "closes_on"], name="round_by_day")]

    def __str__(self) -> str:
        return self.title


class RoundAudience(models.Model):
    """One ledger whose households a round asks."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="audience")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("audience")
        constraints = [models.UniqueConstraint(fields=["round", "programme"], name="programme_is_in_audience_once")]

    def __str__(self) -> str:
        return self.programme_id


class RoundQuestion(models.Model):
    """One own question that a round asks."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="questions")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("question of a round")
        constraints = [models.UniqueConstraint(fields=["round", "question"], name="question_is_in_round_once")]

    def __str__(self) -> str:
        return self.question_id


class RoundMode(models.Model):
    """One step of a round's mode sequence: how, how often, how long between."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="modes")
    order = models.PositiveSmallIntegerField()
    mode = models.CharField(_("mode"), max_length=20)  # a code of rounds.kinds
    tries = models.PositiveSmallIntegerField(_("tries"), default=2)
    wait_minutes = models.PositiveIntegerField(_("minutes between tries"), default=120)

    class Meta:
        verbose_name = _("mode of a round")
        ordering = ["round_id", "order"]
        constraints = [models.UniqueConstraint(fields=["round", "order"], name="mode_step_is_unique")]

    def __str__(self) -> str:
        return f"{self.order}. {self.mode}"
