"""Everything that changes accounts, roles, second factors, emergency access, and the log of looks."""

from .accounts import (
    AccountProblem,
    add_account,
    change_account,
    deactivate_account,
    reactivate_account,
    reset_password,
    reset_second_factor,
)
from .emergency import EmergencyRefused, acknowledge_break_glass, break_glass, mend_glass
from .grants import end_grant, grant_role
from .looks import log_look, log_looks
from .oneself import WrongPassword, change_password, sign_in
from .second_factor import (
    SecondFactorProblem,
    begin_second_factor,
    confirm_second_factor,
    renew_recovery_codes,
    show_second_factor,
)

__all__ = [
    "AccountProblem",
    "EmergencyRefused",
    "SecondFactorProblem",
    "WrongPassword",
    "acknowledge_break_glass",
    "add_account",
    "begin_second_factor",
    "break_glass",
    "change_account",
    "change_password",
    "confirm_second_factor",
    "deactivate_account",
    "end_grant",
    "grant_role",
    "log_look",
    "log_looks",
    "mend_glass",
    "reactivate_account",
    "renew_recovery_codes",
    "reset_password",
    "reset_second_factor",
    "show_second_factor",
    "sign_in",
]
