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
from .filings import Filing, FilingStep, StaffList, StaffRow, Worker
from .gates import GateDay, GatePass, GateShift
from .power import DayIndex, FirmPower, PowerNotice, PowerRun, PowerSetting, ReadingFile, Suspicion
from .requests import Assist, Request

__all__ = [
    "Assist",
    "CheckPhoto",
    "DayIndex",
    "DayReport",
    "Enterprise",
    "Filing",
    "FilingStep",
    "Finance",
    "FirmPower",
    "GateDay",
    "GateFever",
    "GatePass",
    "GateShift",
    "Invitation",
    "LookOnTheSpot",
    "Meter",
    "OtherRequest",
    "PolicyQuestion",
    "PowerNotice",
    "PowerRun",
    "PowerSetting",
    "ProtectiveGoods",
    "RawMaterial",
    "ReadingFile",
    "Rectification",
    "Request",
    "Seat",
    "SignInCode",
    "SiteCheck",
    "StaffList",
    "StaffRow",
    "Suspicion",
    "Transport",
    "Worker",
    "Workers",
]
