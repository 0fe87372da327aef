"""Parse and check the shape of what is typed about cases."""

from typing import Any
from uuid import uuid4

from django import forms
from django.forms import modelform_factory
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.models import User
from renwang.loop.registry.models import Division

from . import kinds, rules
from .models import Need
from .rules import VerifiedHow

LONG = forms.Textarea(attrs={"rows": 2, "maxlength": 300})


class NoteForm(forms.Form):
    """A word that may be left out."""

    note = forms.CharField(label=_("Note"), max_length=300, required=False, widget=LONG)


class ReasonForm(forms.Form):
    """A word that may not be left out."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=LONG, error_messages={"required": _("Say why, in a few words.")}
    )


class AssignForm(forms.Form):
    """To whom a case is given."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("To whom"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, receivers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = receivers  # type: ignore[attr-defined]


class ReferForm(AssignForm):
    """Whom to ask for help, and why."""

    reason = forms.CharField(label=_("What they should help with"), max_length=200)


class TransferForm(forms.Form):
    """Where a case is offered, and why."""

    area = forms.ModelChoiceField(Division.objects.none(), label=_("To which area"))
    office = forms.ChoiceField(label=_("To which office"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["office"].choices = [("", _("the same office")), *rules.OFFICES.items()]  # type: ignore[attr-defined]


class ConfirmForm(forms.Form):
    """What the household said, or a second person saw."""

    submission_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    how = forms.ChoiceField(
        label=_("How do you know?"),
        choices=[choice for choice in VerifiedHow.choices if choice[0] not in rules.ONLY_THEMSELVES],
        widget=forms.RadioSelect,
    )
    is_met = forms.ChoiceField(
        label=_("Is the need met?"),
        choices=[("yes", _("Yes, solved")), ("no", _("No, not yet"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("What is missing (if not)"), max_length=200, required=False)


class FilterNameForm(forms.Form):
    """Under which name a filter is kept."""

    name = forms.CharField(label=_("Name of the filter"), max_length=40)
    query = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput)


def detail_form(kind: type[Need], data: Any = None) -> forms.Form:
    """Return the form that asks for the typed detail of a kind of need."""
    ticks: dict[str, forms.Field] = {
        name: forms.MultipleChoiceField(
            label=kind._meta.get_field(name).verbose_name,  # type: ignore[union-attr]  # a column of its own
            choices=list(choices.items()),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        for name, choices in kind.choices_of.items()
    }
    base: Any = modelform_factory(kind, fields=[name for name in kind.detail_fields() if name not in ticks])
    made: Any = type("DetailForm", (base,), ticks)
    form: forms.Form = made(data, prefix="detail")
    for field in form.fields.values():
        if isinstance(field, forms.DateField):
            field.widget = forms.DateInput(attrs={"type": "date"})
        if isinstance(field, forms.CharField) and (field.max_length or 0) > 160:
            field.widget = forms.Textarea(attrs={"rows": 3, "maxlength": field.max_length})
    return form


def kind_choices() -> list[dict[str, Any]]:
    """Return the kinds of need as tiles: code, label, icon, office."""
    return [
        {"code": kind.code, "label": kind.label, "icon": kind.icon, "office": rules.OFFICES[kind.office]}
        for kind in kinds.all_kinds()
    ]
