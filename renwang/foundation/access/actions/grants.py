"""Giving roles in areas, and ending them."""

from datetime import datetime

from django.utils.translation import gettext as _

from renwang.foundation.audit.actions import action

from .. import kinds, queries
from ..events import GrantEnded, RoleGranted
from ..models import Grant, User
from ..rules import ROLES, Actor, clashes
from .problems import AlreadyHeld, OwnAccount, RolesClash, StaleAccount, UnknownArea, UnknownRole


@action
def grant_role(*, actor: Actor, now: datetime, user_id: int, role: str, area: str) -> RoleGranted:
    """Give an account a role in an area (empty: everywhere); refuses roles one person may not hold together."""
    actor.check_may_all("access.grant_role", {area, *queries.account_areas(user_id)})
    check_not_oneself(actor, user_id)
    check_role_and_area(actor, role, area)
    User.objects.select_for_update().get(pk=user_id)  # two grants at once must not make a clash
    held = list(queries.open_grants(now).filter(user_id=user_id).values_list("role", "area"))
    if (role, area) in held:
        raise AlreadyHeld(_("The account holds this role in this area."))
    for one, other in clashes([role, *(kept for kept, _area in held)]):
        raise RolesClash(
            _("One person may not be %(one)s and %(other)s. End the other role first, or choose another person.")
            % {"one": ROLES[one].label, "other": ROLES[other].label}
        )
    grant = Grant.objects.create(user_id=user_id, role=role, area=area, since=now)
    return RoleGranted(user_id=user_id, grant_id=grant.pk, role=role, area=area)


@action
def end_grant(*, actor: Actor, now: datetime, grant_id: int) -> GrantEnded:
    """End a role in an area. It stays in the account's history."""
    grant = Grant.objects.get(pk=grant_id)
    actor.check_may("access.end_grant", grant.area)
    check_not_oneself(actor, grant.user_id)
    if not queries.open_grants(now).filter(pk=grant_id).update(until=max(now, grant.since)):
        raise StaleAccount(_("This role has ended already."))
    return GrantEnded(user_id=grant.user_id, grant_id=grant.pk, role=grant.role, area=grant.area)


def check_not_oneself(actor: Actor, user_id: int) -> None:
    """Raise OwnAccount when somebody would change their own rights."""
    if actor.user_id is not None and actor.user_id == user_id:
        raise OwnAccount(_("Nobody changes the rights of their own account. Ask another account manager."))


def check_role_and_area(actor: Actor, role: str, area: str) -> None:
    """Raise UnknownRole or UnknownArea. The system may name areas that are not loaded yet: the first account comes first."""
    if role not in ROLES:
        raise UnknownRole(_("There is no such role."))
    if area and not actor.is_system and not kinds.places().names([area]):
        raise UnknownArea(_("There is no such area. Choose one from the list."))
