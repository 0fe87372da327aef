"""Tables of this programme."""

from ..needs import (
    Finance,
    GateFever,
    LookOnTheSpot,
    OtherRequest,
    PolicyQuestion,
    ProtectiveGoods,
    RawMaterial,
    Rectification,
    Transport,
    Workers,
)
from .checks import CheckPhoto, SiteCheck
from .enterprises import DayReport, Enterprise, Invitation, Meter, Seat, SignInCode
from .filings import Filing, FilingStep, StaffFault, StaffList, Worker
from .gates import GateDay, GatePass, GateShift
from .requests import Assist, Request

__all__ = [
    "Assist",
    "CheckPhoto",
    "DayReport",
    "Enterprise",
    "Filing",
    "FilingStep",
    "Finance",
    "GateDay",
    "GateFever",
    "GatePass",
    "GateShift",
    "Invitation",
    "LookOnTheSpot",
    "Meter",
    "OtherRequest",
    "PolicyQuestion",
    "ProtectiveGoods",
    "RawMaterial",
    "Rectification",
    "Request",
    "Seat",
    "SignInCode",
    "SiteCheck",
    "StaffFault",
    "StaffList",
    "Transport",
    "Worker",
    "Workers",
]
