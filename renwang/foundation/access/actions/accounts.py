"""Making accounts and keeping them."""

from datetime import datetime

from axes.utils import reset
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from renwang.foundation.audit.actions import action

from .. import queries
from ..events import (
    AccountAdded,
    AccountChanged,
    AccountDeactivated,
    AccountReactivated,
    PasswordReset,
    SecondFactorReset,
)
from ..models import BreakGlass, Grant, SecondFactor, User
from ..rules import Actor
from .grants import check_not_oneself, check_role_and_area
from .problems import AccountProblem, NameTaken, StaleAccount

__all__ = [
    "AccountProblem",
    "add_account",
    "change_account",
    "deactivate_account",
    "reactivate_account",
    "reset_password",
    "reset_second_factor",
]


@action
def add_account(
    *,
    actor: Actor,
    now: datetime,
    username: str,
    name: str,
    password: str | None,
    role: str,
    area: str,
    unit: str = "",
    post: str = "",
    work_phone: str = "",
    must_change_password: bool = True,
) -> AccountAdded:
    """Make an account with its first role. The password is a one-time one, unless the caller says otherwise.

    Without a password nobody can sign in until one is given (``reset_password``).
    """
    actor.check_may("access.add_account", area)
    check_role_and_area(actor, role, area)
    try:
        with transaction.atomic():
            user = User.objects.create(
                username=username,
                name=name,
                unit=unit,
                post=post,
                work_phone=work_phone,
                password=make_password(password),
                must_change_password=must_change_password,
                made_at=now,
            )
    except IntegrityError:
        raise NameTaken(_("Another account signs in with this name. Choose another one.")) from None
    grant = Grant.objects.create(user=user, role=role, area=area, since=now)
    return AccountAdded(user_id=user.pk, grant_id=grant.pk, role=role, area=area)


@action
def change_account(
    *, actor: Actor, now: datetime, user_id: int, name: str, unit: str, post: str, work_phone: str
) -> AccountChanged:
    """Correct what is written about an account."""
    actor.check_may_all("access.change_account", queries.account_areas(user_id))
    told = {"name": name, "unit": unit, "post": post, "work_phone": work_phone}
    before = User.objects.values(*told).get(pk=user_id)
    User.objects.filter(pk=user_id).update(**told)
    return AccountChanged(user_id=user_id, fields=tuple(field for field in told if before[field] != told[field]))


@action
def deactivate_account(*, actor: Actor, now: datetime, user_id: int) -> AccountDeactivated:
    """Close an account: its sessions and emergency accesses end at once, its history stays."""
    actor.check_may_all("access.deactivate_account", queries.account_areas(user_id))
    check_not_oneself(actor, user_id)
    if not User.objects.filter(pk=user_id, is_active=True).update(is_active=False):
        raise StaleAccount(_("The account is closed already."))
    BreakGlass.objects.filter(user_id=user_id, since__lt=now, until__gt=now).update(until=now)
    return AccountDeactivated(user_id=user_id)


@action
def reactivate_account(*, actor: Actor, now: datetime, user_id: int) -> AccountReactivated:
    """Open a closed account again, with the roles it has kept."""
    actor.check_may_all("access.reactivate_account", queries.account_areas(user_id))
    check_not_oneself(actor, user_id)
    if not User.objects.filter(pk=user_id, is_active=False).update(is_active=True):
        raise StaleAccount(_("The account is open already."))
    return AccountReactivated(user_id=user_id)


@action
def reset_password(*, actor: Actor, now: datetime, user_id: int, password: str) -> PasswordReset:
    """Give an account a one-time password; its sessions end at once, and it must choose its own at the next sign-in. Who was
    locked out for wrong passwords may come in with it at once."""
    actor.check_may_all("access.reset_password", queries.account_areas(user_id))
    check_not_oneself(actor, user_id)
    User.objects.filter(pk=user_id).update(password=make_password(password), must_change_password=True)
    reset(username=User.objects.values_list("username", flat=True).get(pk=user_id))
    return PasswordReset(user_id=user_id)


@action
def reset_second_factor(*, actor: Actor, now: datetime, user_id: int) -> SecondFactorReset:
    """Take an account's second factor away (the phone is lost); it sets up a new one at the next sign-in."""
    actor.check_may_all("access.reset_second_factor", queries.account_areas(user_id))
    check_not_oneself(actor, user_id)
    SecondFactor.objects.filter(user_id=user_id).delete()
    return SecondFactorReset(user_id=user_id)
