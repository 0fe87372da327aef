"""How an enterprise enters: by a link or a code. Open to everybody, so nothing here tells who is known."""

import logging

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.registry.engine.identifiers import read_credit_code, read_phone

from .. import actions, queries
from ..forms import CodeForm, EnterForm
from ..models import Enterprise, SignInCode
from ..rules.enterprises import CannotEnter

BACKEND = "django.contrib.auth.backends.ModelBackend"
LOG = logging.getLogger(__name__)


@never_cache
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for credit code and registered phone, send a code there, and take it.

    The answer is the same whether the enterprise is known or not: nobody learns here whose phone is registered.
    """
    if request.method == "POST" and "code" in request.POST:
        return _code_typed(request)
    form = EnterForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "enterprise/enter.html", {"form": form}, status=422 if form.errors else 200)
    code, phone = _plain(form.cleaned_data)
    firm = queries.by_credit_code(code)
    if firm is not None and queries.is_registered_phone(firm, phone):
        try:
            actions.send_code(actor=Actor.system(), now=timezone.now(), enterprise_id=firm.pk, phone=phone)
        except CannotEnter as refusal:
            # Asked too often. To say so here would tell a stranger who asks twice that this phone is registered.
            LOG.info("no code for enterprise %s: %s", firm.pk, type(refusal).__name__)
    else:
        LOG.info("a code was asked for an unknown enterprise or phone")
    return _ask_code(request, CodeForm(initial={"credit_code": code, "phone": phone}), firm)


def _code_typed(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _ask_code(request, form, None)
    code, phone = _plain(form.cleaned_data)
    firm = queries.by_credit_code(code)
    tried = None
    if firm is not None:
        try:
            tried = actions.enter_by_code(
                actor=Actor.system(),
                now=timezone.now(),
                enterprise_id=firm.pk,
                phone=phone,
                code=form.cleaned_data["code"],
            )
        except CannotEnter as refusal:
            form.add_error("code", str(refusal))
            return _ask_code(request, form, None)
    if tried is None or not tried.is_right or tried.user_id is None:
        form.add_error("code", _("This code is wrong or no longer valid. After five wrong ones ask for a new code."))
        return _ask_code(request, form, None)
    login(request, User.objects.get(pk=tried.user_id), backend=BACKEND)
    return redirect("enterprise:own_list")


def _ask_code(request: HttpRequest, form: CodeForm, firm: Enterprise | None) -> HttpResponse:
    shown = ""
    if settings.RENWANG_DEMO and not settings.RENWANG_SMPP and firm is not None:
        # A demo with invented firms has no line: it shows what would be sent.
        row = SignInCode.objects.filter(enterprise=firm, used_at__isnull=True, expires_at__gt=timezone.now())
        found = row.order_by("-made_at").first()
        shown = (found.code or "") if found else ""
    return render(
        request, "enterprise/enter_code.html", {"form": form, "shown": shown}, status=422 if form.errors else 200
    )


def _plain(told: dict[str, str]) -> tuple[str, str]:
    return read_credit_code(told["credit_code"]).value, read_phone(told["phone"]).value


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let somebody enter as an enterprise by the link it was given. Opening the page uses nothing up: messengers preview it."""
    row = queries.invitation_of(token)
    now = timezone.now()
    if row is None:
        return _spent(request, _("This link is not complete. Open it again from the message."))
    if row.used_at is not None:
        return _spent(request, _("This link was used already. Ask for a new one, or enter by a code."))
    if row.expires_at <= now:
        return _spent(request, _("This link is no longer valid. Ask for a new one, or enter by a code."))
    if request.method != "POST":
        return render(request, "enterprise/invitation.html", {"enterprise": row.enterprise})
    try:
        made = actions.accept_invitation(actor=Actor.system(), now=now, invitation_id=row.pk)
    except CannotEnter as refusal:
        return _spent(request, str(refusal))
    login(request, User.objects.get(pk=made.user_id), backend=BACKEND)
    return redirect("enterprise:own_list")


def _spent(request: HttpRequest, words: str) -> HttpResponse:
    return render(request, "enterprise/invitation.html", {"refusal": words}, status=410)
