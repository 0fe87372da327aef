"""The shapes of what is typed about duties, workers and who is responsible for whom."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.models import User
from renwang.loop.registry.models import Division

from .models import Duty, Worker
from .rules import DutyIn, DutyOf, WorkerIn


class DutyForm(forms.Form):
    """A duty; its code is asked only when it is new."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Latin letters and _, for example village_doctor. It never changes."),
    )
    label = forms.CharField(label=_("Name"), max_length=60)
    label_en = forms.CharField(label=_("Name in English"), max_length=60)
    held_for = forms.ChoiceField(label=_("Held for"), choices=DutyOf.choices)
    one_holder = forms.BooleanField(label=_("Only one may hold it at a time"), required=False)
    in_screening_team = forms.BooleanField(label=_("Belongs to every village's screening team"), required=False)
    is_answerable = forms.BooleanField(
        label=_("Answers for the household"),
        help_text=_("Rounds and cases turn to this one. Held for a village: for those who have nobody of their own."),
        required=False,
    )
    order = forms.IntegerField(label=_("Sort order"), min_value=0, max_value=32000, initial=100)

    def __init__(self, *args: Any, duty: Duty | None = None, **kwargs: Any) -> None:
        if duty is not None:
            kwargs["initial"] = {name: getattr(duty, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        if duty is not None:
            self.fields["code"].disabled = True

    def told(self) -> DutyIn:
        """Return the duty as it was typed."""
        return DutyIn(**self.cleaned_data)


class WorkerForm(forms.Form):
    """What is known of a worker; villages by code or name, several with a comma between."""

    user = forms.ModelChoiceField(label=_("Account"), queryset=User.objects.none(), empty_label=_("choose somebody"))
    home = forms.CharField(label=_("Home village"), help_text=_("Name or code."), max_length=80)
    served = forms.CharField(
        label=_("Also serves"), help_text=_("Names or codes, with a comma between."), max_length=1000, required=False
    )
    capacity = forms.IntegerField(label=_("Can carry"), min_value=0, max_value=1000, initial=5)
    is_available = forms.BooleanField(label=_("Available"), required=False, initial=True)

    def __init__(
        self, *args: Any, accounts: Iterable[User] | None = None, worker: Worker | None = None, **kwargs: Any
    ) -> None:
        if worker is not None:
            kwargs["initial"] = {
                "user": worker.user_id,
                "home": worker.home_id,
                "served": "，".join(sorted(area.division_id for area in worker.served.all())),
                "capacity": worker.capacity,
                "is_available": worker.is_available,
            }
        super().__init__(*args, **kwargs)
        self.worker = worker
        self.choice.queryset = User.objects.filter(pk=worker.user_id) if worker is not None else accounts
        self.choice.disabled = worker is not None

    @property
    def choice(self) -> Any:
        return self.fields["user"]

    def clean_home(self) -> str:
        """Return the code of the home village."""
        return _code(self.cleaned_data["home"])

    def clean_served(self) -> tuple[str, ...]:
        """Return the codes of the served villages."""
        words = self.cleaned_data["served"].replace("，", ",").replace("、", ",").split(",")
        return tuple(_code(word) for word in words if word.strip())

    def told(self) -> WorkerIn:
        """Return the worker as it was typed; coordinates stay as they were."""
        data = self.cleaned_data
        return WorkerIn(
            user_id=data["user"].pk,
            home=data["home"],
            capacity=data["capacity"],
            served=data["served"],
            is_available=data["is_available"],
            lon=self.worker.lon if self.worker else None,
            lat=self.worker.lat if self.worker else None,
        )


class HandOverForm(forms.Form):
    """Who takes over, what of, and why."""

    to_user = forms.ModelChoiceField(
        label=_("Who takes over"), queryset=User.objects.none(), empty_label=_("choose somebody")
    )
    duty = forms.ModelChoiceField(
        label=_("Of which duty"), queryset=Duty.objects.all(), required=False, empty_label=_("all duties")
    )
    reason = forms.CharField(label=_("Reason"), max_length=120)
    is_away = forms.BooleanField(label=_("Cannot be turned to until it is handed back"), required=False, initial=True)

    def __init__(self, *args: Any, accounts: Iterable[User] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_user"].queryset = accounts  # type: ignore[attr-defined]  # a ModelChoiceField


def _code(word: str) -> str:
    """Return the code of the division a word names. Raises ValidationError where none or several do."""
    found = list(Division.objects.filter(code=word.strip())[:1]) or list(Division.objects.filter(name=word.strip())[:2])
    if not found:
        raise forms.ValidationError(
            _("There is no village “%(word)s”. Write its name as in the list, or its code."),
            params={"word": word.strip()},
        )
    if len(found) > 1:
        raise forms.ValidationError(
            _("Several villages are called “%(word)s”. Write the code."), params={"word": word.strip()}
        )
    return str(found[0].code)
