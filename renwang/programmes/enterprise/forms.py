"""Parse and check the shape of what is typed about enterprises."""

from typing import Any
from uuid import uuid4

from django import forms
from django.forms import modelform_factory
from django.utils.translation import gettext_lazy as _

from renwang.foundation.sheets.engine.own_form import FORM_CAPS
from renwang.loop.cases.models import Need
from renwang.loop.cases.rules import OFFICES

from .models import Filing, PowerSetting
from .rules.checks import Checklist
from .rules.enterprises import Site
from .rules.gates import Shift
from .rules.power import LARGEST_FILE, METHODS, UNITS

LARGEST_WORKBOOK = 20_000_000  # bytes
TOO_LARGE_READINGS = _("The file has more than 2 GB. Send it in parts, a month each.")
LONG = forms.Textarea(attrs={"rows": 3, "maxlength": 300})
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")  # a browser takes no other form
YES_NO = (("yes", _("yes")), ("no", _("no")))
YES_NO_NONE = (*YES_NO, ("none", _("there is none")))


class EnterpriseForm(forms.Form):
    """One enterprise, typed in."""

    name = forms.CharField(label=_("Name of the enterprise"), max_length=80)
    credit_code = forms.CharField(label=_("Unified social credit code"), max_length=24)
    division = forms.ChoiceField(label=_("Area"))
    industry = forms.CharField(
        label=_("Industry (GB/T 4754)"), max_length=8, help_text=_("A letter and two to four digits, for example C17.")
    )
    is_designated = forms.BooleanField(label=_("Of designated size"), required=False)
    staff = forms.IntegerField(label=_("Staff"), min_value=0, max_value=500_000, required=False)
    site = forms.ChoiceField(label=_("Site"), choices=Site.choices)
    address = forms.CharField(label=_("Address"), max_length=160, required=False)
    contact_name = forms.CharField(label=_("Contact person"), max_length=60, required=False)
    phone = forms.CharField(label=_("Registered phone"), max_length=30, required=False)
    lon = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180, required=False)
    lat = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90, required=False)

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].choices = areas  # type: ignore[attr-defined]


