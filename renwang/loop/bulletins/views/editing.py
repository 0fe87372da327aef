"""Edit a draft: its words, with placeholders that follow their figures."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from renwang.foundation.access.views.acting import actor_in

from .. import actions, queries
from ..forms import HeadForm, section_forms
from ..models import Bulletin
from ..rules import BulletinStatus, Refused, in_words, typed_numbers
from .asked import seen_or_404


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    """Show the words of a draft, and take what an editor made of them."""
    actor = actor_in(request)
    row = seen_or_404(actor, bulletin_id)
    if row.status != BulletinStatus.DRAFT:
        raise Http404
    actor.check_may("bulletins.edit_bulletin", row.area)
    sections = list(row.sections.all())
    told = request.POST if request.method == "POST" else None
    names = ("title", "title_en", "lead", "lead_en", "version")
    head = HeadForm(told, initial={name: getattr(row, name) for name in names})
    forms = section_forms(sections, told)
    if told is None or not all([head.is_valid(), *(form.is_valid() for form in forms)]):
        return _shown(request, row, head, list(zip(sections, forms, strict=True)))
    edits = [
        actions.SectionEdit(section_id=section.pk, **form.cleaned_data)
        for section, form in zip(sections, forms, strict=True)
    ]
    try:
        actions.edit_bulletin(actor=actor, now=timezone.now(), bulletin_id=row.pk, sections=edits, **head.cleaned_data)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _shown(request, row, head, list(zip(sections, forms, strict=True)))
    numbers = {number for edit in edits for number in typed_numbers(f"{edit.text} {edit.text_en}")}
    if numbers:
        messages.warning(
            request,
            _("Numbers you typed do not follow their figures, and nobody can open them: %(numbers)s")
            % {"numbers": ", ".join(sorted(numbers)[:8])},
        )
    messages.success(request, _("Kept. Somebody else reads it and publishes it."))
    return redirect("bulletins:page", bulletin_id=row.pk)


def _shown(request: HttpRequest, row: Bulletin, head: HeadForm, parts: list[Any]) -> HttpResponse:
    figures = [
        {"name": str(name), "label": label, "value": in_words(one.told, "", None, withheld="–")}
        for name, label, one in queries.figures_there(row)
    ]
    context = {"bulletin": row, "head": head, "parts": parts, "figures": figures}
    return render(request, "bulletins/edit.html", context)
