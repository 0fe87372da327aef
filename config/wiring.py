"""Who listens to what, what the worker keeps, and what happens every so often. The whole of it, on one page."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings

from config.places import RegisterPlaces
from renwang.desk.kinds import ErrandsOf, register_errands
from renwang.foundation.access import queries as access
from renwang.foundation.access.kinds import PeopleOf, Places, register_people_of, register_places
from renwang.foundation.audit.actions import subscribe
from renwang.foundation.audit.events import Event
from renwang.foundation.audit.kinds import (
    Effect,
    NamesOf,
    Service,
    Tick,
    register_effect,
    register_names_of,
    register_service,
    register_tick,
)
from renwang.foundation.channels import handlers as channels_when
from renwang.foundation.channels.events import MessagesGivenUp, MessagesSubmitted, MessagesWired, ReceiptsNoted
from renwang.foundation.channels.kinds import Channel
from renwang.foundation.channels.kinds import register as register_channel
from renwang.loop.assignments import handlers as assignments_when
from renwang.loop.assignments import queries as assignments
from renwang.loop.assignments.actions import COMPUTE as COMPUTE_PROPOSAL
from renwang.loop.assignments.events import AssignmentsEnded, DivisionsAssigned, PeopleAssigned, PeopleHandedOver
from renwang.loop.bulletins import handlers as bulletins_when
from renwang.loop.cases import handlers as cases_when
from renwang.loop.cases.events import CaseConfirmed, CaseGivenUp, CaseMet, CasesClosed
from renwang.loop.cases.kinds import HandledBy, Panel, register_handled_by, register_panel
from renwang.loop.fulfilment import handlers as fulfilment_when
from renwang.loop.fulfilment import queries as fulfilment
from renwang.loop.fulfilment.views import case_panel
from renwang.loop.indicators import handlers as indicators_when
from renwang.loop.indicators.actions import COUNT as COUNT_DAY
from renwang.loop.paperwork import handlers as paperwork_when
from renwang.loop.paperwork.actions import EXPORT as MAKE_EXPORT
from renwang.loop.paperwork.actions import FILL as FILL_FORM
from renwang.loop.registry import handlers as registry_when
from renwang.loop.registry.actions.imports import APPLY as APPLY_IMPORT
from renwang.loop.registry.actions.imports import CHECK as CHECK_WORKBOOK
from renwang.loop.registry.actions.undoing import UNDO as UNDO_IMPORT
from renwang.loop.registry.events import (
    HouseholdMoved,
    HouseholdsRegistered,
    ImportTakenBack,
    MemberAdded,
    MembershipEnded,
    SubjectsMerged,
)
from renwang.loop.rounds import handlers as rounds_when
from renwang.loop.rounds.actions import PLAN_DAY, WORK_OUT
from renwang.loop.rounds.events import (
    AttemptsRecorded,
    CallBacksRecorded,
    CheckInsRecorded,
    ContactClosed,
    ContactsDropped,
    ContactsSettled,
    RoundClosed,
    SilenceNoted,
)
from renwang.programmes.command import handlers as command_when
from renwang.programmes.command.actions import CARRY_REMINDERS
from renwang.programmes.command.views.errands import errands_of
from renwang.programmes.enterprise import handlers as enterprises_when
from renwang.programmes.enterprise import queries as enterprises
from renwang.programmes.enterprise.actions import CHECK_STAFF, ENTER_STAFF
from renwang.programmes.enterprise.actions import COMPUTE as COMPUTE_INDEX
from renwang.programmes.enterprise.actions import FORGET as FORGET_READINGS
from renwang.programmes.enterprise.actions import JUDGE as JUDGE_LOADS
from renwang.programmes.enterprise.actions import KEEP as KEEP_READINGS
from renwang.programmes.enterprise.views.deciding import case_panel as request_panel

# (event, handler): runs in the transaction of the action that returned the event.
SUBSCRIPTIONS: list[tuple[type[Event], Callable[..., None]]] = [
    (PeopleAssigned, rounds_when.let_contacts_follow),
    (DivisionsAssigned, rounds_when.let_contacts_follow),
    (AssignmentsEnded, rounds_when.let_contacts_follow),
    (PeopleHandedOver, rounds_when.let_contacts_follow),
    (SubjectsMerged, rounds_when.drop_contacts_of_double),
    (MembershipEnded, rounds_when.drop_contacts_of_ended),
    (MemberAdded, rounds_when.drop_contacts_of_ended),
    (HouseholdsRegistered, rounds_when.drop_contacts_of_ended),
    (ImportTakenBack, rounds_when.drop_contacts_of_ended),
    (MessagesWired, rounds_when.let_contacts_go_on),
    (MessagesSubmitted, rounds_when.let_contacts_go_on),
    (ReceiptsNoted, rounds_when.let_contacts_go_on),
    (MessagesGivenUp, rounds_when.let_contacts_go_on),
    (CheckInsRecorded, rounds_when.cancel_texts),
    (AttemptsRecorded, rounds_when.cancel_texts),
    (CallBacksRecorded, rounds_when.cancel_texts),
    (SilenceNoted, rounds_when.cancel_texts),
    (ContactsSettled, rounds_when.cancel_texts),
    (ContactClosed, rounds_when.cancel_texts),
    (ContactsDropped, rounds_when.cancel_texts),
    (RoundClosed, rounds_when.cancel_texts),
    (HouseholdMoved, cases_when.follow_household),
    (CheckInsRecorded, cases_when.open_cases_for_findings),
    (CaseMet, fulfilment_when.refuse_while_on_the_way),
    (CaseGivenUp, fulfilment_when.refuse_while_on_the_way),
    (CaseConfirmed, fulfilment_when.verify_what_was_received),
    (CasesClosed, fulfilment_when.give_back_what_is_not_needed),
    (CaseGivenUp, fulfilment_when.give_back_what_is_not_needed),
]

# Who tells access whom an account is answerable for.
PEOPLE_OF: list[PeopleOf] = [assignments.people_of, enterprises.people_of]

# Who tells access about areas, and where a subject belongs.
PLACES: Places = RegisterPlaces()

# Who tells the ledger the names of accounts.
NAMES_OF: list[NamesOf] = [access.names_of]

# What later stages add to a case's page.
PANELS: list[Panel] = [case_panel, request_panel]

# Who handled a case in a later stage: whoever moved the goods does not confirm that they came.
HANDLED_BY: list[HandledBy] = [fulfilment.handled_by]

# What programmes want of somebody today, told on the board and under My work.
ERRANDS: list[ErrandsOf] = [errands_of]

# How the worker keeps each kind of promise.
EFFECTS: list[Effect] = [
    Effect(CHECK_WORKBOOK, registry_when.keep_check, in_one_transaction=False),
    Effect(APPLY_IMPORT, registry_when.keep_apply, in_one_transaction=False),
    Effect(UNDO_IMPORT, registry_when.keep_undo, in_one_transaction=False),
    Effect(COMPUTE_PROPOSAL, assignments_when.keep_proposal, in_one_transaction=False),
    Effect(PLAN_DAY, rounds_when.keep_plan, in_one_transaction=False),
    Effect(WORK_OUT, rounds_when.keep_working_out),
    Effect(CHECK_STAFF, enterprises_when.check_staff, in_one_transaction=False),
    Effect(ENTER_STAFF, enterprises_when.enter_staff, in_one_transaction=False),
    Effect(KEEP_READINGS, enterprises_when.keep_readings, in_one_transaction=False),
    Effect(COMPUTE_INDEX, enterprises_when.compute_index, in_one_transaction=False),
    Effect(FORGET_READINGS, enterprises_when.forget_readings, in_one_transaction=False),
    Effect(JUDGE_LOADS, enterprises_when.judge_loads, in_one_transaction=False),
    Effect(COUNT_DAY, indicators_when.keep_counting, in_one_transaction=False),
    Effect(CARRY_REMINDERS, command_when.carry_reminders),
    Effect(FILL_FORM, paperwork_when.keep_filling, in_one_transaction=False),
    Effect(MAKE_EXPORT, paperwork_when.keep_export, in_one_transaction=False),
]

# What the worker does every so often.
TICKS: list[Tick] = [
    Tick("rounds.work_out", timedelta(seconds=5), rounds_when.work_out_waiting),
    Tick("rounds.plan_today", timedelta(minutes=5), rounds_when.plan_today),
    Tick("rounds.send_texts", timedelta(seconds=30), rounds_when.send_texts),
    Tick("rounds.take_replies", timedelta(seconds=5), rounds_when.take_replies),
    Tick("channels.give_up", timedelta(minutes=1), channels_when.give_up_what_is_over),
    Tick("cases.escalate", timedelta(minutes=5), cases_when.escalate_late_cases),
    Tick("enterprise.roll_up_gates", timedelta(minutes=15), enterprises_when.roll_up_gates),
    Tick("cases.close_verified", timedelta(hours=1), cases_when.close_verified_cases),
    Tick("indicators.count_days", timedelta(minutes=10), indicators_when.count_days),
    Tick("bulletins.draft_what_is_due", timedelta(minutes=5), bulletins_when.draft_what_is_due),
    Tick("command.remind_late", timedelta(minutes=5), command_when.remind_who_is_late),
    Tick("paperwork.fill_daily", timedelta(minutes=1), paperwork_when.fill_daily),
    Tick("paperwork.drop_exports", timedelta(hours=6), paperwork_when.drop_exports),
]


# The lines that are set up: none, or the short-message centre of RENWANG_SMPP.
CHANNELS: list[Channel] = channels_when.lines_of(settings.RENWANG_SMPP)

# What a worker keeps running beside its promises.
SERVICES: list[Service] = [Service(f"line-{line.code}", channels_when.speak_over(line)) for line in CHANNELS]


def connect() -> None:
    """Join the stages; called once when the applications are ready."""
    for event, handler in SUBSCRIPTIONS:
        subscribe(event, handler)
    for source in PEOPLE_OF:
        register_people_of(source)
    register_places(PLACES)
    for namer in NAMES_OF:
        register_names_of(namer)
    for panel in PANELS:
        register_panel(panel)
    for handled in HANDLED_BY:
        register_handled_by(handled)
    for wants in ERRANDS:
        register_errands(wants)
    for effect in EFFECTS:
        register_effect(effect)
    for tick in TICKS:
        register_tick(tick)
    for channel in CHANNELS:
        register_channel(channel)
    for service in SERVICES:
        register_service(service)