class WorkbookForm(forms.Form):
    """A workbook, sent. It is read as a whole, so it has a limit."""

    file = forms.FileField(label=_("Workbook (xlsx, xls or csv)"))

    def clean_file(self) -> Any:
        """Refuse what is larger than a firm's or a district's list can be."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_WORKBOOK:
            raise forms.ValidationError(
                _("The workbook has more than %(most)d MB. Keep only the sheet that is asked for, without pictures.")
                % {"most": LARGEST_WORKBOOK // 10**6}
            )
        return file


class OwnForm(forms.Form):
    """An office's own empty form, sent to be filled."""

    file = forms.FileField(label=_("Your empty form (xlsx or docx)"))

    def clean_file(self) -> Any:
        """Refuse what is no form but a ledger, or a trick."""
        file = self.cleaned_data["file"]
        if file.size > FORM_CAPS.zipped:
            raise forms.ValidationError(
                _("An empty form has at most %(most)d MB.") % {"most": FORM_CAPS.zipped // 2**20}
            )
        return file


class MeterForm(forms.Form):
    """A meter of an enterprise."""

    number = forms.CharField(label=_("Meter number"), max_length=30)
    since = forms.DateField(label=_("Since"), widget=DAY)
    until = forms.DateField(label=_("Until (last day)"), widget=DAY, required=False)


class EnterForm(forms.Form):
    """Which enterprise wants to enter, by which phone."""

    credit_code = forms.CharField(label=_("Unified social credit code"), max_length=24)
    phone = forms.CharField(label=_("Registered phone"), max_length=30)


class CodeForm(EnterForm):
    """The code that was sent."""

    credit_code = forms.CharField(max_length=24, widget=forms.HiddenInput)
    phone = forms.CharField(max_length=30, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Code from the message"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class InviteForm(forms.Form):
    """To which phone a link goes."""

    phone = forms.CharField(label=_("Phone (may be left out)"), max_length=30, required=False)


class FilingForm(forms.ModelForm):  # type: ignore[type-arg]
    """Plan and protective stock of a filing."""

    class Meta:
        model = Filing
        fields = (
            "plan",
            "resumes_on",
            "masks",
            "masks_a_day",
            "disinfectant",
            "disinfectant_a_day",
            "thermometers",
        )
        widgets = {"plan": forms.Textarea(attrs={"rows": 8, "maxlength": 4000}), "resumes_on": DAY}


class SignForm(forms.Form):
    """The signature under the letter of commitment."""

    signer = forms.CharField(label=_("Name of the legal representative"), max_length=60)
    drawn = forms.CharField(required=False, widget=forms.HiddenInput, max_length=300_000)
    agrees = forms.BooleanField(label=_("I commit the firm to this letter."))


class ReasonForm(forms.Form):
    """A word that may not be left out."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=LONG, error_messages={"required": _("Say why, in a few words.")}
    )


class FilingAnswerForm(forms.Form):
    """Accepted, or returned with a reason."""

    answer = forms.ChoiceField(choices=[("accept", _("accept")), ("return", _("return"))])
    reason = forms.CharField(label=_("What is missing"), max_length=300, widget=LONG, required=False)


class AnswerForm(forms.Form):
    """An office's answer to a firm."""

    answer = forms.CharField(label=_("Answer"), max_length=300, widget=LONG)


class AssistForm(forms.Form):
    """Which other office does its part."""

    office = forms.ChoiceField(label=_("Office"), choices=list(OFFICES.items()))
    asked = forms.CharField(label=_("What they should do"), max_length=300, widget=LONG)


class ConfirmForm(forms.Form):
    """What the firm says of an answer."""

    submission_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    is_met = forms.ChoiceField(choices=[("yes", _("Yes, solved")), ("no", _("No, not yet"))])
    note = forms.CharField(label=_("What is missing (if not)"), max_length=200, required=False)


class DayForm(forms.Form):
    """A firm's day in two numbers."""

    day = forms.DateField(label=_("Day"), widget=DAY)
    staff_back = forms.IntegerField(label=_("Staff at work"), min_value=0, max_value=500_000)
    capacity_use = forms.IntegerField(label=_("Use of capacity, %"), min_value=0, max_value=200)


class GateForm(forms.Form):
    """A shift at a gate: by count, or by a roll list."""

    submission_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    day = forms.DateField(label=_("Day"), widget=DAY)
    shift = forms.ChoiceField(label=_("Shift"), choices=Shift.choices)
    is_disinfected = forms.BooleanField(label=_("The gate was disinfected"), required=False)
    people = forms.IntegerField(label=_("Came"), min_value=0, max_value=20_000, required=False)
    measured = forms.IntegerField(label=_("Measured"), min_value=0, max_value=20_000, required=False)
    masked = forms.IntegerField(label=_("With a mask"), min_value=0, max_value=20_000, required=False)
    roll = forms.CharField(
        label=_("Roll list: name and temperature, one a line"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": "王工 36.5\n李师傅 36.8"}),
    )
    fevers = forms.CharField(
        label=_("Above 37.3 °C: name and temperature, one a line"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class PassForm(forms.Form):
    """One person at the gate, for themselves."""

    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    who = forms.CharField(label=_("Name or work number"), max_length=40)
    degrees = forms.CharField(
        label=_("Temperature, °C"), max_length=8, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    has_mask = forms.BooleanField(label=_("I wear a mask"), required=False)


class ManyFiles(forms.ClearableFileInput):
    """A field that takes several files."""

    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    """Files, each checked as one would be; none is an empty list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(SeveralFiles, self).clean(one, initial) for one in given if one]


class CheckForm(forms.Form):
    """The checklist of a site."""

    submission_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    gate_disinfection = forms.ChoiceField(label=_("Is the gate disinfected?"), choices=YES_NO, widget=forms.RadioSelect)
    gate_temperature = forms.ChoiceField(
        label=_("Is everybody's temperature taken at the gate?"), choices=YES_NO, widget=forms.RadioSelect
    )
    stock_days = forms.IntegerField(
        label=_("For how many days does the protective stock last?"), min_value=0, max_value=999
    )
    isolation_room = forms.ChoiceField(
        label=_("Is there a room for isolation?"), choices=YES_NO, widget=forms.RadioSelect
    )
    canteen = forms.ChoiceField(
        label=_("Do people sit apart in the canteen?"), choices=YES_NO_NONE, widget=forms.RadioSelect
    )
    in_a_room = forms.IntegerField(
        label=_("Dormitory: most people in a room (empty: there is none)"), min_value=0, max_value=200, required=False
    )
    area_each = forms.DecimalField(
        label=_("Dormitory: m² for each"), min_value=0, max_value=999, max_digits=5, decimal_places=1, required=False
    )
    posters = forms.ChoiceField(label=_("Do posters say what to do?"), choices=YES_NO, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note"), max_length=300, required=False, widget=LONG)
    photos = SeveralFiles(
        label=_("Photos (at most 4)"),
        required=False,
        widget=ManyFiles(attrs={"accept": "image/*", "capture": "environment"}),
    )

    def seen(self) -> Checklist:
        """Return what the cadre saw."""
        told = self.cleaned_data
        return Checklist(
            gate_disinfection=told["gate_disinfection"] == "yes",
            gate_temperature=told["gate_temperature"] == "yes",
            stock_days=told["stock_days"],
            isolation_room=told["isolation_room"] == "yes",
            canteen=None if told["canteen"] == "none" else told["canteen"] == "yes",
            in_a_room=told["in_a_room"],
            area_each=told["area_each"],
            posters=told["posters"] == "yes",
        )


def request_form(kind: type[Need], data: Any = None) -> forms.Form:
    """Return the form that asks for the typed detail of a firm's request."""
    base: Any = modelform_factory(kind, fields=kind.detail_fields())
    form: forms.Form = base(data)
    for name, field in form.fields.items():
        if isinstance(field, forms.DateField):
            field.widget = DAY
        if name == "what":
            field.widget = forms.Textarea(attrs={"rows": 3, "maxlength": 300})
            field.required = True
    return form


def said(form: forms.Form) -> str:
    """Return what is wrong with a form in one line."""
    return " ".join(
        f"{form.fields[name].label or ''}: {' '.join(str(error) for error in errors)}"
        if name in form.fields
        else " ".join(str(error) for error in errors)
        for name, errors in form.errors.items()
    )


class ReadingsForm(forms.Form):
    """A file of readings, and its unit where one is sure."""

    file = forms.FileField(label=_("File (Parquet, csv, xlsx)"))
    unit = forms.ChoiceField(
        label=_("Unit"), required=False, choices=[("", _("not sure: look at it yourself")), *UNITS.items()]
    )

    def clean_file(self) -> Any:
        """Refuse what is larger than the house takes."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(TOO_LARGE_READINGS)
        return file


class PowerForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the index is computed."""

    method = forms.ChoiceField(label=_("Method"), choices=list(METHODS.items()))
    told_size = forms.ChoiceField(
        label=_("Which firms the figure tells of"),
        required=False,
        choices=[("", _("all")), ("designated", _("of designated size")), ("small", _("below designated size"))],
    )

    class Meta:
        model = PowerSetting
        fields = (
            "method",
            "base_from",
            "base_to",
            "told_size",
            "recovering_from",
            "steady_from",
            "look_from",
            "notice_on",
        )
        widgets = {"base_from": DAY, "base_to": DAY, "notice_on": DAY}
