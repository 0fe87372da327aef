"""Parse and check the shape of what is typed about resources and quantities."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from renwang.loop.registry.models import Division

from . import kinds
from .rules import MOST

LAST_YEAR = 2100


def _quantity() -> forms.DecimalField:
    return forms.DecimalField(label=_("Quantity"), min_value=0, max_value=MOST, max_digits=12, decimal_places=2)


class StepForm(forms.Form):
    """A quantity that takes a step, once."""

    submission_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    quantity = _quantity()
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    offer = forms.IntegerField(required=False)


class CancelForm(forms.Form):
    """Why a line is not needed any more."""

    submission_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    note = forms.CharField(label=_("Reason"), max_length=200)


class RequestForm(forms.Form):
    """What a case asks for."""

    submission_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    resource = forms.ChoiceField(label=_("Goods or service"))
    quantity = _quantity()
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(found.code, f"{found.label} ({found.unit})") for found in kinds.meeting(kind)]
        self.fields["resource"].choices = choices  # type: ignore[attr-defined]


class OfferForm(forms.Form):
    """What somebody is ready to give."""

    resource = forms.ChoiceField(label=_("Goods or service"))
    quantity = _quantity()
    giver_name = forms.CharField(label=_("Who gives it"), max_length=80)
    area = forms.ModelChoiceField(Division.objects.none(), label=_("For which area"))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label=_("Note"), max_length=120, required=False)

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(found.code, f"{found.label} ({found.unit})") for found in kinds.all_kinds()]
        self.fields["resource"].choices = choices  # type: ignore[attr-defined]
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]

    def clean_until(self) -> date | None:
        """Return the last day; refuse one that nobody can mean."""
        day: date | None = self.cleaned_data["until"]
        if day is not None and day.year >= LAST_YEAR:
            raise forms.ValidationError(gettext("This day is too far off. Choose one of the next years."))
        return day
