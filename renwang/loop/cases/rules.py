"""Decisions about cases, as pure functions of plain values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.rules import OFFICES as OFFICES  # noqa: PLC0414  # told again for whoever asks the rules of cases

LINK_LASTS = timedelta(days=7)
LINK_AGAIN = timedelta(hours=1)  # a household gets no second message about one case before
SHARED_BY_MOST = 3  # a number that stands with more households is nobody's own
ATTENDS_FOR = timedelta(minutes=5)  # who has a case open says so anew before this is over
ATTENDS_ANEW = timedelta(minutes=2)  # … when less than this is left: the ledger need not hear every heartbeat
DISTRICT_AFTER = timedelta(days=1)  # late for so long, a case is shown to the district
DISTRICT_AFTER_URGENT = timedelta(hours=4)
CLOSES_ITSELF = timedelta(days=1)  # a verified case is closed by the system after this


class Status(TextChoices):
    """Where a case stands, and who must act next."""

    OPEN = "open", pgettext_lazy("case", "open")  # anybody of its area who may take it; the proposed holder first
    IN_HAND = "in_hand", pgettext_lazy("case", "in hand")  # its holder
    MET = "met", pgettext_lazy("case", "met, to be verified")  # the household, or a second person
    VERIFIED = "verified", pgettext_lazy("case", "verified")  # its holder: close it, or the system after a day
    CLOSED = "closed", pgettext_lazy("case", "closed")  # nobody
    GIVEN_UP = "given_up", pgettext_lazy("case", "given up")  # nobody; its reason is shown to the area's officer


MOVES: dict[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.IN_HAND, Status.GIVEN_UP}),
    Status.IN_HAND: frozenset({Status.OPEN, Status.MET, Status.GIVEN_UP}),
    Status.MET: frozenset({Status.VERIFIED, Status.IN_HAND}),
    Status.VERIFIED: frozenset({Status.CLOSED}),
    Status.CLOSED: frozenset(),
    Status.GIVEN_UP: frozenset({Status.OPEN}),
}
CLOCK_RUNS = frozenset({Status.OPEN, Status.IN_HAND})
LIVE = frozenset({Status.OPEN, Status.IN_HAND, Status.MET})


class ReferralKind(TextChoices):
    """How a case is handed on (after Primero's transitions)."""

    ASSIGN = "assign", _("assigned")  # the receiver becomes the holder
    REFER = "refer", _("referred")  # the holder stays, the receiver helps
    TRANSFER = "transfer", _("transferred")  # to another area or office, which must accept


class ReferralState(TextChoices):
    """Where a referral stands, and who must act next."""

    OFFERED = "offered", pgettext_lazy("referral", "offered")  # the receiver
    ACCEPTED = "accepted", pgettext_lazy("referral", "accepted")  # nobody
    REJECTED = "rejected", pgettext_lazy("referral", "rejected")  # the holder
    REVOKED = "revoked", pgettext_lazy("referral", "revoked")  # nobody


class VerifiedHow(TextChoices):
    """Who confirmed that a need is met."""

    HOUSEHOLD_LINK = "link", _("the household itself, on its own phone")
    HOUSEHOLD_SHOWN = "shown", _("the household, by a link that a second person showed them")
    HOUSEHOLD_CALL = "call", _("the household, when called")
    HOUSEHOLD_VISIT = "visit", _("the household, when visited")
    SECOND_PERSON = "second", _("a second person, who looked")
    ITSELF = "itself", _("the enterprise itself, signed in")


# What only the one who had the need says; nobody records it for them.
ONLY_THEMSELVES = frozenset({VerifiedHow.HOUSEHOLD_LINK, VerifiedHow.HOUSEHOLD_SHOWN, VerifiedHow.ITSELF})


class LinkWay(TextChoices):
    """How a confirmation link reaches the household."""

    SENT = "sent", _("by message to its own phone")  # no worker sees it
    SHOWN = "shown", _("shown by a second person")  # never by who handled the case


class Level(TextChoices):
    """How far up the area tree a late case has been shown."""

    VILLAGE = "0", pgettext_lazy("escalated", "village")
    STREET = "1", pgettext_lazy("escalated", "subdistrict")
    DISTRICT = "2", pgettext_lazy("escalated", "district")


class StepSays(TextChoices):
    """What the house itself says of a step, beside the words somebody wrote; ``%(about)s`` is a name, a place or a level."""

    GIVEN_TO = "given_to", _("Given to %(about)s")
    ASKED = "asked", _("%(about)s is asked to help")
    OFFERED = "offered", _("Offered to %(about)s")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    REVOKED = "revoked", _("Taken back")
    TOLD_AGAIN = "told_again", _("Told of again.")
    SHOWN_TO = "shown_to", _("Late: now shown to the %(about)s")
    CONFIRMED = "confirmed", "%(about)s"
    BY_LINK = "by_link", _("By the link that %(about)s gave them.")
    LINK_SENT = "link_sent", _("A link to confirm went to their own phone.")
    LINK_SHOWN = "link_shown", _("A link to confirm was made, to be shown to them.")
    BY_OWN_PHONE = "own_phone", _("By the link that was sent to their own phone.")
    MOVED = "moved", _("The household lives in %(about)s now.")
    EXTENDED = "extended", _("The clock now runs until %(about)s")


class Refused(Exception):
    """What was asked cannot be done; the message says why and what to do, in the reader's language."""


class StaleCase(Refused):
    """Somebody moved the case first."""


class ForbiddenMove(Refused):
    """A case does not go that way."""


class ReasonMissing(Refused):
    """This needs a reason in words."""

    def __init__(self) -> None:
        super().__init__(gettext("Say why, in a few words: others will read it."))


class HandlerMayNotConfirm(Refused):
    """Who handled a case does not verify it."""

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "You handled this case, so you may not record that it is solved. "
                "Send the household the link, or ask a second person."
            )
        )


