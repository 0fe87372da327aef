"""The needs of enterprises."""

from .asked import Finance, OtherRequest, PolicyQuestion, ProtectiveGoods, RawMaterial, Transport, Workers
from .found import GateFever, LookOnTheSpot, Rectification

__all__ = [
    "Finance",
    "GateFever",
    "LookOnTheSpot",
    "OtherRequest",
    "PolicyQuestion",
    "ProtectiveGoods",
    "RawMaterial",
    "Rectification",
    "Transport",
    "Workers",
]
