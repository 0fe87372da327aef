"""Decisions about what meets a case, as pure values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext, pgettext_lazy

from renwang.loop.cases.rules import Refused

T = TypeVar("T")
MOST = Decimal(9999999)
ZERO = Decimal()


class Step(TextChoices):
    """One step of a quantity on its way (after Sahana: request, commit, send, receive; and one more: verify)."""

    REQUEST = "request", pgettext_lazy("quantity", "requested")
    COMMIT = "commit", pgettext_lazy("quantity", "committed")
    SEND = "send", pgettext_lazy("quantity", "in transit")
    RECEIVE = "receive", pgettext_lazy("quantity", "received")
    VERIFY = "verify", pgettext_lazy("quantity", "verified")
    LOSE = "lose", pgettext_lazy("quantity", "lost on the way")
    CANCEL = "cancel", pgettext_lazy("quantity", "cancelled")


class WrongQuantity(Refused):
    """A quantity that is not one, or more than there is."""


class OfferExhausted(Refused):
    """An offer has less left than is asked of it."""


class LineClosed(Refused):
    """A line was cancelled, or its case needs nothing any more."""


class GoodsOnTheWay(Refused):
    """A case is said to be met while something is still on its way."""


class UnknownLine(Refused):
    """There is no such line."""


class HandlerMayNotVerify(Refused):
    """Who moved the goods does not verify that they came."""


@dataclass(frozen=True)
class Quantities:
    """The quantities of one line. ``committed``, ``received``, ``verified`` and ``lost`` only grow, save for a cancellation.

    verified ≤ received; in_transit + received + lost ≤ committed ≤ requested + lost.
    """

    requested: Decimal
    committed: Decimal = ZERO
    in_transit: Decimal = ZERO
    received: Decimal = ZERO
    verified: Decimal = ZERO
    lost: Decimal = ZERO

    @property
    def missing(self) -> Decimal:
        """What nobody has promised yet; what was lost must be promised anew."""
        return self.requested + self.lost - self.committed

    @property
    def waiting(self) -> Decimal:
        """What was promised and not sent yet."""
        return self.committed - self.in_transit - self.received - self.lost

    @property
    def unverified(self) -> Decimal:
        """What came and nobody has confirmed."""
        return self.received - self.verified

    def most(self, step: Step) -> Decimal:
        """Return how much may take a step."""
        return {
            Step.COMMIT: self.missing,
            Step.SEND: self.waiting,
            Step.RECEIVE: self.in_transit,
            Step.LOSE: self.in_transit,
            Step.VERIFY: self.unverified,
        }.get(step, ZERO)

    def after(self, step: Step, quantity: Decimal) -> "Quantities":
        """Return the quantities after a step; raises WrongQuantity when there is not so much."""
        if quantity <= 0 or quantity > self.most(step):
            raise wrong_quantity(step, self.most(step))
        match step:
            case Step.COMMIT:
                return replace(self, committed=self.committed + quantity)
            case Step.SEND:
                return replace(self, in_transit=self.in_transit + quantity)
            case Step.RECEIVE:
                return replace(self, in_transit=self.in_transit - quantity, received=self.received + quantity)
            case Step.LOSE:
                return replace(self, in_transit=self.in_transit - quantity, lost=self.lost + quantity)
            case _:
                return replace(self, verified=self.verified + quantity)

    def share(self, part: Decimal) -> float:
        """Return a quantity as a share of what was asked for, in percent."""
        return float(100 * part / self.requested)

    @property
    def progress(self) -> float:
        """How far the line is, in percent: what was verified, never what was promised."""
        return min(100.0, self.share(self.verified))


def wrong_quantity(step: Step, most: Decimal) -> WrongQuantity:
    """Return the refusal of a quantity, which says how much there is."""
    said = {"most": plain(most)}
    words = {
        Step.COMMIT: gettext("At most %(most)s is still missing; more cannot be promised."),
        Step.SEND: gettext("At most %(most)s is promised and not sent yet."),
        Step.RECEIVE: gettext("At most %(most)s is on its way."),
        Step.LOSE: gettext("At most %(most)s is on its way; more cannot be lost."),
        Step.VERIFY: gettext("At most %(most)s came and is not confirmed yet."),
    }
    return WrongQuantity(words.get(step, gettext("Give a quantity above zero.")) % said)


def checked(quantity: Decimal) -> Decimal:
    """Return a quantity with two decimals; raises WrongQuantity unless it lies above zero and is believable."""
    if not quantity.is_finite() or quantity <= 0 or quantity > MOST:
        raise WrongQuantity(gettext("Give a quantity above zero."))
    rounded = quantity.quantize(Decimal("0.01"))
    if rounded != quantity:
        raise WrongQuantity(gettext("Give at most two decimals."))
    return rounded


def plain(quantity: Decimal) -> str:
    """Write a quantity without needless zeros."""
    return f"{quantity.normalize():f}"


def spread_back(quantity: Decimal, drawn: Sequence[tuple[T, Decimal]]) -> list[tuple[T, Decimal]]:
    """Return how much of a quantity goes back to each source it was drawn from (newest first), as (source, quantity)."""
    back = []
    for offer, held in drawn:
        part = min(quantity, held)
        if part > 0:
            back.append((offer, part))
            quantity -= part
    return back
