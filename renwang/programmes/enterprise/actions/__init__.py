"""The only code that writes enterprises."""

from .checks import check_site
from .entering import accept_invitation, end_seat, enter_by_code, invite, send_code
from .enterprises import end_meter, register_enterprises, set_meters, station_cadre
from .filings import (
    answer_filing,
    file_resumption,
    resume_work,
    sign_commitment,
    suspend_work,
    take_staff_list,
    write_filing,
)
from .gates import pass_gate, record_gate, report_day, roll_up_gates
from .power import (
    COMPUTE,
    FORGET,
    JUDGE,
    KEEP,
    NoticeIn,
    keep_index,
    keep_suspicions,
    note_readings,
    set_power,
    settle_unit,
    take_readings,
    withdraw_readings,
)
from .requests import answer_assist, answer_request, ask_assist, ask_for, confirm_request, extend_request

__all__ = [
    "COMPUTE",
    "FORGET",
    "JUDGE",
    "KEEP",
    "NoticeIn",
    "accept_invitation",
    "answer_assist",
    "answer_filing",
    "answer_request",
    "ask_assist",
    "ask_for",
    "check_site",
    "confirm_request",
    "end_meter",
    "end_seat",
    "enter_by_code",
    "extend_request",
    "file_resumption",
    "invite",
    "keep_index",
    "keep_suspicions",
    "note_readings",
    "pass_gate",
    "record_gate",
    "register_enterprises",
    "report_day",
    "resume_work",
    "roll_up_gates",
    "send_code",
    "set_meters",
    "set_power",
    "settle_unit",
    "sign_commitment",
    "station_cadre",
    "suspend_work",
    "take_readings",
    "take_staff_list",
    "withdraw_readings",
    "write_filing",
]
