"""What somebody is ready to give."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.loop.cases.rules import Refused
from renwang.loop.registry.models import Division, Subject

from .. import kinds, rules
from ..events import OfferEnded, OfferMade
from ..models import Offer

SENT_TWICE = timedelta(minutes=2)


@action
def make_offer(
    *,
    actor: Actor,
    now: datetime,
    resource: str,
    giver_name: str,
    area: str,
    quantity: Decimal,
    giver_id: int | None = None,
    until: datetime | None = None,
    note: str = "",
) -> OfferMade:
    """Write down what somebody has and is ready to give within an area, until a date or until it is used up."""
    actor.check_may("fulfilment.make_offer", area)
    kind = kinds.get(resource)
    if not Division.objects.filter(pk=area).exists():
        raise Refused(_("There is no division with the code %(code)s.") % {"code": area})
    giver = Subject.objects.filter(pk=giver_id).first() if giver_id is not None else None
    name = giver_name.strip() or (giver.name if giver else "")
    if not name:
        raise Refused(_("Say who gives it."))
    if until is not None and until <= now:
        raise Refused(_("The offer would end before it begins. Choose a later day."))
    told = {
        "resource": kind.code,
        "giver": giver,
        "giver_name": name[:80],
        "area": area,
        "quantity": rules.checked(quantity),
        "note": note.strip()[:120],
        "by_id": actor.user_id,
        "until": until,
    }
    # A form sent twice promises nothing twice: the same words of the same account within minutes are one offer.
    twice = Offer.objects.filter(**told, since__gt=now - SENT_TWICE, since__lte=now).first() if actor.user_id else None
    if twice is not None:
        return OfferMade(offer_id=twice.pk)
    made = Offer.objects.create(**told, since=now)
    return OfferMade(offer_id=made.pk)


@action
def end_offer(*, actor: Actor, now: datetime, offer_id: int) -> OfferEnded:
    """Take an offer back. What was promised from it stays promised."""
    offer = Offer.objects.filter(pk=offer_id).first()
    if offer is None:
        raise Refused(_("This offer does not exist, or not any more."))
    actor.check_may("fulfilment.end_offer", offer.area)
    running = Offer.objects.filter(Q(until__isnull=True) | Q(until__gt=now), pk=offer_id)
    if not running.update(until=now):
        raise Refused(_("Somebody has ended this offer already."))
    return OfferEnded(offer_id=offer_id)
