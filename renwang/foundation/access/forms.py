"""The shapes of what is typed about accounts, passwords, codes and emergency access."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from . import kinds
from .models import User
from .rules import ROLES, SHORTEST_REASON

MOST_AREAS = 1000  # in the list that helps typing; more are still found by code or name


class SignInForm(AuthenticationForm):
    """Login name and password."""

    error_messages = {
        "invalid_login": _("Login name and password do not fit. Mind capital and small letters."),
        "inactive": _("This account is closed. Ask the account manager."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Login name")
        self.fields["password"].label = _("Password")


class PasswordForm(forms.Form):
    """The present password and a new one, twice."""

    old = forms.CharField(
        label=_("Present password"), strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label=_("New password"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("New password once more"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["new"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Check the new password by the rules of the installation, and that both are the same."""
        told = super().clean() or {}
        old, new, again = told.get("old"), told.get("new"), told.get("again")
        if new and again and new != again:
            self.add_error("again", _("The two new passwords differ. Type the same one twice."))
        elif new and new == old:
            self.add_error("new", _("Choose another password than the present one."))
        elif new:
            try:
                validate_password(new, self.user)
            except ValidationError as error:
                self.add_error("new", error)
        return told


class CodeForm(forms.Form):
    """Six digits of the phone app, or a printed recovery code."""

    code = forms.CharField(
        label=_("One-time code"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )


class AreaField(forms.CharField):
    """An area, typed as its code or its name; gives the code. ``everywhere=True`` lets it stay empty."""

    def __init__(self, *, everywhere: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Area"))
        kwargs.setdefault("help_text", _("Type the name or the code of the area, or choose from the list."))
        kwargs.setdefault("widget", forms.TextInput({"list": "areas", "autocomplete": "off"}))
        super().__init__(required=not everywhere, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the code; raise ValidationError where the area is unknown or the name is borne by several."""
        text = str(super().clean(value) or "").strip()
        if not text:
            return ""
        places = kinds.places()
        first = text.split()[0]
        for code in (text, first):
            if places.names([code]):
                return code
        found = places.named(text)
        if len(found) == 1:
            return found[0].code
        if found:
            codes = ", ".join(place.code for place in found[:5])
            raise ValidationError(
                _("Several areas are called so (%(codes)s). Type the code of the one you mean."),
                params={"codes": codes},
            )
        raise ValidationError(_("There is no such area. Choose one from the list."))


def _role_choices() -> list[tuple[str, Any]]:
    return [(role.code, role.label) for role in ROLES.values()]


class GrantForm(forms.Form):
    """A role in an area."""

    role = forms.ChoiceField(label=_("Role"), choices=_role_choices)
    area = AreaField(everywhere=True)


class AccountForm(forms.Form):
    """What is written about an account."""

    name = forms.CharField(label=_("Name"), max_length=60)
    unit = forms.CharField(label=_("Unit"), max_length=80, required=False)
    post = forms.CharField(label=_("Post"), max_length=60, required=False)
    work_phone = forms.CharField(label=_("Work phone"), max_length=20, required=False)


class NewAccountForm(AccountForm):
    """A new account with its first role."""

    username = forms.RegexField(
        label=_("Login name"),
        regex=r"^[\w.@-]{2,60}\Z",
        max_length=60,
        help_text=_("Letters, digits, dot and hyphen. It cannot be changed later."),
        error_messages={"invalid": _("Use only letters, digits, dot and hyphen, at least two.")},
    )
    role = forms.ChoiceField(label=_("Role"), choices=_role_choices)
    area = AreaField(everywhere=True)
    field_order = ("username", "name", "unit", "post", "work_phone", "role", "area")


class EmergencyForm(forms.Form):
    """Which area, and why."""

    area = AreaField()
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        min_length=SHORTEST_REASON,
        widget=forms.Textarea({"rows": 3}),
        help_text=format_lazy(
            _("At least {count} characters. The officers of that area will read it."), count=SHORTEST_REASON
        ),
    )
