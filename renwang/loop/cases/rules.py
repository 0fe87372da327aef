"""Decisions about cases, as pure functions of plain values."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    """Where a case stands, and who must act next."""

    OPEN = "open", _("open")  # anybody of its area who may take it
    IN_HAND = "in_hand", _("in hand")  # its holder
    MET = "met", _("met, to be verified")  # the household, or a second person
    VERIFIED = "verified", _("verified")  # its holder: close it, or the system after a day
    CLOSED = "closed", _("closed")  # nobody
    GIVEN_UP = "given_up", _("given up")  # nobody; its reason is shown to the area's officer


MOVES: dict[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.IN_HAND, Status.GIVEN_UP}),
    Status.IN_HAND: frozenset({Status.OPEN, Status.MET, Status.GIVEN_UP}),
    Status.MET: frozenset({Status.VERIFIED, Status.IN_HAND}),
    Status.VERIFIED: frozenset({Status.CLOSED}),
    Status.CLOSED: frozenset(),
    Status.GIVEN_UP: frozenset({Status.OPEN}),
}
CLOCK_RUNS = frozenset({Status.OPEN, Status.IN_HAND})


class ReferralKind(TextChoices):
    """How a case is handed on (after Primero's transitions)."""

    ASSIGN = "assign", _("assigned")  # the receiver becomes the holder
    REFER = "refer", _("referred")  # the holder stays, the receiver helps
    TRANSFER = "transfer", _("transferred")  # to another area or office, which must accept


class ReferralState(TextChoices):
    """Where a referral stands, and who must act next."""

    OFFERED = "offered", _("offered")  # the receiver
    ACCEPTED = "accepted", _("accepted")  # nobody
    REJECTED = "rejected", _("rejected")  # the holder
    REVOKED = "revoked", _("revoked")  # nobody


class VerifiedHow(TextChoices):
    """Who confirmed that a need is met."""

    HOUSEHOLD_LINK = "link", _("the household itself, on its own phone")
    HOUSEHOLD_CALL = "call", _("the household, when called")
    HOUSEHOLD_VISIT = "visit", _("the household, when visited")
    SECOND_PERSON = "second", _("a second person, who looked")
