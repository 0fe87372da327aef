"""Setting up the second factor, showing it, and printing recovery codes."""

import base64
import io
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

import django_otp
import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode as query_of
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from .. import actions, queries
from ..engine.one_time import code_at, demo_secret, make_recovery_codes, make_secret
from ..forms import CodeForm
from ..middleware import LATER
from ..models import SecondFactor
from ..rules import ROLES, wait_after
from .acting import actor_in, user_in
from .sign_in import safe_next


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Ask for a code after signing in; say how it stands when the code was shown already."""
    actor, user, now = actor_in(request), user_in(request), timezone.now()
    factor = queries.second_factor_of(user.pk)
    if request.method == "POST" and "later" in request.POST:
        request.session[LATER] = True
        return redirect(safe_next(request))
    if factor is None or not factor.confirmed:
        return redirect(f"{reverse('access:second_factor_new')}?{query_of({'next': safe_next(request)})}")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        shown = actions.show_second_factor(actor=actor, now=now, code=form.cleaned_data["code"])
        if shown.outcome in ("right", "recovery"):
            _remember(request, factor)
            if shown.outcome == "recovery":
                left = queries.recovery_codes_left(factor)
                messages.warning(request, _("You used a printed code. %(left)d are left.") % {"left": left})
            return redirect(safe_next(request))
        form.add_error("code", _refusal(user.pk, shown.outcome))
    context = {
        "form": form,
        "next": safe_next(request),
        "is_shown": user.is_verified(),  # type: ignore[attr-defined]  # by django-otp
        "left": queries.recovery_codes_left(factor),
        "can_wait": _has_other_roles(request),
        "demo_code": _demo_code(user.username, factor, now),
    }
    return render(request, "access/second_factor.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters()
@sensitive_variables("secret", "codes")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Set up the second factor: begin, scan, type the first code, print the recovery codes."""
    actor, user, now = actor_in(request), user_in(request), timezone.now()
    factor = queries.second_factor_of(user.pk)
    if factor is not None and factor.confirmed:
        return redirect("access:second_factor")
    if request.method == "POST" and "code" not in request.POST:
        actions.begin_second_factor(actor=actor, now=now, secret=make_secret())
        return redirect(f"{request.path}?{query_of({'next': safe_next(request)})}")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and factor is not None and form.is_valid():
        codes = make_recovery_codes()
        done = actions.confirm_second_factor(actor=actor, now=now, code=form.cleaned_data["code"], recovery_codes=codes)
        if done.is_right:
            _remember(request, factor)
            return render(request, "access/recovery_codes.html", {"codes": codes, "next": safe_next(request)})
        form.add_error(
            "code", _("This is not the code the app shows now. Check the phone's clock and type the next code.")
        )
    needing = [role.label for role in ROLES.values() if role.code in actor.sleeping_roles()]
    context = {
        "form": form,
        "factor": factor,
        "needing": needing,
        "next": safe_next(request),
        "can_wait": _has_other_roles(request),
        **(_drawn(user.username, factor) if factor else {}),
    }
    return render(request, "access/second_factor_new.html", context, status=422 if form.errors else 200)


@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them once."""
    codes = make_recovery_codes()
    try:
        actions.renew_recovery_codes(actor=actor_in(request), now=timezone.now(), recovery_codes=codes)
    except actions.SecondFactorProblem as problem:
        messages.error(request, str(problem))
        return redirect("access:second_factor")
    return render(request, "access/recovery_codes.html", {"codes": codes, "next": safe_next(request)})


def _remember(request: HttpRequest, factor: SecondFactor) -> None:
    """Note in the session that the second factor was shown; the session gets a new key, as after signing in."""
    request.session.cycle_key()
    request.session.pop(LATER, None)
    django_otp.login(request, factor)


def _demo_code(username: str, factor: SecondFactor, now: datetime) -> str:
    """Return the code of a demo account, for the demo has no phones; nothing for any other account, or anywhere else."""
    if not settings.RENWANG_DEMO or factor.secret != demo_secret(username):
        return ""
    # Whoever signs in again within half a minute is shown the next code, and is taken for a phone that is ahead by so much.
    ahead = timedelta(seconds=30 * factor.drift)
    return code_at(factor.secret, now + ahead, after_step=factor.last_step)


def _has_other_roles(request: HttpRequest) -> bool:
    actor = actor_in(request)
    return bool(actor.roles())


def _refusal(user_id: int, outcome: str) -> str:
    factor = queries.second_factor_of(user_id)
    wait = int(wait_after(factor.failures).total_seconds()) if factor else 0
    if outcome == "too_soon":
        return _("Too many wrong codes. Wait %(seconds)d seconds, then type the code the app shows.") % {
            "seconds": wait
        }
    if wait:
        return _("This code is wrong or was used. Wait %(seconds)d seconds before the next try.") % {"seconds": wait}
    return _("This code is wrong or was used. Type the code the app shows now, or a printed code.")


def _drawn(username: str, factor: SecondFactor) -> dict[str, str]:
    """Return the QR code (an SVG as data address) and the secret in groups of four, for phones without a camera."""
    secret = base64.b32encode(bytes.fromhex(factor.secret or "")).decode()
    label = quote(f"Renwang:{username}")
    address = f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': 'Renwang', 'digits': 6, 'period': 30})}"
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=5, border=4, light="#fff", dark="#000", xmldecl=False)
    image = "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()
    return {"image": image, "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}
