"""From the fields of a page to what the actions take: shape only."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from renwang.loop.rounds.rules import AnswerKind

from .rules import MOST_FILES, TABLES

LARGEST = 10 * 1024 * 1024
Choices = Sequence[tuple[str, str]]


class TakeInForm(forms.Form):
    """An office's empty form."""

    file = forms.FileField(label=_("Empty form (.xlsx or .docx)"), allow_empty_file=False)
    name = forms.CharField(label=_("What your office calls it"), max_length=80)
    area = forms.ChoiceField(label=_("Area"))
    office = forms.ChoiceField(label=_("Office"), required=False)

    def __init__(self, *args: Any, areas: Choices, offices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = list(areas)  # type: ignore[attr-defined]
        self.fields["office"].choices = list(offices)  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("An empty form is smaller than 10 MB. Check that you chose the right file."))
        return file


class VersionForm(forms.Form):
    """Another version of a form."""

    file = forms.FileField(label=_("Empty form (.xlsx or .docx)"), allow_empty_file=False)
    clean_file = TakeInForm.clean_file


class FillForm(forms.Form):
    """For which area and day a form is filled, and what for."""

    area = forms.ChoiceField(label=_("Area"))
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("What for"), max_length=200, help_text=_("It stands in the file."))

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = list(areas)  # type: ignore[attr-defined]


class PlanForm(forms.Form):
    """Whom a form lists, and at which hour it fills itself."""

    programme = forms.ChoiceField(label=_("Whom it lists"), required=False)
    daily_at = forms.TimeField(
        label=_("Fills itself every day at"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("Empty: only when somebody asks. It then waits for a person's release."),
    )

    def __init__(self, *args: Any, programmes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = [("", _("every household")), *programmes]  # type: ignore[attr-defined]


class AskForm(forms.Form):
    """What the register does not know, as a question to the households."""

    text = forms.CharField(label=_("Question, as it is asked"), max_length=160)
    answer_kind = forms.ChoiceField(label=_("Answered with"), choices=AnswerKind.choices)
    choices = forms.CharField(label=_("Choices, separated by |"), max_length=300, required=False)
    of_each_member = forms.BooleanField(label=_("Asked of each member"), required=False)


class _TakeOut(forms.Form):
    area = forms.ChoiceField(label=_("Area"))
    programme = forms.ChoiceField(label=_("Whom it lists"), required=False)
    reason = forms.CharField(label=_("What for"), max_length=200, help_text=_("It stands in the file."))
    opens_sealed = forms.BooleanField(
        label=_("Open protected fields"),
        required=False,
        help_text=_("Phones, ID numbers and answers in full. Every look is written down with the reason."),
    )

    def __init__(self, *args: Any, areas: Choices, programmes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = list(areas)  # type: ignore[attr-defined]
        self.fields["programme"].choices = [("", _("every household")), *programmes]  # type: ignore[attr-defined]


class FilesForm(_TakeOut):
    """One file per household of an area."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].help_text = _(
            "At most %(most)s households in one go: a district is taken village by village. More than 100 come as several PDFs in one zip."
        ) % {"most": MOST_FILES}

    file_format = forms.ChoiceField(
        label=_("Format"), choices=[("pdf", _("one PDF to print")), ("docx", _("Word documents in a zip"))]
    )
    field_order = ("area", "programme", "file_format", "reason", "opens_sealed")


class TableForm(_TakeOut):
    """An open table of an area."""

    table = forms.ChoiceField(label=_("Table"), choices=[(table.code, table.label) for table in TABLES.values()])
    file_format = forms.ChoiceField(
        label=_("Format"),
        choices=[
            ("csv", _("csv with its dictionary")),
            ("parquet", _("Parquet with its dictionary")),
            ("xlsx", _("Excel workbook")),
        ],
    )
    has_hxl = forms.BooleanField(label=_("With HXL hashtags"), required=False)
    field_order = ("table", "area", "programme", "file_format", "has_hxl", "reason", "opens_sealed")


def fields_from(post: QueryDict, positions: Sequence[int]) -> Mapping[int, str]:
    """Return what each column is filled with: fields ``column-<position>``."""
    return {
        position: post.get(f"column-{position}", "")[:120] for position in positions if f"column-{position}" in post
    }
