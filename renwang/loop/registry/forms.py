"""The shape of what is typed into the register's forms. What is sealed is never filled in: empty keeps it as it is."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.rules import OFFICES

from .engine.identifiers import Fault, read_phone, read_resident_id
from .engine.names import normal_name
from .rules import PersonIn, Relation, Sex
from .rules.changes import DISPUTABLE
from .rules.labels import field_choices, office_name
from .rules.recognising import OTHER

FIRST_YEAR = 1949
KEEP = _("Leave it empty to keep what is there.")


class OwnerForm(forms.Form):
    """Which office has the last word on a field."""

    field = forms.ChoiceField(choices=[(code, code) for code in sorted(DISPUTABLE)])
    office = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        self.fields["office"].choices = self.offices()  # type: ignore[attr-defined]

    @staticmethod
    def offices() -> list[tuple[str, str]]:
        """Return the offices as choices, whoever told first above them."""
        return [("", gettext("whoever told first")), *((code, office_name(code)) for code in sorted(OFFICES))]


class DateInput(forms.DateInput):
    """A date as the browser asks for it."""

    input_type = "date"

    def __init__(self, **told: Any) -> None:
        super().__init__(format="%Y-%m-%d", **told)


class PhoneField(forms.CharField):
    """A phone number in its normal form."""

    def clean(self, value: Any) -> str:
        given: str = super().clean(value)
        if not given:
            return ""
        told = read_phone(given)
        if told.fault is Fault.BAD_CHARACTER:
            raise forms.ValidationError(gettext("A phone number has digits only; here are letters or other signs."))
        if told.fault is Fault.NO_AREA_CODE:
            raise forms.ValidationError(gettext("Give a landline with its area code: 0536-7661234."))
        if not told.is_valid:
            raise forms.ValidationError(gettext("A mobile number has 11 digits."))
        return told.value


class IdNumberField(forms.CharField):
    """An ID number with a right check digit."""

    def clean(self, value: Any) -> str:
        given: str = super().clean(value)
        if not given:
            return ""
        told = read_resident_id(given)
        if told.fault is Fault.BAD_CHECK_DIGIT:
            raise forms.ValidationError(
                gettext("Wrong check digit: the last character should be %(expected)s, or another digit is wrong.")
                % {"expected": told.expected}
            )
        if told.fault is Fault.BAD_LENGTH:
            raise forms.ValidationError(gettext("An ID number has 18 characters."))
        if not told.is_valid:
            raise forms.ValidationError(gettext("This is no ID number."))
        return told.value


class PersonForm(forms.Form):
    """One person, new or known."""

    name = forms.CharField(label=_("Name"), max_length=80)
    today: date | None = None  # the view knows what day it is
    relation = forms.ChoiceField(label=_("Relation to head"), choices=Relation.choices, initial=Relation.OTHER)
    id_number = IdNumberField(label=_("ID number"), required=False, max_length=24)
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices, required=False, initial=Sex.UNKNOWN)
    born_on = forms.DateField(label=_("Born on"), required=False, widget=DateInput())
    phone = PhoneField(label=_("Phone"), required=False, max_length=24)

    def __init__(self, *args: Any, today: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_name(self) -> str:
        """Return the name in one spelling."""
        return normal_name(self.cleaned_data["name"])

    def clean_born_on(self) -> Any:
        """Refuse a day that is still to come."""
        born_on = self.cleaned_data["born_on"]
        if born_on and self.today and born_on > self.today:
            raise forms.ValidationError(gettext("This date is still to come."))
        return born_on

    def person(self) -> PersonIn:
        """Return what was typed as the register takes it."""
        told = self.cleaned_data
        return PersonIn(
            name=told["name"],
            relation=Relation(told.get("relation") or Relation.HEAD),
            id_number=told["id_number"],
            sex=Sex(told["sex"] or Sex.UNKNOWN),
            born_on=told["born_on"],
            phone=told["phone"],
        )


class HouseholdForm(PersonForm):
    """A new household with its head."""

    field_order = ("division", "name", "id_number", "phone", "address", "number", "sex", "born_on")
    division = forms.ChoiceField(label=_("Village or community"))
    number = forms.CharField(label=_("Household number"), max_length=30, required=False)
    address = forms.CharField(label=_("Address"), max_length=160, required=False)
    relation = None  # type: ignore[assignment]  # the head is the head

    def __init__(self, *args: Any, divisions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].choices = divisions  # type: ignore[attr-defined]
        self.fields["name"].label = _("Head of household")


class CorrectPersonForm(PersonForm):
    """What was written down about a person."""

    relation = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["id_number"].help_text = self.fields["phone"].help_text = KEEP


class CorrectHouseholdForm(forms.Form):
    """What was written down about a household."""

    number = forms.CharField(label=_("Household number"), max_length=30, required=False)
    address = forms.CharField(label=_("Address"), max_length=160, required=False)
    phone = PhoneField(label=_("Phone"), required=False, max_length=24, help_text=KEEP)


class MoveForm(forms.Form):
    """Where a household lives from now on."""

    division = forms.ChoiceField(label=_("Village or community"))
    address = forms.CharField(label=_("Address"), max_length=160, required=False)

    def __init__(self, *args: Any, divisions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].choices = divisions  # type: ignore[attr-defined]


class EnrolForm(forms.Form):
    """On which ledger a household stands from when on."""

    programme = forms.ChoiceField(label=_("On which ledger"))
    since = forms.DateField(label=_("Since"), required=False, widget=DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=120, required=False)

    def __init__(self, *args: Any, programmes: list[tuple[str, str]], today: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["programme"].choices = programmes  # type: ignore[attr-defined]

    def clean_since(self) -> date | None:
        """Return the first day; one that is still to come could neither be counted nor ended."""
        day: date | None = self.cleaned_data["since"]
        if day and ((self.today and day > self.today) or day.year < FIRST_YEAR):
            raise forms.ValidationError(gettext("Choose today or an earlier day, from 1949 on."))
        return day


class UploadForm(forms.Form):
    """A workbook and the area it is for."""

    area = forms.ChoiceField(label=_("For which area"))
    office = forms.ChoiceField(label=_("Whose ledger it is"), required=False)
    about = forms.ChoiceField(
        label=_("Whom it is about"),
        required=False,
        choices=[
            ("", _("As it looks")),
            ("households", _("Households with their members")),
            ("persons", _("Single persons: they stay with whom they live")),
            ("organisations", _("Organisations")),
        ],
    )
    file = forms.FileField(
        label=_("Workbook"),
        help_text=_(
            "xlsx, xls or csv as your office keeps it, up to 160 MB: headings, merged cells and sub-totals may stay."
        ),
    )

    def __init__(self, *args: Any, areas: list[tuple[str, str]], offices: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = areas  # type: ignore[attr-defined]
        names = [(code, office_name(code)) for code in offices]
        if len(offices) != 1:
            names = [("", gettext("Nobody's in particular")), *names]
        self.fields["office"].choices = names  # type: ignore[attr-defined]
        if not offices:
            del self.fields["office"]
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.xls,.csv"


class UnknownField(ValueError):
    """A column was given a meaning that there is not."""

    def __init__(self) -> None:
        super().__init__(gettext("Choose what the column means from the list."))


class ColumnsForm:
    """What the columns of a workbook mean, as it was chosen: a known field, the column's own title, or left out."""

    @staticmethod
    def cleaned(told: Mapping[int, str], titles: Mapping[int, str]) -> dict[int, str]:
        """Return the meaning of each column of this workbook; raises UnknownField."""
        known = {code for code, _label in field_choices()}
        found = {}
        for pk, code in told.items():
            if pk not in titles:
                continue
            if code not in known and code != f"{OTHER}{titles[pk][:60]}":
                raise UnknownField
            found[pk] = code
        return found
