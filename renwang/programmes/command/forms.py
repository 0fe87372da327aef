"""Parse and check the shape of what is typed about directives."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import AskedFigure
from .rules import (
    LARGEST,
    MOST_BYTES,
    MOST_FIGURES,
    MOST_FILES,
    Cadence,
    FigureAsked,
    FigureKind,
    FileRefused,
    FileTold,
    Urgency,
    check_files,
)

FIRST_YEAR, LAST_YEAR = 2000, 2100
AT = "%Y-%m-%dT%H:%M"


class FilesInput(forms.ClearableFileInput):
    """Takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each checked; its value is a list of ``FileTold``."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[FileTold]:
        """Return the files under clean names; refuses too many, too large, of another kind, or not what their name says."""
        sent = [one for one in (data if isinstance(data, list | tuple) else [data]) if isinstance(one, UploadedFile)]
        told = []
        for one in sent[: MOST_FILES + 1]:
            # One byte more than is taken is enough to refuse it.
            told.append(FileTold(one.name or "", one.read(MOST_BYTES + 1)))
        try:
            return check_files(told)
        except FileRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class MomentField(forms.DateTimeField):
    """A day and an hour, as a browser's own field sends them; an hour of the district."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=AT)
        super().__init__(widget=widget, input_formats=[AT, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs)

    def clean(self, value: Any) -> datetime | None:
        """Return the moment; refuse a year that nobody can mean."""
        moment: datetime | None = super().clean(value)
        if moment is not None and not FIRST_YEAR <= moment.year < LAST_YEAR:
            raise forms.ValidationError(gettext("This day is too far off. Choose one of the next months."))
        return moment


class DirectiveForm(forms.Form):
    """A new directive. Its units are check boxes of the page; ``figures()`` reads the rows of asked figures."""

    submission_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    number = forms.CharField(label=_("Document number"), max_length=40)
    title = forms.CharField(label=_("Title"), max_length=120)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency.choices, initial=Urgency.PLAIN)
    office = forms.ChoiceField(label=_("Issued by"))
    text = forms.CharField(
        label=_("What is to be done"), max_length=20000, widget=forms.Textarea(attrs={"rows": 10}), strip=True
    )
    attachments = FilesField(label=_("Attachments"), required=False)
    unit = forms.MultipleChoiceField(label=_("Units"), error_messages={"required": _("Choose at least one unit.")})
    acknowledge_by = MomentField(label=_("Acknowledge by"))
    cadence = forms.ChoiceField(label=_("Reports"), choices=Cadence.choices, initial=Cadence.NONE)
    report_by = MomentField(
        label=_("First report by"), required=False, help_text=_("Daily reports are due at the same hour of each day.")
    )
    closes_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("No report is due after it."),
    )
    reason = forms.CharField(label=_("Why it takes the other one’s place"), max_length=300, required=False)

    def __init__(
        self,
        *args: Any,
        offices: Sequence[tuple[str, str]],
        units: Iterable[str],
        is_replacing: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = list(offices)  # type: ignore[attr-defined]
        self.fields["unit"].choices = [(key, key) for key in units]  # type: ignore[attr-defined]
        self.fields["attachments"].help_text = gettext(
            "At most %(most)d files of %(size)d MB: PDF, OFD, Word, Excel, WPS, pictures, text."
        ) % {"most": MOST_FILES, "size": MOST_BYTES // 1024 // 1024}
        self.fields["reason"].required = is_replacing
        for place in range(MOST_FIGURES):
            self.fields[f"figure_{place}"] = forms.CharField(label=_("Figure"), max_length=40, required=False)
            self.fields[f"unit_{place}"] = forms.CharField(label=_("Unit"), max_length=12, required=False)
            self.fields[f"kind_{place}"] = forms.ChoiceField(
                label=_("Written as"), choices=FigureKind.choices, initial=FigureKind.WHOLE, required=False
            )

    def clean_closes_on(self) -> date | None:
        """Return the last day; refuse one that nobody can mean."""
        day: date | None = self.cleaned_data["closes_on"]
        if day is not None and not FIRST_YEAR <= day.year < LAST_YEAR:
            raise forms.ValidationError(gettext("This day is too far off. Choose one of the next months."))
        return day

    def clean(self) -> dict[str, Any]:
        """Drop the hour of a report that nobody asks for; ask for it where reports are asked for."""
        data = self.cleaned_data
        if data.get("cadence") == Cadence.NONE:
            data["report_by"] = None
            if self.figures():
                self.add_error("cadence", gettext("Figures come with reports: say how often units report."))
        elif "report_by" in data and data["report_by"] is None and "cadence" in data:
            self.add_error("report_by", gettext("Say by when the first report is due."))
        return data

    def figures(self) -> tuple[FigureAsked, ...]:
        """Return the asked figures, the empty rows left out."""
        data = self.cleaned_data
        return tuple(
            FigureAsked(
                data[f"figure_{place}"], data.get(f"unit_{place}", ""), data.get(f"kind_{place}") or FigureKind.WHOLE
            )
            for place in range(MOST_FIGURES)
            if data.get(f"figure_{place}")
        )

    def figure_rows(self) -> list[dict[str, forms.BoundField]]:
        """Return the fields of asked figures, row by row."""
        return [
            {"label": self[f"figure_{place}"], "unit": self[f"unit_{place}"], "kind": self[f"kind_{place}"]}
            for place in range(MOST_FIGURES)
        ]


class ReportForm(forms.Form):
    """A report of a unit: asked figures first, then words, then files."""

    submission_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    corrects = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    text = forms.CharField(
        label=_("What was done"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    attachments = FilesField(label=_("Photos or files"), required=False)

    def __init__(
        self,
        *args: Any,
        asked: Sequence[AskedFigure],
        days: Sequence[date] = (),
        needs_text: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.fields["text"].required = needs_text and not asked
        for one in asked:
            places = 0 if one.kind == FigureKind.WHOLE else 2
            self.fields[f"figure_{one.pk}"] = forms.DecimalField(
                label=one.label,
                min_value=0,
                max_value=LARGEST,
                decimal_places=places,
                max_digits=12,
                widget=forms.NumberInput(
                    attrs={"inputmode": "decimal" if places else "numeric", "step": "0.01" if places else "1"}
                ),
            )
        if len(days) > 1:
            self.fields["for_day"] = forms.TypedChoiceField(
                label=_("For the day"),
                choices=[(day.isoformat(), date_format(day, "MONTH_DAY_FORMAT")) for day in days],
                coerce=date.fromisoformat,
                required=False,
                empty_value=None,
            )

    def figure_fields(self) -> list[tuple[forms.BoundField, str]]:
        """Return the fields of asked figures with their units."""
        return [(self[f"figure_{one.pk}"], one.unit) for one in self.asked]

    def figures(self) -> dict[int, Decimal]:
        """Return the told numbers by asked figure."""
        return {one.pk: self.cleaned_data[f"figure_{one.pk}"] for one in self.asked}


class ForwardForm(forms.Form):
    """Villages a directive is passed on to, and a word of one's own."""

    village = forms.MultipleChoiceField(
        label=_("Villages"), error_messages={"required": _("Choose at least one village.")}
    )
    note = forms.CharField(label=_("A word of your own"), max_length=300, required=False)

    def __init__(self, *args: Any, villages: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["village"].choices = list(villages)  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


def in_hours(now: datetime, hours: int) -> datetime:
    """Return a round hour some hours ahead, to begin a form with."""
    return (now + timedelta(hours=hours)).replace(minute=0, second=0, microsecond=0)
