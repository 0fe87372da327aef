"""Who may open which address. One line each; see rights.py for the words."""

from .rights import EVERYBODY, OPEN, Both, Deed, Page, Route
from .rights_objects import OBJECTS

OUYANG = {"q": "ouyang"}
SUBMITTED = "2f1d0c2e-0000-4000-8000-00000000000a"
REASON = {"reason": "上级要求，今日办理"}

ROUTES: dict[str, Route] = {
    # access
    "set_language": Deed(OPEN, {"language": "en"}),
    "access:sign_in": Both(OPEN),
    "access:sign_out": Deed(EVERYBODY),
    "access:password": Both(EVERYBODY),
    "access:second_factor": Both(EVERYBODY),
    "access:second_factor_new": Both(EVERYBODY),
    "access:recovery_codes": Deed(EVERYBODY),
    "access:accounts": Page("access.view_accounts"),
    "access:account_new": Both(
        "access.add_account",
        lambda world, place: {"username": "neu", "name": "新人", "role": "helper", "area": place.village},
    ),
    "access:account": Both("access.view_accounts", {"name": "改名"}, to_send="access.change_account"),
    "access:account_grant": Deed(
        "access.grant_role", lambda world, place: {"role": "grid_worker", "area": place.village}
    ),
    "access:account_password": Deed("access.reset_password"),
    "access:account_second_factor": Deed("access.reset_second_factor"),
    "access:account_active": Deed("access.deactivate_account", {"is_active": "no"}),
    "access:grant_end": Deed("access.end_grant"),
    "access:break_glass": Both("access.break_glass|access.acknowledge_break_glass"),
    "access:break_glass_acknowledge": Deed("access.acknowledge_break_glass"),
    "access:break_glass_mend": Deed("nobody.else_may"),
    "access:looks": Page("access.view_looks"),
    "access:looks_mine": Page(EVERYBODY),
    "access:looks_at_subject": Page("access.view_looks"),
    # audit
    "audit:health": Page(OPEN),
    "audit:ledger": Page("audit.view", whole_house=True),
    "audit:dead_letters": Page("audit.view", whole_house=True),
    "audit:return_letter": Deed("audit.return_dead_letter", whole_house=True),
    "audit:drop_letter": Deed("audit.drop_dead_letter", {"reason": "es braucht niemand mehr"}, whole_house=True),
    # channels
    "channels:messages": Page("channels.view", whole_house=True),
    # registry
    "registry:households": Page("registry.view", query=OUYANG),
    "registry:search": Page("registry.view", query=OUYANG),
    "registry:suggest": Page("registry.view", query=OUYANG),
    "registry:ledgers": Page("registry.view"),
    "registry:household_new": Both(
        "registry.register_households", lambda world, place: {"name": "新户主", "division": place.village, "sex": "1"}
    ),
    "registry:household": Page("registry.view"),
    "registry:household_correct": Deed("registry.correct_household", {"address": "新址1号", "number": "X1"}),
    "registry:household_move": Deed("registry.move_household", {"division": "370704006202"}),
    "registry:member_add": Deed("registry.add_member", {"member-name": "新人", "member-relation": "other"}),
    "registry:person": Both("registry.correct_person", {"name": "改名", "sex": "1"}),
    "registry:membership_end": Deed("registry.end_membership", {"until": "2020-02-17", **REASON}),
    "registry:enrol": Deed("registry.enrol", {"programme": "poor_household", "since": "2020-02-01"}),
    "registry:enrolment_end": Deed("registry.end_enrolment", {"until": "2020-02-17", **REASON}),
    "registry:reveal": Both("access.reveal", REASON),
    "registry:merges": Page("registry.merge_subjects"),
    "registry:merge_compare": Page("registry.merge_subjects"),
    "registry:merge": Deed(
        "registry.merge_subjects",
        lambda world, place: {
            "kept": place.family.members[0].pk,
            "gone": place.family.members[1].pk,
            "one": place.family.members[0].pk,
            "other": place.family.members[1].pk,
            **REASON,
        },
    ),
    "registry:merge_undo": Deed("registry.undo_merge"),
    "registry:imports": Both("registry.import_people", to_send="registry.receive_workbook"),
    "registry:import_template": Page("registry.import_people"),
    "registry:import": Page("registry.import_people"),
    "registry:import_progress": Page("registry.import_people"),
    "registry:import_apply": Deed("registry.apply_import"),
    "registry:import_discard": Deed("registry.discard_import"),
    "registry:import_marked": Page("registry.import_people"),
    # assignments
    "assignments:gaps": Page("assignments.propose_helpers"),
    "assignments:assign": Deed(
        "assignments.assign",
        lambda world, place: {
            "subject": place.family.household.pk,
            "user": place.officer.pk,
            "duty": "helper",
            **REASON,
        },
    ),
    "assignments:teams": Page("assignments.view"),
    "assignments:team": Page("assignments.view", of_areas=True),
    "assignments:team_assign": Deed(
        "assignments.assign_to_divisions",
        lambda world, place: {"user": place.officer.pk, "duty": "cadre_in_charge", **REASON},
    ),
    "assignments:end": Deed("assignments.end_assignments", REASON),
    "assignments:workers": Page("assignments.propose_helpers"),
    "assignments:worker_new": Both("assignments.add_workers"),
    "assignments:worker": Page("assignments.view", of_areas=True),
    "assignments:worker_edit": Both("assignments.add_workers", {"capacity": 7}),
    "assignments:hand_over": Deed(
        "assignments.hand_over",
        lambda world, place: {"to": world.ours.officer.pk, "to_user": world.ours.officer.pk, **REASON},
    ),
    "assignments:availability": Deed("assignments.set_availability", {"is_available": "no", "available": "no"}),
    "assignments:hand_back": Deed("assignments.hand_back", REASON),
    "assignments:proposals": Page("assignments.propose_helpers"),
    "assignments:propose": Deed("assignments.propose_helpers", lambda world, place: {"area": place.street}),
    "assignments:proposal": Page("assignments.propose_helpers"),
    "assignments:apply": Deed("assignments.apply_proposal"),
    "assignments:discard": Deed("assignments.discard_proposal"),
    "assignments:line": Both(
        "assignments.propose_helpers",
        lambda world, place: {"user": place.officer.pk, **REASON},
        to_send="assignments.change_line",
    ),
    "assignments:duties": Page("assignments.define_duties", whole_house=True),
    "assignments:duty_new": Both("assignments.define_duties", whole_house=True),
    "assignments:duty": Both("assignments.define_duties", whole_house=True),
    "assignments:history": Page("registry.view"),
    # rounds
    "rounds:check_in": Both("rounds.view", {"all_well": "on"}, to_send="rounds.record_check_ins"),
    "rounds:check_in_done": Page("rounds.view"),
    "rounds:check_in_phone": Deed("access.reveal", REASON),
    "rounds:share": Deed("rounds.make_links"),
    "rounds:postpone": Deed("rounds.postpone_contact", {"hours": "2", **REASON}),
    "rounds:offline": Page(EVERYBODY),
    "rounds:worker": Page(OPEN),
    "rounds:api_check_ins": Deed(OPEN),
    "rounds:api_devices": Deed("rounds.enrol_device", {"name": "旧手机"}),
    "rounds:api_device": Deed("nobody.else_may"),
    "rounds:self_report": Both(OPEN),
    "rounds:list": Page("rounds.view"),
    "rounds:new": Both("rounds.draft_round"),
    "rounds:count": Page("rounds.draft_round"),
    "rounds:ask": Deed("rounds.define_questions"),
    "rounds:round": Page("rounds.view", of_areas=True),
    "rounds:edit": Both("rounds.draft_round"),
    "rounds:rows": Page("rounds.view", of_areas=True),
    "rounds:sheet": Page("rounds.make_links", of_areas=True),
    "rounds:move": Deed("rounds.open_round"),
    # cases
    "cases:worklist": Page("cases.view"),
    "cases:new": Both("cases.open_case"),
    "cases:act_on_many": Deed(
        "cases.take_cases", lambda world, place: {"verb": "take", "case": OBJECTS["case_id"](world, place)}
    ),
    "cases:save_filter": Deed("cases.save_filter", {"name": "今日", "query": "state=open"}),
    "cases:forget_filter": Deed("cases.forget_filter"),
    "cases:answer": Deed("cases.answer_referral", {"answer": "accept", "state": "accepted", **REASON}),
    "cases:revoke": Deed("cases.revoke_referral", REASON),
    "cases:page": Page("cases.view"),
    "cases:preview": Page("cases.view"),
    "cases:attend": Deed("cases.attend_case"),
    "cases:link": Page("cases.view"),
    "cases:verb": Deed("cases.take_cases", REASON),
    "cases:confirm": Both(OPEN),
    # fulfilment
    "fulfilment:offers": Both(
        "fulfilment.view",
        lambda world, place: {
            "resource": "provisions.food_parcel",
            "quantity": "5",
            "giver_name": "粮油店",
            "area": place.village,
            "until": "",
            "note": "",
        },
        to_send="fulfilment.make_offer",
    ),
    "fulfilment:end_offer": Deed("fulfilment.end_offer", REASON),
    "fulfilment:request": Deed(
        "fulfilment.request_line", {"resource": "general.help", "quantity": "1", "submission_id": SUBMITTED}
    ),
    "fulfilment:move": Deed("fulfilment.send_line", {"quantity": "1", "submission_id": SUBMITTED}),
    # desk
    "desk:board": Page(EVERYBODY),
    "desk:my_work": Page("rounds.record_check_ins"),
    "desk:household": Page("registry.view"),
    "desk:told": Both("access.reveal", REASON),
    "desk:unreached": Page("desk.board"),
    "desk:close_contact": Deed("rounds.close_contact", REASON),
    "desk:send_visit": Deed("rounds.ask_again", REASON),
    "desk:contacts": Page("desk.board"),
    "desk:search": Page("registry.view", query=OUYANG),
    "desk:map": Page("desk.board"),
    "desk:village": Page("registry.view"),
}
