"""The account manager's pages."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from .. import actions, kinds, queries
from ..engine.one_time import make_password
from ..forms import MOST_AREAS, AccountForm, GrantForm, NewAccountForm
from ..models import Grant, User
from ..rules import ROLES, Actor
from .acting import actor_in

ON_A_PAGE = 50


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Show the accounts of one's own area."""
    actor = actor_in(request)
    actor.check_may_anywhere("access.view_accounts")
    text, role, state = request.GET.get("q", "").strip(), request.GET.get("role", ""), request.GET.get("state", "open")
    is_active = {"open": True, "closed": False}.get(state)
    found = queries.accounts(viewer=actor, text=text, role=role, is_active=is_active)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    grants = queries.grants_of([user.pk for user in page], now=timezone.now())
    names = kinds.places().names({grant.area for held in grants.values() for grant in held})
    rows = [{"user": user, "grants": [_said(grant, names) for grant in grants.get(user.pk, [])]} for user in page]
    context = {"page": page, "rows": rows, "q": text, "role": role, "state": state, "roles": ROLES.values()}
    return render(request, "access/accounts.html", context | {"may_add": actor.may_anywhere("access.add_account")})


@sensitive_variables("password", "first_password")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make an account; the one-time password is shown once, on the page that answers."""
    actor = actor_in(request)
    actor.check_may_anywhere("access.add_account")
    form = NewAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        first_password = make_password()
        try:
            added = actions.add_account(actor=actor, now=timezone.now(), password=first_password, **form.cleaned_data)
        except actions.AccountProblem as problem:
            form.add_error(problem.field or None, str(problem))
        else:
            user = User.objects.get(pk=added.user_id)
            return render(request, "access/one_time_password.html", {"user_shown": user, "password": first_password})
    context = {"form": form, "areas": kinds.places().below(actor.areas("access.add_account"), MOST_AREAS)}
    return render(request, "access/account_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show one account and correct what is written about it."""
    actor = actor_in(request)
    user = _account(actor, user_id)
    told = {"name": user.name, "unit": user.unit, "post": user.post, "work_phone": user.work_phone}
    form = AccountForm(request.POST or None, initial=told)
    if request.method == "POST" and form.is_valid():
        actions.change_account(actor=actor, now=timezone.now(), user_id=user_id, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("access:account", user_id)
    return _page(request, user, form=form)


@require_POST
def grant(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give the account a role in an area."""
    actor = actor_in(request)
    user = _account(actor, user_id)
    form = GrantForm(request.POST)
    if form.is_valid():
        try:
            actions.grant_role(actor=actor, now=timezone.now(), user_id=user_id, **form.cleaned_data)
        except actions.AccountProblem as problem:
            form.add_error(problem.field or None, str(problem))
        else:
            messages.success(request, _("The role holds from now on."))
            return redirect("access:account", user_id)
    return _page(request, user, grant_form=form)


@require_POST
def end(request: HttpRequest, grant_id: int) -> HttpResponse:
    """End a role."""
    actor = actor_in(request)
    held = get_object_or_404(Grant, pk=grant_id)
    user = _account(actor, held.user_id)
    done = _("The role has ended.")
    return _do(request, user, lambda: actions.end_grant(actor=actor, now=timezone.now(), grant_id=grant_id), done)


@sensitive_variables("first_password")
@require_POST
def password(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give the account a new one-time password and show it once."""
    actor = actor_in(request)
    user = _account(actor, user_id)
    first_password = make_password()
    try:
        actions.reset_password(actor=actor, now=timezone.now(), user_id=user_id, password=first_password)
    except actions.AccountProblem as problem:
        messages.error(request, str(problem))
        return redirect("access:account", user_id)
    return render(request, "access/one_time_password.html", {"user_shown": user, "password": first_password})


@require_POST
def second_factor(request: HttpRequest, user_id: int) -> HttpResponse:
    """Take the account's second factor away, so that a new phone can be set up."""
    actor = actor_in(request)
    user = _account(actor, user_id)
    done = _("The second factor was taken away. A new one is set up at the next sign-in.")
    return _do(
        request, user, lambda: actions.reset_second_factor(actor=actor, now=timezone.now(), user_id=user_id), done
    )


@require_POST
def active(request: HttpRequest, user_id: int) -> HttpResponse:
    """Close or open the account."""
    actor = actor_in(request)
    user = _account(actor, user_id)
    if request.POST.get("is_active") == "yes":
        done = _("The account is open again.")
        return _do(
            request, user, lambda: actions.reactivate_account(actor=actor, now=timezone.now(), user_id=user_id), done
        )
    done = _("The account is closed; its sessions have ended.")
    return _do(
        request, user, lambda: actions.deactivate_account(actor=actor, now=timezone.now(), user_id=user_id), done
    )


def _account(actor: Actor, user_id: int) -> User:
    """Return an account of the actor's area, or answer 404: whoever may not see it need not know that it exists."""
    actor.check_may_anywhere("access.view_accounts")
    return get_object_or_404(queries.accounts(viewer=actor), pk=user_id)


def _do(request: HttpRequest, user: User, do: Callable[[], object], done: str) -> HttpResponse:
    try:
        do()
    except actions.AccountProblem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, done)
    return redirect("access:account", user.pk)


def _page(
    request: HttpRequest, user: User, *, form: forms.Form | None = None, grant_form: forms.Form | None = None
) -> HttpResponse:
    actor, now = actor_in(request), timezone.now()
    history = list(Grant.objects.filter(user=user).order_by("-since", "-id"))
    names = kinds.places().names({held.area for held in history})
    told = {"name": user.name, "unit": user.unit, "post": user.post, "work_phone": user.work_phone}
    factor = queries.second_factor_of(user.pk)
    wrong = bool((form and form.errors) or (grant_form and grant_form.errors))
    context = {
        "user_shown": user,
        "form": form or AccountForm(initial=told),
        "grant_form": grant_form or GrantForm(),
        "held": [_said(held, names) for held in history if held.until is None or held.until > now],
        "ended": [_said(held, names) for held in history if held.until is not None and held.until <= now],
        "has_factor": factor is not None and factor.confirmed,
        "areas": kinds.places().below(actor.areas("access.grant_role"), MOST_AREAS),
        "may_change": actor.may_anywhere("access.change_account") and actor.user_id != user.pk,
        "is_oneself": actor.user_id == user.pk,
    }
    return render(request, "access/account.html", context, status=422 if wrong else 200)


def _said(grant: Grant, names: dict[str, str]) -> dict[str, Any]:
    label = ROLES[grant.role].label if grant.role in ROLES else grant.role
    return {"grant": grant, "role": label, "place": names.get(grant.area, grant.area) or _("everywhere")}
