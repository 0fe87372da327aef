"""The roles of a district: what each may do. The strings are the names of actions ("cases.move_case") and of looks ("cases.view")."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

VIEW = ("registry.view", "assignments.view", "rounds.view", "cases.view", "fulfilment.view")
HELP = (
    *VIEW,
    "access.reveal",
    "rounds.record_*",
    "rounds.postpone_contact",
    "rounds.make_links",
    "rounds.enrol_device",
    "rounds.revoke_device",
    "cases.open_case",
    "cases.take_cases",
    "cases.release_case",
    "cases.meet_case",
    "cases.make_confirmation_link",
    "cases.confirm_case",
    "cases.close_cases",
    "cases.give_up_case",
    "cases.note_case",
    "cases.refer_case",
    "cases.answer_referral",
    "cases.revoke_referral",
    "cases.attend_case",
    "cases.save_filter",
    "cases.forget_filter",
    "fulfilment.request_*",
    "fulfilment.send_*",
    "fulfilment.receive_*",
    "fulfilment.lose_*",
    "fulfilment.verify_*",
)
# What emergency access lends of the roles held elsewhere: to see and to help, never to hand out, import or acknowledge.
LENT = HELP
LEAD = (
    *HELP,
    "channels.review",
    "channels.settle_incoming",
    "desk.board",
    "access.view_looks",
    "access.break_glass",
    "access.acknowledge_break_glass",
    "registry.*",
    "assignments.*",
    "rounds.*",
    "cases.*",
    "fulfilment.*",
)


# What a unit does with a directive it received, and what an office does with those it issues.
RECEIVE = ("command.view", "command.acknowledge", "command.report")
STEER = ("command.return_report", "command.remind")
ISSUE = (
    *RECEIVE,
    *STEER,
    "command.oversee",
    "command.issue_directive",
    "command.withdraw_directive",
    "command.start_round",
)


# What the offices are called that roles speak for.
OFFICES: dict[str, LazyText] = {
    "command": _("District command"),
    "health": _("Health office"),
    "relief": _("Poverty relief office"),
    "civil": _("Civil affairs office"),
    "provisions": _("Provisions office"),
    "education": _("Education office"),
}


@dataclass(frozen=True)
class Role:
    """What a role may do, and how it is guarded."""

    code: str
    label: LazyText
    permissions: tuple[str, ...]
    office: str = ""  # whose rounds and cases it speaks for
    own_people_only: bool = False  # sees only those it is answerable for, not everybody of the area
    second_factor: bool = False  # asleep until a one-time code was shown
    excludes: tuple[str, ...] = ()  # roles the same person may not hold


def _office(code: str, label: LazyText) -> Role:
    return Role(f"{code}_officer", label, (*LEAD, *ISSUE), office=code, second_factor=True)


ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role(
            "district_command",
            _("District command"),
            (*LEAD, *ISSUE, "audit.view", "channels.view"),
            office="command",
            second_factor=True,
        ),
        _office("health", _("Health officer")),
        _office("relief", _("Poverty relief officer")),
        _office("civil", _("Civil affairs officer")),
        _office("provisions", _("Provisions officer")),
        _office("education", _("Education officer")),
        Role("street_officer", _("Subdistrict officer"), (*LEAD, *RECEIVE, *STEER, "command.forward")),
        Role(
            "village_cadre",
            _("Village cadre"),
            (
                *HELP,
                *RECEIVE,
                "channels.review",
                "channels.settle_incoming",
                "desk.board",
                "access.break_glass",
                "assignments.propose_*",
                "registry.import_*",
                "registry.register_households",
                "registry.receive_workbook",
                "registry.check_workbook",
                "registry.apply_import",
                "registry.discard_import",
                "registry.add_member",
                "registry.correct_*",
                "rounds.close_contact",
                "rounds.ask_again",
                "cases.assign_cases",
                "cases.transfer_case",
                "cases.reopen_case",
                "fulfilment.*",
            ),
        ),
        Role("grid_worker", _("Grid worker"), HELP),
        Role("helper", _("Helper of households"), HELP, own_people_only=True),
        Role("volunteer", _("Volunteer"), HELP, own_people_only=True),
        Role(
            "account_manager",
            _("Account manager"),
            (
                "access.view_accounts",
                "access.*_account",
                "access.grant_role",
                "access.end_grant",
                "access.reset_password",
                "access.reset_second_factor",
            ),
            second_factor=True,
            excludes=("auditor", "district_command"),
        ),
        Role(
            "auditor",
            _("Auditor"),
            ("audit.*", "channels.view", "access.view_accounts", "access.view_looks", "access.acknowledge_break_glass"),
            second_factor=True,
            excludes=("account_manager",),
        ),
    )
}


def clashes(roles: Iterable[str]) -> list[tuple[str, str]]:
    """Return the pairs of roles that one person may not hold together."""
    held = sorted(set(roles))
    return [
        (one, other)
        for one in held
        for other in held
        if one < other and (other in ROLES[one].excludes or one in ROLES[other].excludes)
    ]