class HandlerMayNotShowLink(Refused):
    """Who handled a case holds no link by which it is confirmed."""

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "You handled this case, so you do not see the link: whoever sees it could answer for the household. "
                "Send it to their own phone, or ask a second person to show it."
            )
        )


class NoOwnNumber(Refused):
    """There is no number at which nobody but the household answers; ``why`` is none, changed, shared or worker."""

    def __init__(self, why: str) -> None:
        words = {
            "none": gettext("The register knows no number of theirs."),
            "changed": gettext("Their number was changed since the case was opened, or by somebody who handled it."),
            "shared": gettext("Their number stands with several other households too."),
            "worker": gettext("The number in the register is that of somebody who works here."),
        }
        told = words.get(why, words["none"])
        super().__init__(
            gettext("No message can be sent: %(why)s A second person asks them, by phone or on the spot.")
            % {"why": told}
        )
        self.why = why


class NoLine(Refused):
    """No messages can be sent from here."""

    def __init__(self) -> None:
        super().__init__(gettext("Messages are not set up here. A second person asks them, by phone or on the spot."))


class SentJustNow(Refused):
    """The household has just got a message about this."""

    def __init__(self) -> None:
        super().__init__(gettext("A message went to them within the last hour. Give them time to answer."))


class UnknownCase(Refused):
    """There is no such case."""

    def __init__(self) -> None:
        super().__init__(gettext("This case does not exist, or not any more."))


class UnknownReceiver(Refused):
    """A case is handed on to somebody who cannot take it."""


class BrokenLink(Refused):
    """A confirmation link that was used, has run out, or was never ours; ``why`` is used, late, wrong or settled."""

    def __init__(self, why: str) -> None:
        words = {
            "used": gettext("Your answer has already reached us. Thank you; there is nothing more to do."),
            "late": gettext("This link is no longer valid. Your helper will call you and ask."),
            "settled": gettext("This matter has been settled meanwhile. Thank you; there is nothing more to do."),
        }
        super().__init__(
            words.get(why) or gettext("This link is not complete. Open it again from the message, or ask your helper.")
        )
        self.why = why


