"""The way of a resumption filing, its clock, and what a filing must show."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from renwang.loop.registry.engine.working_days import due_after, working_days_between
from renwang.loop.registry.rules import ImportStatus

from .enterprises import Refused, Stale

# One lead office, one hand-in, a reply within two working days (simplification of March 2020).
ANSWER_IN = 2
LEADING_ANSWERS_IN = 7
ASSISTING_ANSWERS_IN = 3
EXTENDED_BY = 5
OFFICE_CLOSES = time(18)
DAYS_OF_STOCK = 3


class Status(TextChoices):
    """Where a filing stands, and who acts next."""

    DRAFT = "draft", pgettext_lazy("filing", "being written")  # the firm
    FILED = "filed", pgettext_lazy("filing", "filed, to be answered")  # the office, within two working days
    RETURNED = "returned", pgettext_lazy("filing", "returned to be completed")  # the firm
    ACCEPTED = "accepted", pgettext_lazy("filing", "accepted, to be checked")  # the stationed cadre, the same day
    RECTIFYING = "rectifying", pgettext_lazy("filing", "to be put right")  # the firm, then the cadre again
    INSPECTED = "inspected", pgettext_lazy("filing", "checked and fit")  # the firm: begin
    RESUMED = "resumed", pgettext_lazy("filing", "at work again")  # nobody; the cadre comes in turn
    SUSPENDED = "suspended", pgettext_lazy("filing", "suspended")  # the firm, then the cadre


S = Status
# A filing, no permit: nobody inspects before it is accepted; the check comes afterwards.
MOVES: dict[Status, frozenset[Status]] = {
    S.DRAFT: frozenset({S.FILED}),
    S.FILED: frozenset({S.ACCEPTED, S.RETURNED}),
    S.RETURNED: frozenset({S.FILED}),
    S.ACCEPTED: frozenset({S.INSPECTED, S.RECTIFYING, S.SUSPENDED}),
    S.RECTIFYING: frozenset({S.INSPECTED, S.SUSPENDED}),
    S.INSPECTED: frozenset({S.RESUMED, S.RECTIFYING, S.SUSPENDED}),
    S.RESUMED: frozenset({S.RECTIFYING, S.SUSPENDED}),
    S.SUSPENDED: frozenset({S.RECTIFYING, S.INSPECTED}),
}
FIRM_WRITES = frozenset({S.DRAFT, S.RETURNED})
# A list of staff that was sent and neither taken nor put away.
LIST_IS_OPEN = frozenset({ImportStatus.CHECKING, ImportStatus.CHECKED, ImportStatus.APPLYING})
TO_CHECK = frozenset({S.ACCEPTED, S.RECTIFYING, S.SUSPENDED})  # the cadre comes the same day
NEXT: dict[Status, str] = {
    S.DRAFT: "firm",
    S.FILED: "office",
    S.RETURNED: "firm",
    S.ACCEPTED: "cadre",
    S.RECTIFYING: "firm",
    S.INSPECTED: "firm",
    S.RESUMED: "nobody",
    S.SUSPENDED: "firm",
}
# The road as a page draws it.
ROAD: tuple[Status, ...] = (S.DRAFT, S.FILED, S.ACCEPTED, S.INSPECTED, S.RESUMED)


class ForbiddenMove(Refused):
    """A filing does not go that way."""


class NotComplete(Refused):
    """Something is missing from a filing; ``missing`` lists the words."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(_("Not yet complete: %(missing)s") % {"missing": "；".join(missing)})
        self.missing = tuple(missing)


@dataclass(frozen=True)
class Contents:
    """What a filing holds when it is handed in. Amounts a day are what the firm uses with all staff on site."""

    plan: str
    staff: int
    is_signed: bool
    masks: int
    masks_a_day: int
    disinfectant: Decimal
    disinfectant_a_day: Decimal
    thermometers: int
    has_open_list: bool = False


def check_move(old: str, new: str) -> None:
    """Raise ForbiddenMove unless a filing may go from one status to the other."""
    if Status(new) not in MOVES[Status(old)]:
        raise ForbiddenMove(
            _("A filing that is “%(old)s” cannot become “%(new)s”.")
            % {"old": Status(old).label, "new": Status(new).label}
        )


def stale() -> Stale:
    """Return the refusal for whoever comes second."""
    return Stale(_("Somebody has moved this filing meanwhile. Look at it again."))


def days_of_stock(*, masks: int, masks_a_day: int, disinfectant: Decimal, disinfectant_a_day: Decimal) -> int:
    """Return for how many whole days the scarcest of the protective goods lasts; nothing used a day lasts 999 days."""
    lasts = [
        masks // masks_a_day if masks_a_day else 999,
        int(disinfectant // disinfectant_a_day) if disinfectant_a_day else 999,
    ]
    return min([*lasts, 999])


def check_contents(told: Contents) -> None:
    """Raise NotComplete unless everything is there: plan, staff list, signed letter, stock for three days."""
    missing = []
    if len(told.plan.strip()) < 20:
        missing.append(_("the plan of prevention, in at least 20 characters"))
    if told.has_open_list:
        missing.append(_("what you do with the staff list you sent: take its good rows, or put it away"))
    elif not told.staff:
        missing.append(_("the list of staff who come back"))
    if not told.masks_a_day or not told.disinfectant_a_day:
        missing.append(_("how much protective stock is used a day"))
    else:
        lasts = days_of_stock(
            masks=told.masks,
            masks_a_day=told.masks_a_day,
            disinfectant=told.disinfectant,
            disinfectant_a_day=told.disinfectant_a_day,
        )
        if lasts < DAYS_OF_STOCK:
            missing.append(_("protective stock for 3 days (it lasts %(days)d)") % {"days": lasts})
    if not told.thermometers:
        missing.append(_("at least one thermometer"))
    if not told.is_signed:
        missing.append(_("the signed letter of commitment"))
    if missing:
        raise NotComplete(missing)


def answer_due(filed_at: datetime) -> datetime:
    """Return until when the office must have answered: the end of the second working day after. ``filed_at`` in local time."""
    return due_after(filed_at, ANSWER_IN, OFFICE_CLOSES)


def leading_due(asked_at: datetime) -> datetime:
    """Return until when the leading office answers a firm's request (7 working days). In local time."""
    return due_after(asked_at, LEADING_ANSWERS_IN, OFFICE_CLOSES)


def assisting_due(asked_at: datetime) -> datetime:
    """Return until when an assisting office answers the leading one (3 working days). In local time."""
    return due_after(asked_at, ASSISTING_ANSWERS_IN, OFFICE_CLOSES)


def extended_due(due_at: datetime) -> datetime:
    """Return the new end of a clock that is extended once (5 working days more). In local time."""
    return due_after(due_at, EXTENDED_BY, OFFICE_CLOSES)


def is_in_time_to_extend(*, today: date, due_on: date) -> bool:
    """Answer whether an extension may still be asked for: at least one working day before the clock runs out."""
    return today < due_on and working_days_between(today, due_on) >= 1
