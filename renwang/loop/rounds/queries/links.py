"""Reads about self-report links and devices."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from renwang.foundation.access.fields import keyring
from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor

from ..engine import tokens
from ..models import Contact, Device, Link
from .contacts import visible_contacts

LINK, DEVICE = "rounds.self-report", "rounds.device"


def token_of(link: Link) -> str:
    """Return the signed token of a link."""
    return tokens.sign(link.pk, purpose=LINK, secret=keyring().links.secret())


def link_of(token: str) -> Link | None:
    """Return the link a token was signed for, used or expired as it may be; None where the token is not ours."""
    number = tokens.read(token, purpose=LINK, secrets=keyring().links.secrets())
    if number is None:
        return None
    return (
        Link.objects.filter(pk=number)
        .select_related("contact__division", "contact__household", "contact__user")
        .first()
    )


def device_token_of(device: Device) -> str:
    """Return the bearer token of a device."""
    return tokens.sign(device.pk, purpose=DEVICE, secret=keyring().links.secret())


def device_of(token: str, now: datetime) -> Device | None:
    """Return the device whose bearer token this is, while it may still be used; None otherwise."""
    number = tokens.read(token, purpose=DEVICE, secrets=keyring().links.secrets())
    if number is None:
        return None
    return (
        Device.objects.filter(pk=number, expires_at__gt=now, revoked_at__isnull=True, user__is_active=True)
        .select_related("user")
        .first()
    )


def devices_of(*, viewer: Actor) -> QuerySet[Device]:
    """Return one's own devices, the latest first."""
    return Device.objects.filter(user_id=viewer.user_id or 0).order_by("-made_at")


def usable_links(contact_ids: Collection[int], now: datetime) -> dict[int, Link]:
    """Return for each contact a link that can still be used, where there is one."""
    rows = Link.objects.filter(contact_id__in=contact_ids, used_at__isnull=True, expires_at__gt=now).order_by("pk")
    return {row.contact_id: row for row in rows}


def contacts_for_links(*, viewer: Actor, round_id: int, area: str) -> QuerySet[Contact]:
    """Return the contacts of a round in an area that may still answer, for a sheet of links."""
    return (
        visible_contacts(viewer=viewer)
        .filter(parts__round_id=round_id, parts__state="asked")
        .filter(in_scope("division_id", (area,)))
        .filter(state__in=("due", "trying", "last_visit"))
        .select_related("household__household", "division")
        .order_by("household__household__number", "household_id")
        .distinct()
    )


def without_link(contacts: QuerySet[Contact], now: datetime) -> QuerySet[Contact]:
    """Return those of the contacts that have no link which can still be used."""
    usable = Link.objects.filter(contact_id=OuterRef("pk"), used_at__isnull=True, expires_at__gt=now)
    return contacts.exclude(Exists(usable))
