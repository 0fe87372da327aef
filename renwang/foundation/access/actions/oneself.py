"""What everybody does with their own account."""

from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.utils.translation import gettext as _

from renwang.foundation.audit.actions import action

from ..events import PasswordChanged, SignedIn
from ..models import User
from ..rules import Actor


class WrongPassword(Exception):
    """The present password was not the right one."""


@action
def sign_in(*, actor: Actor, now: datetime) -> SignedIn:
    """Note in the ledger that somebody signed in."""
    user_id = actor.check_may_as_oneself("access.sign_in")
    User.objects.filter(pk=user_id).update(last_login=now)
    return SignedIn(user_id=user_id)


@action
def change_password(*, actor: Actor, now: datetime, old: str, new: str) -> PasswordChanged:
    """Change one's own password; every other session of the account ends. The new one was checked by the form."""
    user_id = actor.check_may_as_oneself("access.change_password")
    user = User.objects.select_for_update().get(pk=user_id)
    if not check_password(old, user.password):
        raise WrongPassword(_("This is not your present password."))
    User.objects.filter(pk=user.pk).update(password=make_password(new), must_change_password=False)
    return PasswordChanged(user_id=user.pk)
