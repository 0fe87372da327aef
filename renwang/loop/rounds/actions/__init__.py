"""The only code that writes in this app."""

from .attempts import AttemptMade, OutcomeImpossible, record_attempts
from .check_ins import (
    ByActor,
    CheckInTold,
    SubmissionReused,
    UnknownContact,
    record_check_ins,
    record_gathered,
)
from .contacts import (
    ReasonMissing,
    StaleContact,
    ask_again,
    close_contact,
    drop_double,
    drop_ended,
    follow_answerable,
    postpone_contact,
)
from .devices import DeviceUnnamed, enrol_device, revoke_device
from .intake import receive_check_ins
from .links import LinkSpent, make_links, record_self_report
from .plan import DayPlan, Wanted, plan_day, plan_households
from .replies import record_call_backs, record_replies, submission_of, take_new_replies, take_replies
from .rounds import (
    PLAN_DAY,
    RoundDraft,
    RoundIncomplete,
    StaleRound,
    add_questions,
    close_round,
    define_questions,
    draft_round,
    open_round,
)
from .settle import move_silent, note_silence, settle_contacts, settle_past_days
from .texts import note_texts, send_texts
from .working_out import (
    WORK_OUT,
    NothingWaiting,
    set_aside_check_in,
    work_out_check_ins,
    work_out_waiting,
)
from .yardsticks import YardstickRefused, set_yardstick

__all__ = [
    "PLAN_DAY",
    "WORK_OUT",
    "AttemptMade",
    "ByActor",
    "CheckInTold",
    "DayPlan",
    "DeviceUnnamed",
    "LinkSpent",
    "NothingWaiting",
    "OutcomeImpossible",
    "ReasonMissing",
    "RoundDraft",
    "RoundIncomplete",
    "StaleContact",
    "StaleRound",
    "SubmissionReused",
    "UnknownContact",
    "Wanted",
    "YardstickRefused",
    "add_questions",
    "ask_again",
    "close_contact",
    "close_round",
    "define_questions",
    "draft_round",
    "drop_double",
    "drop_ended",
    "enrol_device",
    "follow_answerable",
    "make_links",
    "move_silent",
    "note_silence",
    "note_texts",
    "open_round",
    "plan_day",
    "plan_households",
    "postpone_contact",
    "receive_check_ins",
    "record_attempts",
    "record_call_backs",
    "record_check_ins",
    "record_gathered",
    "record_replies",
    "record_self_report",
    "revoke_device",
    "send_texts",
    "set_aside_check_in",
    "set_yardstick",
    "settle_contacts",
    "settle_past_days",
    "submission_of",
    "take_new_replies",
    "take_replies",
    "work_out_check_ins",
    "work_out_waiting",
]
