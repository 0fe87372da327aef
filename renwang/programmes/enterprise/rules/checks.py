"""The checklist of a site, and what it finds."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# 国发明电〔2020〕4号: at most six to a room, at least 2.5 m² for each.
MOST_IN_A_ROOM = 6
LEAST_AREA = Decimal("2.5")
DAYS_OF_STOCK = 3
MOST_PHOTOS = 4
LARGEST_PHOTO = 3_000_000  # bytes


class Item(TextChoices):
    """One thing a stationed cadre looks at."""

    GATE_DISINFECTION = "gate_disinfection", _("the gate is disinfected")
    GATE_TEMPERATURE = "gate_temperature", _("everybody's temperature is taken at the gate")
    STOCK = "stock", _("protective stock for 3 days is there, and a book of it")
    ISOLATION_ROOM = "isolation_room", _("there is a room for isolation")
    CANTEEN = "canteen", _("in the canteen people sit apart")
    DORMITORY_ROOMS = "dormitory_rooms", _("at most 6 sleep in a room")
    DORMITORY_AREA = "dormitory_area", _("at least 2.5 m² for each in the dormitory")
    POSTERS = "posters", _("posters say what to do")


WRONG: dict[str, Promise] = {
    Item.GATE_DISINFECTION: _("gate not disinfected"),
    Item.GATE_TEMPERATURE: _("temperature not taken at the gate"),
    Item.STOCK: _("protective stock for less than 3 days"),
    Item.ISOLATION_ROOM: _("no room for isolation"),
    Item.CANTEEN: _("people sit together in the canteen"),
    Item.DORMITORY_ROOMS: _("more than 6 in a room"),
    Item.DORMITORY_AREA: _("less than 2.5 m² for each"),
    Item.POSTERS: _("no posters"),
}
# What makes work unsafe at once: a firm at work with one of these is to be suspended by the office, not by the checklist.
GRAVE = frozenset({Item.GATE_TEMPERATURE, Item.ISOLATION_ROOM, Item.DORMITORY_ROOMS})


@dataclass(frozen=True)
class Checklist:
    """What a cadre saw. None: there is none (no canteen, no dormitory). ``area_each``: m² a head."""

    gate_disinfection: bool
    gate_temperature: bool
    stock_days: int
    isolation_room: bool
    canteen: bool | None
    in_a_room: int | None
    area_each: Decimal | None
    posters: bool


def findings_of(seen: Checklist) -> list[str]:
    """Return the codes of what is wrong, in the order of the checklist."""
    wrong = {
        Item.GATE_DISINFECTION: not seen.gate_disinfection,
        Item.GATE_TEMPERATURE: not seen.gate_temperature,
        Item.STOCK: seen.stock_days < DAYS_OF_STOCK,
        Item.ISOLATION_ROOM: not seen.isolation_room,
        Item.CANTEEN: seen.canteen is False,
        Item.DORMITORY_ROOMS: seen.in_a_room is not None and seen.in_a_room > MOST_IN_A_ROOM,
        Item.DORMITORY_AREA: seen.area_each is not None and seen.area_each < LEAST_AREA,
        Item.POSTERS: not seen.posters,
    }
    return [item.value for item, is_wrong in wrong.items() if is_wrong]


def is_photo(data: bytes) -> bool:
    """Answer whether some bytes are a JPEG, PNG or WebP picture."""
    return data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def media_type(data: bytes) -> str:
    """Return the media type of a photo."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/png" if data.startswith(b"\x89PNG") else "image/webp"
