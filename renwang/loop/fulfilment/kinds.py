"""The plug by which a programme says what it can give."""

import re
from abc import ABC
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.core import checks
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from renwang.loop.cases import kinds as needs
from renwang.loop.cases.rules import Refused

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

R = TypeVar("R", bound="type[Resource]")
_kinds: "dict[str, type[Resource]]" = {}
CODE = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")


class Resource(ABC):  # a plug of plain values: nothing to override
    """One thing that meets needs: goods by the piece, or somebody's visit."""

    code: ClassVar[str]  # "provisions.food_parcel": stored on every line and offer, so never renamed
    label: ClassVar["StrOrPromise"]
    unit: ClassVar["StrOrPromise"]
    icon: ClassVar[str] = "package"  # name of an icon of the sprite
    is_goods: ClassVar[bool] = True  # goods can be on the way and be lost; a visit cannot
    example: ClassVar[str]  # a quantity somebody would ask for


class UnknownResource(Refused):
    """No programme registers this resource."""

    def __init__(self, code: str) -> None:
        super().__init__(_("There is no resource “%(code)s”. Choose one of the list.") % {"code": code})


def register(resource: R) -> R:
    """Make a resource known; refuses a second one of the same code."""
    if _kinds.setdefault(resource.code, resource) is not resource:
        raise ValueError(f"Two resources call themselves {resource.code!r}.")
    return resource


def get(code: str) -> "type[Resource]":
    """Return the resource of that code; raises UnknownResource."""
    try:
        return _kinds[code]
    except KeyError:
        raise UnknownResource(code) from None


def all_kinds() -> "list[type[Resource]]":
    """Return every resource, by code."""
    return [_kinds[code] for code in sorted(_kinds)]


def label_of(code: str) -> str:
    """Return the name of a resource; the code itself where its programme is no longer installed."""
    return str(_kinds[code].label) if code in _kinds else code


def unit_of(code: str) -> str:
    """Return what a resource is counted in."""
    return str(_kinds[code].unit) if code in _kinds else ""


def meeting(kind: str) -> "list[type[Resource]]":
    """Return the resources that meet a kind of need, in the order the need names them."""
    return [_kinds[code] for code in needs.get(kind).met_by if code in _kinds]


def check_kinds(**_: Any) -> list[checks.CheckMessage]:
    """Say what is wrong with each resource, and which need names one that nobody registers."""
    found = [problem for resource in all_kinds() for problem in problems_of(resource)]
    for need in needs.all_kinds():
        found += [
            checks.Error(
                f"{need.code!r} is met by {code!r}, which nobody registers.",
                "Register the resource, or take it out of met_by.",
                need,
                "fulfilment.E105",
            )
            for code in need.met_by
            if code not in _kinds
        ]
    return found


def problems_of(resource: "type[Resource]") -> list[checks.CheckMessage]:
    """Return what is wrong with one resource (fulfilment.E101 … E104), each with what to do."""
    found: list[checks.CheckMessage] = []

    def wrong(number: int, message: str, hint: str) -> None:
        found.append(checks.Error(message, hint, resource, f"fulfilment.E{number}"))

    parts = resource.__module__.split(".")
    home = parts[parts.index("programmes") + 1] if "programmes" in parts else "general"
    if not CODE.fullmatch(resource.code) or len(resource.code) > 60:
        wrong(101, f"{resource.code!r} is not a code of a resource.", "Write it as programme.thing, in small letters.")
    elif resource.code.split(".")[0] != home:
        wrong(102, f"{resource.code!r} does not bear the name of its programme.", f"Let it begin with {home!r}.")
    if not isinstance(resource.label, Promise) or not isinstance(resource.unit, Promise):
        wrong(103, f"{resource.code!r} has no label or unit that can be translated.", "Give both through gettext_lazy.")
    try:
        is_right = Decimal(resource.example) > 0
    except InvalidOperation:
        is_right = False
    if not is_right:
        wrong(104, f"The example of {resource.code!r} is no quantity.", 'Give one such as "2".')
    return found
