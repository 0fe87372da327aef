"""What an enterprise is told as, and what is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from renwang.loop.registry.engine.identifiers import Fault, read_credit_code, read_phone

from .industry import NoSuchIndustry, read_industry

SIGN_IN_LASTS = timedelta(minutes=10)
INVITATION_LASTS = timedelta(days=7)
BETWEEN_CODES = timedelta(minutes=1)
MOST_CODES_A_DAY = 5
MOST_TRIES = 5
MOST_STAFF = 500_000


class Site(TextChoices):
    """What kind of place it is."""

    PLANT = "plant", gettext_lazy("plant")
    BUILDING_SITE = "building", gettext_lazy("building site")
    SHOP = "shop", gettext_lazy("shop or office")


class Size(StrEnum):
    """Of designated size or not: how figures are grouped."""

    DESIGNATED = "designated"
    SMALL = "small"


class Refused(Exception):
    """What was asked cannot be done; the message says why and what to do, in the reader's language."""


class Stale(Refused):
    """Somebody was quicker."""


class DuplicateCode(Refused):
    """Two enterprises with one credit code, or two accounts of one; ``found`` lists them."""

    def __init__(self, found: Sequence[str]) -> None:
        super().__init__(
            _("These credit codes stand more than once; nothing was entered: %(codes)s.") % {"codes": "、".join(found)}
        )
        self.found = tuple(found)


class NotACreditCode(Refused):
    """Not a unified social credit code by GB 32100."""

    def __init__(self, fault: Fault | None, expected: str = "") -> None:
        super().__init__(credit_code_fault(fault, expected))


class MeterHeld(Refused):
    """A meter belongs to one enterprise at a time."""


class CannotEnter(Refused):
    """A link or code that opens nothing."""


@dataclass(frozen=True)
class EnterpriseIn:
    """An enterprise as it is told. ``division``: code; degrees WGS 84; ``staff``: people on the payroll."""

    name: str
    division: str
    credit_code: str
    industry: str
    is_designated: bool = False
    staff: int = 0
    site: str = Site.PLANT
    address: str = ""
    contact_name: str = ""
    phone: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class MeterIn:
    """A meter of an enterprise from a day on."""

    enterprise_id: int
    number: str
    since: date
    until: date | None = None


def credit_code_fault(fault: Fault | None, expected: str = "") -> str:
    """Return what is wrong with a unified social credit code, in the reader's language; "" when nothing is."""
    words = {
        Fault.EMPTY: _("Write the unified social credit code."),
        Fault.BAD_LENGTH: _("A unified social credit code has 18 characters."),
        Fault.BAD_CHARACTER: _("A unified social credit code has digits and capital letters without I, O, S, V, Z."),
        Fault.BAD_AREA: _("Characters 3 to 8 are the digits of an area."),
        Fault.BAD_AUTHORITY: _("The first character is none of a registering authority."),
        Fault.BAD_CHECK_DIGIT: _("The last character does not fit the others: it would be %(right)s. Look for a slip.")
        % {"right": expected},
        Fault.BAD_ORGANISATION_CHECK_DIGIT: _(
            "The 17th character does not fit those before it: it would be %(right)s. Look for a slip."
        )
        % {"right": expected},
    }
    return words.get(fault, _("This is not a unified social credit code.")) if fault else ""


def checked(told: EnterpriseIn) -> EnterpriseIn:
    """Return what is told in its normal form; raises NotACreditCode or Refused with words for whoever typed it."""
    code = read_credit_code(told.credit_code)
    if not code.is_valid:
        raise NotACreditCode(code.fault, code.expected)
    try:
        industry = read_industry(told.industry)
    except NoSuchIndustry:
        raise Refused(
            _("“%(code)s” is no industry of GB/T 4754. Write a letter and two to four digits, for example C17.")
            % {"code": told.industry}
        ) from None
    phone = read_phone(told.phone) if told.phone else None
    if phone is not None and not phone.is_valid:
        raise Refused(_("“%(phone)s” is no telephone number.") % {"phone": told.phone})
    if not told.name.strip():
        raise Refused(_("An enterprise has a name."))
    if not 0 <= told.staff <= MOST_STAFF:
        raise Refused(_("Staff lies between 0 and 500 000."))
    return EnterpriseIn(
        name=told.name.strip()[:80],
        division=told.division,
        credit_code=code.value,
        industry=industry,
        is_designated=told.is_designated,
        staff=told.staff,
        site=told.site,
        address=told.address.strip()[:160],
        contact_name=told.contact_name.strip()[:60],
        phone=phone.value if phone else "",
        lon=told.lon,
        lat=told.lat,
    )


def twice(codes: Sequence[str]) -> list[str]:
    """Return the codes that stand more than once, in order."""
    seen: dict[str, int] = {}
    for code in codes:
        seen[code] = seen.get(code, 0) + 1
    return [code for code, times in seen.items() if times > 1]


def overlap(since: date, until: date | None, other_since: date, other_until: date | None) -> bool:
    """Answer whether two periods (``until`` is the last day, None is open) share a day."""
    return (other_until is None or since <= other_until) and (until is None or other_since <= until)
