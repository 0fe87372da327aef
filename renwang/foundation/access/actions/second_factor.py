"""Setting up the second factor, and showing it."""

import hmac
from binascii import unhexlify
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django_otp.oath import TOTP

from renwang.foundation.audit.actions import action

from ..events import RecoveryCodesRenewed, SecondFactorBegun, SecondFactorConfirmed, SecondFactorShown
from ..models import RecoveryCode, SecondFactor, User
from ..rules import Actor, as_recovery_code, wait_after

TOLERANCE = 1  # steps of 30 s that a phone's clock may be off


class SecondFactorProblem(Exception):
    """Nothing is set up, or it is set up already."""


@action
def begin_second_factor(*, actor: Actor, now: datetime, secret: str) -> SecondFactorBegun:
    """Keep a new secret (20 bytes in hexadecimal) until the phone shows its first code; an unconfirmed one is replaced."""
    user_id = actor.check_may_as_oneself("access.begin_second_factor")
    user = User.objects.select_for_update().get(pk=user_id)
    if SecondFactor.objects.filter(user=user, confirmed=True).exists():
        raise SecondFactorProblem(_("Your second factor is set up. Has the phone been lost, ask the account manager."))
    SecondFactor.objects.filter(user=user).delete()
    factor = SecondFactor.objects.create(user=user, name="totp", confirmed=False, secret=secret, made_at=now)
    return SecondFactorBegun(user_id=user.pk, factor_id=factor.pk)


@action
def confirm_second_factor(
    *, actor: Actor, now: datetime, code: str, recovery_codes: Sequence[str]
) -> SecondFactorConfirmed:
    """Look at the first code; when right, the second factor counts from now on and the recovery codes are kept."""
    user_id = actor.check_may_as_oneself("access.confirm_second_factor")
    factor = _locked(user_id, confirmed=False)
    if not _is_right(factor, code, now):
        return SecondFactorConfirmed(user_id=factor.user_id, factor_id=factor.pk, is_right=False)
    SecondFactor.objects.filter(pk=factor.pk).update(confirmed=True)
    _keep(factor, recovery_codes)
    return SecondFactorConfirmed(user_id=factor.user_id, factor_id=factor.pk, is_right=True)


@action
def show_second_factor(*, actor: Actor, now: datetime, code: str) -> SecondFactorShown:
    """Look at a code of the phone or a printed one. A wrong code is kept too: after some, one must wait."""
    user_id = actor.check_may_as_oneself("access.show_second_factor")
    factor = _locked(user_id, confirmed=True)
    if factor.failed_at is not None and now < factor.failed_at + wait_after(factor.failures):
        outcome = "too_soon"
    elif _is_right(factor, code, now):
        outcome = "right"
    elif _is_printed(factor, code, now):
        outcome = "recovery"
    else:
        outcome = "wrong"
        SecondFactor.objects.filter(pk=factor.pk).update(failures=factor.failures + 1, failed_at=now)
    return SecondFactorShown(user_id=factor.user_id, factor_id=factor.pk, outcome=outcome)


@action
def renew_recovery_codes(*, actor: Actor, now: datetime, recovery_codes: Sequence[str]) -> RecoveryCodesRenewed:
    """Put new printed codes in the place of the old ones; only with the second factor shown."""
    user_id = actor.check_may_as_oneself("access.renew_recovery_codes")
    factor = _locked(user_id, confirmed=True)
    if not actor.verified:
        raise SecondFactorProblem(_("Show your second factor first."))
    _keep(factor, recovery_codes)
    return RecoveryCodesRenewed(user_id=factor.user_id, factor_id=factor.pk)


def _locked(user_id: int, *, confirmed: bool) -> SecondFactor:
    found = SecondFactor.objects.select_for_update().filter(user_id=user_id, confirmed=confirmed)
    factor: SecondFactor | None = found.first()
    if factor is None:
        raise SecondFactorProblem(_("Set up your second factor first."))
    return factor


def _is_right(factor: SecondFactor, code: str, now: datetime) -> bool:
    """Answer whether the phone shows this code now (RFC 6238: six digits, 30 s); a code counts once."""
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return False
    totp = TOTP(unhexlify(factor.secret or ""), drift=factor.drift)
    totp.time = now.timestamp()
    if not totp.verify(int(digits), TOLERANCE, factor.last_step + 1):
        return False
    SecondFactor.objects.filter(pk=factor.pk).update(last_step=totp.t(), drift=totp.drift, failures=0, failed_at=None)
    return True


def _is_printed(factor: SecondFactor, code: str, now: datetime) -> bool:
    typed = as_recovery_code(code)
    if not typed:
        return False
    for kept in RecoveryCode.objects.filter(factor=factor, used_at__isnull=True):
        if hmac.compare_digest(kept.code or "", typed):
            RecoveryCode.objects.filter(pk=kept.pk, used_at__isnull=True).update(used_at=now)
            SecondFactor.objects.filter(pk=factor.pk).update(failures=0, failed_at=None)
            return True
    return False


def _keep(factor: SecondFactor, codes: Sequence[str]) -> None:
    RecoveryCode.objects.filter(factor=factor).delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(factor=factor, code=code) for code in codes])
