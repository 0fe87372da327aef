"""Signing in and out, and one's own password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from .. import actions, queries
from ..forms import PasswordForm, SignInForm
from ..models import User
from .acting import actor_in, user_in


class SignIn(LoginView):
    """Asks for login name and password; too many wrong ones close the door for a while (django-axes)."""

    template_name = "access/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Begin the session and note it in the ledger."""
        user = form.get_user()
        assert isinstance(user, User)  # AUTH_USER_MODEL
        login(self.request, user)
        now = timezone.now()
        actions.sign_in(actor=queries.actor_for(user=user, now=now, verified=False), now=now)
        return HttpResponseRedirect(self.get_success_url())


def safe_next(request: HttpRequest) -> str:
    """Return where the browser wanted to go, if that is one of our own pages; else the first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("access:sign_in")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; where a one-time password was given, this page comes before all others."""
    user = user_in(request)
    form = PasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_password(
                actor=actor_in(request), now=timezone.now(), old=form.cleaned_data["old"], new=form.cleaned_data["new"]
            )
        except actions.WrongPassword as problem:
            form.add_error("old", str(problem))
        else:
            update_session_auth_hash(request, User.objects.get(pk=user.pk))
            messages.success(request, _("Your password was changed. Other sessions of your account have ended."))
            return redirect(safe_next(request))
    context = {"form": form, "is_forced": user.must_change_password, "next": safe_next(request)}
    return render(request, "access/password.html", context, status=422 if form.errors else 200)
