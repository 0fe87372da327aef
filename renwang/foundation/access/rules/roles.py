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
    "cases.send_confirmation_link",
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
    "indicators.view",
    "indicators.count_now",
    "bulletins.draft_*",
    "bulletins.edit_bulletin",
    "bulletins.refresh_figures",
    "bulletins.discard_bulletin",
    "access.view_looks",
    "access.break_glass",
    "access.acknowledge_break_glass",
    "registry.*",
    "assignments.*",
    "rounds.*",
    "cases.*",
    "fulfilment.*",
    "paperwork.*",
    "enterprise.view",
    "enterprise.answer_assist",
)


# What a subdistrict does with the firms that file with it.
FIRMS = (
    "enterprise.answer_filing",
    "enterprise.suspend_work",
    "enterprise.check_site",
    "enterprise.invite",
    "enterprise.register_enterprises",
    "enterprise.station_cadre",
    "enterprise.record_gate",
)
# What a firm does for itself.
OWN_FIRM = (
    "enterprise.list_own",
    "enterprise.see_own",
    "enterprise.write_filing",
    "enterprise.file_resumption",
    "enterprise.take_staff_list",
    "enterprise.apply_staff_list",
    "enterprise.discard_staff_list",
    "enterprise.sign_commitment",
    "enterprise.resume_work",
    "enterprise.report_day",
    "enterprise.record_gate",
    "enterprise.ask_for",
    "enterprise.confirm_request",
)
# What the industry office and the command do; for a firm that files on paper they write it down, but they never confirm for it.
ECONOMY = (
    *FIRMS,
    *(one for one in OWN_FIRM if one not in {"enterprise.list_own", "enterprise.confirm_request"}),
    "enterprise.answer_request",
    "enterprise.set_meters",
    "enterprise.take_readings",
    "enterprise.set_power",
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


# What the offices are called that roles speak for, and those that are asked to help.
OFFICES: dict[str, LazyText] = {
    "command": _("District command"),
    "health": _("Health office"),
    "relief": _("Poverty relief office"),
    "civil": _("Civil affairs office"),
    "provisions": _("Provisions office"),
    "education": _("Education office"),
    "industry": _("Industry office"),
    "employment": _("Employment office"),
    "finance": _("Finance office"),
    "transport": _("Transport office"),
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


def _office(code: str, label: LazyText, *more: str) -> Role:
    return Role(f"{code}_officer", label, (*LEAD, *ISSUE, *more), office=code, second_factor=True)


ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role(
            "district_command",
            _("District command"),
            (*LEAD, *ISSUE, "audit.view", "channels.view", "indicators.correct_day", "bulletins.*", *ECONOMY),
            office="command",
            second_factor=True,
        ),
        _office("health", _("Health officer")),
        _office("relief", _("Poverty relief officer")),
        _office("civil", _("Civil affairs officer")),
        _office("provisions", _("Provisions officer")),
        _office("education", _("Education officer")),
        _office("industry", _("Industry officer"), *ECONOMY),
        _office("employment", _("Employment officer")),
        _office("finance", _("Finance officer")),
        _office("transport", _("Transport officer")),
        Role("street_officer", _("Subdistrict officer"), (*LEAD, *RECEIVE, *STEER, "command.forward", *FIRMS)),
        Role(
            "village_cadre",
            _("Village cadre"),
            (
                *HELP,
                *RECEIVE,
                "channels.review",
                "channels.settle_incoming",
                "desk.board",
                "indicators.view",
                "access.break_glass",
                "assignments.propose_*",
                "registry.import_*",
                "registry.register_households",
                "registry.receive_workbook",
                "registry.check_workbook",
                "registry.apply_import",
                "registry.discard_import",
                "registry.settle_columns",
                "registry.undo_import",
                "registry.add_member",
                "registry.correct_*",
                "rounds.close_contact",
                "rounds.ask_again",
                "cases.assign_cases",
                "cases.transfer_case",
                "cases.reopen_case",
                "fulfilment.*",
                "paperwork.view",
                "paperwork.fill_form",
                "paperwork.release_filling",
                "paperwork.put_away_filling",
                "paperwork.open_sealed_columns",
                "paperwork.take_*",
                "paperwork.export_*",
            ),
        ),
        Role(
            "stationed_cadre",
            _("Cadre stationed at enterprises"),
            (
                *HELP,
                "enterprise.view",
                "enterprise.see_day",
                "enterprise.check_site",
                "enterprise.invite",
                "enterprise.record_gate",
                "enterprise.ask_for",
            ),
            own_people_only=True,
        ),
        # Sees its own firm and nothing else: no register, no worklist.
        Role("enterprise_user", _("Enterprise"), OWN_FIRM, own_people_only=True),
        Role("grid_worker", _("Grid worker"), (*HELP, "paperwork.take_household_file")),
        Role("helper", _("Helper of households"), (*HELP, "paperwork.take_household_file"), own_people_only=True),
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
