"""The only code that writes cases: verbs."""

from .attending import attend_case, forget_filter, save_filter
from .confirming import confirm_by_link, confirm_case
from .escalating import close_verified, escalate_overdue
from .extending import extend_case
from .following import follow_move
from .handing_on import answer_referral, assign_cases, refer_case, revoke_referral, transfer_case
from .links import make_confirmation_link, send_confirmation_link
from .moves import close_cases, give_up_case, meet_case, note_case, release_case, reopen_case, take_cases
from .opening import open_case, open_cases

__all__ = [
    "answer_referral",
    "assign_cases",
    "attend_case",
    "close_cases",
    "close_verified",
    "confirm_by_link",
    "confirm_case",
    "escalate_overdue",
    "extend_case",
    "follow_move",
    "forget_filter",
    "give_up_case",
    "make_confirmation_link",
    "meet_case",
    "note_case",
    "open_case",
    "open_cases",
    "refer_case",
    "release_case",
    "reopen_case",
    "revoke_referral",
    "save_filter",
    "send_confirmation_link",
    "take_cases",
    "transfer_case",
]
