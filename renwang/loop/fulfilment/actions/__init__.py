"""The only code that writes what meets a case: verbs."""

from .following import cancel_lines_of, verify_lines_of
from .lines import cancel_line, commit_line, lose_line, receive_line, request_line, send_line, verify_line
from .offers import end_offer, make_offer

__all__ = [
    "cancel_line",
    "cancel_lines_of",
    "commit_line",
    "end_offer",
    "lose_line",
    "make_offer",
    "receive_line",
    "request_line",
    "send_line",
    "verify_line",
    "verify_lines_of",
]
