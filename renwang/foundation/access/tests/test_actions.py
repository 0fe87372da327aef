"""Accounts and roles: first the refusal, then the success, then the ledger."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from conftest import District, Family, MakeUser
from renwang.foundation.access import actions, queries
from renwang.foundation.access.actions.problems import AlreadyHeld, NameTaken, OwnAccount, RolesClash, UnknownArea
from renwang.foundation.access.models import Grant, Look, User
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry

TOLD: dict[str, Any] = {"username": "liu", "name": "刘干部", "password": "k4mw-9tqz-abcd", "role": "village_cadre"}


def last_entry() -> tuple[str, dict[str, Any], int | None]:
    """Return what the ledger says last."""
    entry = Entry.objects.latest("id")
    return entry.name, entry.facts, entry.actor_id


def test_a_street_officer_makes_no_account(street_officer: Actor, now: dt.datetime, small_district: District) -> None:
    with pytest.raises(NotAllowed):
        actions.add_account(actor=street_officer, now=now, area=small_district.village.code, **TOLD)
    assert not User.objects.filter(username="liu").exists()


def test_an_account_manager_makes_no_account_outside_their_area(manager: Actor, now: dt.datetime) -> None:
    with pytest.raises(NotAllowed):
        actions.add_account(actor=manager, now=now, area="", **TOLD)


def test_an_account_cannot_be_given_an_area_that_does_not_exist(manager: Actor, now: dt.datetime) -> None:
    with pytest.raises(UnknownArea):
        actions.add_account(actor=manager, now=now, area="370704999", **TOLD)


def test_a_new_account_has_its_role_and_must_choose_a_password(
    manager: Actor, now: dt.datetime, small_district: District
) -> None:
    added = actions.add_account(actor=manager, now=now, area=small_district.village.code, **TOLD)
    user = User.objects.get(pk=added.user_id)
    assert user.must_change_password and user.check_password(TOLD["password"])
    assert queries.actor_for(user=user, now=now, verified=False).may("cases.open_case", small_district.village.code)
    name, facts, by = last_entry()
    assert (name, by) == ("access.add_account", manager.user_id)
    assert facts == {
        "user_id": user.pk,
        "grant_id": added.grant_id,
        "role": "village_cadre",
        "area": small_district.village.code,
    }


def test_two_accounts_never_share_a_login_name(manager: Actor, now: dt.datetime, small_district: District) -> None:
    actions.add_account(actor=manager, now=now, area=small_district.village.code, **TOLD)
    with pytest.raises(NameTaken):
        actions.add_account(actor=manager, now=now, area=small_district.village.code, **TOLD)
    assert Entry.objects.filter(name="access.add_account").count() == 1


def test_nobody_grants_a_role_to_themselves(manager: Actor, now: dt.datetime, small_district: District) -> None:
    with pytest.raises(OwnAccount):
        actions.grant_role(
            actor=manager, now=now, user_id=manager.user_id or 0, role="helper", area=small_district.village.code
        )


def test_roles_that_exclude_one_another_are_refused_with_their_names(
    manager: Actor, now: dt.datetime, small_district: District, make_user: MakeUser
) -> None:
    auditor = make_user("auditor", auditor=small_district.root.code)
    with pytest.raises(RolesClash) as refusal:
        actions.grant_role(
            actor=manager, now=now, user_id=auditor.pk, role="account_manager", area=small_district.root.code
        )
    assert "审计" in str(refusal.value) or "uditor" in str(refusal.value)
    assert Grant.objects.filter(user=auditor).count() == 1


def test_a_role_is_granted_once_ended_once_and_kept_in_the_history(
    manager: Actor, now: dt.datetime, small_district: District, helper_user: User
) -> None:
    later = now + dt.timedelta(hours=1)
    given = actions.grant_role(
        actor=manager, now=now, user_id=helper_user.pk, role="grid_worker", area=small_district.village.code
    )
    with pytest.raises(AlreadyHeld):
        actions.grant_role(
            actor=manager, now=now, user_id=helper_user.pk, role="grid_worker", area=small_district.village.code
        )
    assert last_entry()[0] == "access.grant_role"
    actions.end_grant(actor=manager, now=later, grant_id=given.grant_id)
    assert "grid_worker" not in queries.actor_for(user=helper_user, now=later, verified=True).roles()
    assert Grant.objects.get(pk=given.grant_id).until == later
    assert last_entry()[0] == "access.end_grant"
    with pytest.raises(actions.AccountProblem):
        actions.end_grant(actor=manager, now=later, grant_id=given.grant_id)


def test_an_account_manager_of_one_street_leaves_the_accounts_of_another_alone(
    small_district: District, make_user: MakeUser, as_actor: Callable[[User], Actor], now: dt.datetime
) -> None:
    manager = as_actor(make_user("m2", account_manager=small_district.other_street.code))
    officer = make_user("officer", street_officer=small_district.street.code)
    for refused in (
        lambda: actions.deactivate_account(actor=manager, now=now, user_id=officer.pk),
        lambda: actions.reset_password(actor=manager, now=now, user_id=officer.pk, password="x"),
        lambda: actions.reset_second_factor(actor=manager, now=now, user_id=officer.pk),
        lambda: actions.grant_role(
            actor=manager, now=now, user_id=officer.pk, role="helper", area=small_district.far_village.code
        ),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert list(queries.accounts(viewer=manager)) == [User.objects.get(username="m2")]


def test_a_helper_writes_down_looks_at_her_own_people_only(
    helper: Actor, family: Family, now: dt.datetime, small_district: District
) -> None:
    code = small_district.village.code
    told: dict[str, Any] = {"code": code, "field": "phone", "reason": "今日电话回访"}
    with pytest.raises(NotAllowed):
        actions.log_look(actor=helper, now=now, subject_id=family.head.pk + 999, **told)
    looked = actions.log_look(actor=helper, now=now, subject_id=family.household.pk, **told)
    assert Look.objects.get(pk=looked.look_id).reason == "今日电话回访"
    name, facts, by = last_entry()
    assert (name, by) == ("access.log_look", helper.user_id)
    assert "reason" not in facts  # it may name somebody


def test_events_of_access_carry_no_password_and_no_code(
    manager: Actor, now: dt.datetime, small_district: District
) -> None:
    actions.add_account(actor=manager, now=now, area=small_district.village.code, **TOLD)
    assert TOLD["password"] not in str(list(Entry.objects.values_list("facts", flat=True)))
    assert TOLD["name"] not in str(list(Entry.objects.values_list("facts", flat=True)))
