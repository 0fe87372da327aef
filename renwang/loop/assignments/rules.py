"""Decisions about who is responsible for whom."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DutyOf(TextChoices):
    """What a duty is held for."""

    SUBJECT = "subject", _("a household, person or organisation")
    DIVISION = "division", _("a village or area")


class ProposalStatus(TextChoices):
    """Where a proposal stands, and who must act next."""

    COMPUTING = "computing", _("being computed")  # the worker
    DRAFTED = "drafted", _("drafted")  # the officer: apply or discard
    APPLIED = "applied", _("applied")  # nobody
    DISCARDED = "discarded", _("discarded")  # nobody
    FAILED = "failed", _("failed")  # the officer: see the reason


PROPOSAL_MOVES: dict[ProposalStatus, frozenset[ProposalStatus]] = {
    ProposalStatus.COMPUTING: frozenset({ProposalStatus.DRAFTED, ProposalStatus.FAILED}),
    ProposalStatus.DRAFTED: frozenset({ProposalStatus.APPLIED, ProposalStatus.DISCARDED}),
    ProposalStatus.APPLIED: frozenset(),
    ProposalStatus.DISCARDED: frozenset(),
    ProposalStatus.FAILED: frozenset(),
}
