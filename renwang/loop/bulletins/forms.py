"""Parse what an editor wrote."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import BulletinSection


class HeadForm(forms.Form):
    """The title and the opening words, in both languages; ``version``: the draft that was read."""

    title = forms.CharField(label=_("Title"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=160, required=False)
    lead = forms.CharField(
        label=_("Opening words"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3})
    )
    lead_en = forms.CharField(
        label=_("Opening words in English"), max_length=3000, required=False, widget=forms.Textarea({"rows": 3})
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class SectionForm(forms.Form):
    """The words of one section, in both languages."""

    heading = forms.CharField(label=_("Heading"), max_length=80)
    text = forms.CharField(label=_("Text"), max_length=6000, required=False, widget=forms.Textarea({"rows": 5}))
    heading_en = forms.CharField(label=_("Heading in English"), max_length=120, required=False)
    text_en = forms.CharField(
        label=_("Text in English"), max_length=9000, required=False, widget=forms.Textarea({"rows": 5})
    )
    is_left_out = forms.BooleanField(label=_("Leave this part out"), required=False)


def section_forms(sections: list[BulletinSection], data: Mapping[str, Any] | None = None) -> list[SectionForm]:
    """Return one form for each section, as it is or as it was sent."""
    names = ("heading", "text", "heading_en", "text_en", "is_left_out")
    return [
        SectionForm(data, prefix=f"s{one.pk}", initial={name: getattr(one, name) for name in names}) for one in sections
    ]
