"""What the pages of this stage share: the tabs, the choice of area, names in the reader's language."""

from typing import Any, Protocol

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.loop.registry.queries import divisions
from renwang.loop.registry.rules import DivisionLevel, called

from ..models import Duty

TABS = (
    ("gaps", "assignments:gaps", "user-question", "assignments.propose_helpers"),
    ("proposals", "assignments:proposals", "scale", "assignments.propose_helpers"),
    ("workers", "assignments:workers", "users", "assignments.propose_helpers"),
    ("teams", "assignments:teams", "users-group", "assignments.view"),
    ("duties", "assignments:duties", "id-badge-2", "assignments.define_duties"),
)


def tabs(request: HttpRequest, actor: Actor, here: str, counts: dict[str, int] | None = None) -> list[dict[str, Any]]:
    """Return the tabs the actor may open."""
    labels = {
        "gaps": _("Nobody responsible"),
        "proposals": _("Proposals"),
        "workers": _("Field workers"),
        "teams": _("Screening teams"),
        "duties": _("Duties"),
    }
    return [
        {
            "label": labels[key],
            "href": reverse(name),
            "icon": icon,
            "active": key == here,
            "count": (counts or {}).get(key),
            "meaning": "act" if key == "gaps" else "",
        }
        for key, name, icon, permission in TABS
        if actor.may_anywhere(permission)
    ]


class Named(Protocol):
    """A place with its names."""

    @property
    def name(self) -> str: ...

    @property
    def name_en(self) -> str: ...


def place_name(division: Named | None) -> str:
    """Return a division's name in the reader's language."""
    if division is None:
        return ""
    return called(division.name, division.name_en)


def duty_name(duty: Duty) -> str:
    """Return a duty's name in the reader's language."""
    return called(duty.label, duty.label_en)


def area_in(request: HttpRequest, actor: Actor, permission: str = "assignments.view") -> str:
    """Return the area asked for, as far as it lies in the actor's; empty is all of it."""
    asked = request.GET.get("area", "").strip()
    return asked if asked and any(asked.startswith(own) for own in actor.areas(permission)) else ""


def areas_of(actor: Actor, chosen: str, permission: str = "assignments.view") -> list[dict[str, Any]]:
    """Return the subdistricts and villages of the actor's areas as options; villages are set in."""
    found = divisions(areas=actor.areas(permission)).filter(level__in=(DivisionLevel.STREET, DivisionLevel.VILLAGE))
    return [
        {
            "code": place.code,
            "name": ("\u3000" if place.level == DivisionLevel.VILLAGE else "") + place_name(place),
            "chosen": place.code == chosen,
        }
        for place in found
    ]
