"""The ways to reach a household, one file each. Importing this package makes them known."""

from . import call, self_report, sms, visit

__all__ = ["call", "self_report", "sms", "visit"]