@dataclass(frozen=True)
class CaseOpening:
    """What a case is opened with: whose need, of which kind, and what was told of it.

    ``division``: code of the area that handles it; empty is the subject's own. ``answers``: as ``Need.from_answers`` takes.
    """

    subject_id: int
    kind: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    division: str = ""
    finding_id: int | None = None


def check_move(old: Status, new: Status) -> None:
    """Raise ForbiddenMove unless a case may go from one status to the other."""
    if new not in MOVES[old]:
        raise ForbiddenMove(
            gettext("A case that is “%(old)s” cannot become “%(new)s”.") % {"old": old.label, "new": new.label}
        )


def check_reason(reason: str) -> str:
    """Return the reason without its margins; raises ReasonMissing where it says nothing."""
    said = reason.strip()
    if len(said) < 2:
        raise ReasonMissing
    return said[:300]


def step_words(says: str, about: str, note: str) -> str:
    """Return what stands beside a step, in the reader's language: what the house says of it, then the writer's own words."""
    if says not in StepSays.values:
        return note
    named = about
    if says == StepSays.SHOWN_TO and about in Level.values:
        named = str(Level(about).label)
    elif says == StepSays.CONFIRMED and about in VerifiedHow.values:
        named = str(VerifiedHow(about).label)
    elif says == StepSays.OFFERED:
        place, _sign, office = about.rpartition("|")
        named = " · ".join(part for part in (place, str(OFFICES.get(office, office))) if part)
    said = str(StepSays(says).label) % {"about": named}
    return " · ".join(part for part in (said, note) if part)


def check_may_confirm(*, actor_id: int | None, handlers: Collection[int | None]) -> None:
    """Raise HandlerMayNotConfirm when whoever records a confirmation took the case, holds it or said it was met."""
    if actor_id is None or actor_id in handlers:
        raise HandlerMayNotConfirm


def link_message(*, sender: str, label: str, link: str, lasts: int) -> str:
    """Return the message that brings a household its link; ``label`` is empty where others must not read what the need was."""
    if label:
        words = gettext(
            "[%(sender)s] You asked for: %(label)s. We hear it is done. Is it? Please say so within %(days)d days: %(link)s"
        )
    else:
        words = gettext(
            "[%(sender)s] What you asked for is said to be done. Is it? Please say so within %(days)d days: %(link)s"
        )
    return words % {"sender": sender, "label": label, "days": lasts, "link": link}


def shared_prefix(codes: Collection[str]) -> str:
    """Return what all codes begin with: the smallest area that holds them all."""
    lowest, highest = min(codes), max(codes)
    length = next(
        (at for at, (one, other) in enumerate(zip(lowest, highest, strict=False)) if one != other), len(lowest)
    )
    return lowest[:length]


def level_for(*, late_by: timedelta, is_urgent: bool) -> int:
    """Return how far up a case must be shown: the subdistrict as soon as it is late, the district after a day (urgent: 4 h)."""
    if late_by <= timedelta():
        return 0
    return 2 if late_by >= (DISTRICT_AFTER_URGENT if is_urgent else DISTRICT_AFTER) else 1


def allowed_verbs(
    status: Status, *, is_holder: bool, may_lead: bool, is_handler: bool, is_offered: bool
) -> frozenset[str]:
    """Return the verbs that make sense for a case now, for whoever may do them at all (names of actions)."""
    verbs = {"note_case"}
    own = is_holder or may_lead
    if status == Status.OPEN:
        verbs |= {"take_cases"} | ({"give_up_case"} if own else set())
    if status == Status.IN_HAND and own:
        verbs |= {"meet_case", "release_case", "give_up_case"}
    if status in CLOCK_RUNS:
        verbs |= {"assign_cases"} if may_lead else set()
        verbs |= {"refer_case", "transfer_case"} if not is_offered else set()
    if status == Status.MET:
        verbs |= {"send_confirmation_link"} | (set() if is_handler else {"make_confirmation_link", "confirm_case"})
    if status == Status.VERIFIED:
        verbs |= {"close_cases"}
    if status == Status.GIVEN_UP and may_lead:
        verbs |= {"reopen_case"}
    return frozenset(verbs)
