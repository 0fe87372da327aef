"""Decisions about who is responsible for whom."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# Above so many ids an event names its batch only; queries.begun_in and queries.ended_in read it.
MOST_IDS = 5_000
EARTH_METRES = 6_371_008.8  # mean radius, IUGG


class DutyOf(TextChoices):
    """What a duty is held for."""

    SUBJECT = "subject", _("a household, person or organisation")
    DIVISION = "division", _("a village or area")


class Why(TextChoices):
    """Why a line of a proposal has nobody, or was not applied."""

    NO_WORKERS = "no_workers", _("there are no available workers")
    NOBODY_SERVES_AREA = "nobody_serves_area", _("no worker serves this area")
    TOO_FAR = "too_far", _("all workers of the area live too far away")
    ALL_FULL = "all_full", _("all who may come are full")
    LEFT_OUT = "left_out", _("left out by hand")
    HAS_SOMEBODY = "has_somebody", _("has got somebody else meanwhile")
    WORKER_AWAY = "worker_away", _("the worker is no longer available")
    GONE = "gone", _("the household is no longer in the register")


class ProposalStatus(TextChoices):
    """Where a proposal stands, and who must act next."""

    COMPUTING = "computing", _("being computed")  # the worker
    DRAFTED = "drafted", _("drafted")  # the officer: apply or discard
    APPLIED = "applied", _("applied")  # nobody
    DISCARDED = "discarded", _("discarded")  # nobody
    FAILED = "failed", _("could not be computed")  # the officer: see the reason


PROPOSAL_MOVES: dict[ProposalStatus, frozenset[ProposalStatus]] = {
    ProposalStatus.COMPUTING: frozenset({ProposalStatus.DRAFTED, ProposalStatus.FAILED}),
    ProposalStatus.DRAFTED: frozenset({ProposalStatus.APPLIED, ProposalStatus.DISCARDED}),
    ProposalStatus.APPLIED: frozenset(),
    ProposalStatus.DISCARDED: frozenset(),
    ProposalStatus.FAILED: frozenset(),
}


@dataclass(frozen=True)
class DutyIn:
    """A duty as it is defined: Chinese and English name, what it is held for, how it counts."""

    code: str
    label: str
    label_en: str
    held_for: DutyOf
    one_holder: bool = True
    in_screening_team: bool = False
    is_answerable: bool = False
    order: int = 0


@dataclass(frozen=True)
class WorkerIn:
    """What is known of one account that takes people: home and served villages as codes, degrees WGS 84."""

    user_id: int
    home: str
    capacity: int = 5
    served: tuple[str, ...] = ()
    is_available: bool = True
    lon: float | None = None
    lat: float | None = None


# What a district of Shandong has; a district changes them on the page. Households turn to the answerable one: their own
# first; where they have none, whoever is answerable for the area. The order is the order in which they are asked.
STANDARD_DUTIES: tuple[DutyIn, ...] = (
    DutyIn("helper", "帮扶责任人", "Helper", DutyOf.SUBJECT, is_answerable=True, order=10),
    DutyIn(
        "stationed_cadre", "驻厂员", "Cadre stationed at the enterprise", DutyOf.SUBJECT, is_answerable=True, order=20
    ),
    DutyIn(
        "party_secretary", "村党支部书记", "Village party secretary", DutyOf.DIVISION, in_screening_team=True, order=30
    ),
    DutyIn("committee_head", "村委会主任", "Head of the village committee", DutyOf.DIVISION, order=40),
    DutyIn("first_secretary", "第一书记", "First secretary", DutyOf.DIVISION, order=50),
    DutyIn(
        "cadre_in_charge",
        "包村干部",
        "Cadre in charge of the village",
        DutyOf.DIVISION,
        in_screening_team=True,
        order=60,
    ),
    DutyIn(
        "grid_worker",
        "网格员",
        "Grid worker",
        DutyOf.DIVISION,
        one_holder=False,
        in_screening_team=True,
        is_answerable=True,
        order=70,
    ),
    DutyIn(
        "village_doctor",
        "乡村医生",
        "Village doctor",
        DutyOf.DIVISION,
        one_holder=False,
        in_screening_team=True,
        order=80,
    ),
    DutyIn("police_officer", "社区民警", "Community police officer", DutyOf.DIVISION, order=90),
)


def metres_between(lon: float, lat: float, other_lon: float, other_lat: float) -> int:
    """Return the great-circle distance between two points (degrees WGS 84) in whole metres."""
    half_lat = sin(radians(other_lat - lat) / 2) ** 2
    half_lon = sin(radians(other_lon - lon) / 2) ** 2
    return round(2 * EARTH_METRES * asin(sqrt(half_lat + cos(radians(lat)) * cos(radians(other_lat)) * half_lon)))
