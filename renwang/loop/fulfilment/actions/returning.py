"""What was promised and is not needed any more goes back to its offers."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from django.db.models import F

from .. import rules
from ..models import Movement, Offer
from ..rules import Step


def give_back(unsent: Mapping[int, Decimal]) -> None:
    """Give unsent quantities (line → quantity) back to where they were promised from, the newest promise first.

    What was promised first counts as sent first. A part that was promised from elsewhere, without an offer, goes back there and
    to no offer: what has left an offer must not stand in it again.
    """
    drawn: dict[int, list[tuple[int | None, Decimal]]] = defaultdict(list)
    rows = Movement.objects.filter(line_id__in=list(unsent), step=Step.COMMIT).order_by("-at", "-pk")
    for line_id, offer_id, quantity in rows.values_list("line_id", "offer_id", "quantity"):
        drawn[line_id].append((offer_id, quantity))
    back: dict[int, Decimal] = defaultdict(Decimal)
    for line_id, quantity in unsent.items():
        for source, part in rules.spread_back(quantity, drawn[line_id]):
            if source is not None:
                back[source] += part
    for offer_id in sorted(back):  # always in one order, so that two cancellations never wait for one another
        Offer.objects.filter(pk=offer_id).update(committed=F("committed") - back[offer_id])
