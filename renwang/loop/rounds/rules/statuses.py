"""Where rounds, contacts and their parts stand, and who must act next."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RoundStatus(TextChoices):
    """Where a round stands, and who must act next."""

    DRAFT = "draft", _("draft")  # its office: open it
    OPEN = "open", _("under way")  # the answerable people: ask
    CLOSED = "closed", _("ended")  # nobody


class Cadence(TextChoices):
    """How often a round asks within its window."""

    ONCE = "once", _("once")
    DAILY = "daily", _("every day")
    TWICE = "twice", _("twice a day")


class ContactState(TextChoices):
    """Where one contact with one household on one day stands, and who must act next. Apart from its disposition."""

    DUE = "due", _("to be contacted")  # the answerable person, or the link
    TRYING = "trying", _("tried, to be tried again")  # the same, at next_try_at
    LAST_VISIT = "last_visit", _("to be visited")  # the answerable person: every other mode failed
    REACHED = "reached", _("reached")  # nobody
    REFUSED = "refused", _("refused")  # nobody today: a refusal is respected
    CARRIED = "carried", _("carried to the next day")  # nobody: the contact of the next day goes on
    UNREACHED = "unreached", _("not reached")  # the district: the list it cannot overlook
    CLOSED = "closed", _("closed without an answer")  # nobody: a person said why


class Disposition(TextChoices):
    """What has come of asking (after AAPOR and Surveda), apart from the state of the work."""

    REGISTERED = "registered", _("registered")
    QUEUED = "queued", _("queued")
    CONTACTED = "contacted", _("contacted")
    STARTED = "started", _("started")
    PARTIAL = "partial", _("partial")
    COMPLETED = "completed", _("completed")
    BREAKOFF = "breakoff", _("broken off")
    REFUSED = "refused", _("refused")
    INELIGIBLE = "ineligible", _("not eligible")
    UNRESPONSIVE = "unresponsive", _("no response")
    FAILED = "failed", _("failed")


class Outcome(TextChoices):
    """How one attempt ended, in the words of whoever tried."""

    ANSWERED = "answered", _("answered")
    NO_ANSWER = "no_answer", _("no answer")
    BUSY = "busy", _("busy")
    SWITCHED_OFF = "switched_off", _("switched off")
    WRONG_NUMBER = "wrong_number", _("wrong number")
    NO_SUCH_NUMBER = "no_such_number", _("no such number")
    NOT_HOME = "not_home", _("nobody at home")
    LATER = "later", _("asked to be called later")
    BROKE_OFF = "broke_off", _("broke off")
    REFUSED = "refused", _("refused")
    MOVED_AWAY = "moved_away", _("moved away")
    NOT_SENT = "not_sent", _("the message did not arrive")


class AnswerKind(TextChoices):
    """What an own question is answered with."""

    YES_NO = "yes_no", _("yes or no")
    NUMBER = "number", _("a number")
    CHOICE = "choice", _("one of several")
    TEXT = "text", _("words")


class PartState(TextChoices):
    """What became of one round's share in a contact."""

    ASKED = "asked", _("to be asked")
    ANSWERED = "answered", _("answered")
    CARRIED = "carried", _("carried to the next day")
    MISSED = "missed", _("not answered")


class Because(TextChoices):
    """Why a part was carried or missed, or a contact not reached."""

    ALREADY_ASKED = "already_asked", _("the household had already been asked that day")
    REFUSED = "refused", _("the household refused")
    NOT_TRIED = "not_tried", _("nobody tried")
    NO_RESPONSE = "no_response", _("no response to any try")
    WRONG_NUMBER = "wrong_number", _("the phone number is wrong")
    MOVED_AWAY = "moved_away", _("moved away")
    NOBODY_ANSWERABLE = "nobody_answerable", _("nobody is answerable for the household")
    DAY_OVER = "day_over", _("the day was over")
    ROUND_CLOSED = "round_closed", _("the round was closed")
    CLOSED = "closed", _("closed by a person, with a reason")
    HOUSEHOLD_ENDED = "household_ended", _("nobody lives in this household any more")
    ASKED_AGAIN = "asked_again", _("a person decided to ask again")


class Staleness(TextChoices):
    """Why a check-in came too late for its contact. It is kept all the same."""

    FRESH = "", _("in time")
    ALREADY_REACHED = "already_reached", _("somebody had already reached the household; both answers are kept")
    REFUSED_BEFORE = "refused_before", _("the household had refused before; the answer is kept")
    ROUND_CLOSED = "round_closed", _("the round had been closed; the answer is kept")
    HOUSEHOLD_MOVED = (
        "household_moved",
        _("the household has moved meanwhile; the answer is kept and goes to its new place"),
    )


ROUND_MOVES: dict[RoundStatus, frozenset[RoundStatus]] = {
    RoundStatus.DRAFT: frozenset({RoundStatus.OPEN, RoundStatus.CLOSED}),
    RoundStatus.OPEN: frozenset({RoundStatus.CLOSED}),
    RoundStatus.CLOSED: frozenset(),
}
OPEN_STATES = frozenset({ContactState.DUE, ContactState.TRYING, ContactState.LAST_VISIT})
# A late answer is better than none: what was told offline yesterday still reaches the household's contact.
ANSWERABLE_LATE = frozenset({ContactState.CARRIED, ContactState.UNREACHED})
STALE_BECAUSE: dict[str, Staleness] = {
    ContactState.REACHED: Staleness.ALREADY_REACHED,
    ContactState.REFUSED: Staleness.REFUSED_BEFORE,
    ContactState.CLOSED: Staleness.ROUND_CLOSED,
}


def staleness_of(state: str, *, is_there: bool) -> Staleness:
    """Return why a check-in comes too late for a contact in this state; ``is_there``: its household lives where it did."""
    return STALE_BECAUSE.get(state) or (Staleness.FRESH if is_there else Staleness.HOUSEHOLD_MOVED)
