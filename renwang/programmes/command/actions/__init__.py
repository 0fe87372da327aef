"""The only code that writes directives: verbs."""

from .acknowledging import acknowledge, forward
from .issuing import DirectiveDraft, issue_directive, withdraw_directive
from .outreach import start_round
from .reminding import CARRY_REMINDERS, remind, remind_late
from .reporting import report, return_report

__all__ = [
    "CARRY_REMINDERS",
    "DirectiveDraft",
    "acknowledge",
    "forward",
    "issue_directive",
    "remind",
    "remind_late",
    "report",
    "return_report",
    "start_round",
    "withdraw_directive",
]
