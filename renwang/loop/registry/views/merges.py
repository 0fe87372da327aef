"""Two records side by side, and the merges that can be taken back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from renwang.foundation.access.views.acting import number_in

from .. import actions, queries
from ..models import Subject
from ..queries.lists import merges as merges_of
from .acting import TELLABLE, actor_in, tell


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Show two records side by side: `?one=…&other=…`; with one only, ask for the other."""
    actor = actor_in(request)
    actor.check_may_anywhere("registry.merge_subjects")
    one = _card(request, "one")
    other = _card(request, "other")
    text = request.GET.get("q", "").strip()[:60]
    candidates = queries.alike(actor, one, text) if one and not other else []
    context = {"one": one, "other": other, "candidates": candidates, "search_text_other": text}
    return render(request, "registry/merge.html", context)


def _card(request: HttpRequest, name: str) -> "queries.Found | None":
    value = request.GET.get(name, "")
    if not value:
        return None
    number = number_in(value)
    card = queries.card(actor_in(request), number) if number is not None else None
    if card is None:
        raise Http404
    return card


@require_POST
def merge(request: HttpRequest) -> HttpResponse:
    """Take one record into the other."""
    actor = actor_in(request)
    actor.check_may_anywhere("registry.merge_subjects")
    kept, gone = number_in(request.POST.get("kept")), number_in(request.POST.get("gone"))
    visible = Subject.objects.filter(queries.visible(actor))
    if kept is None or gone is None or visible.filter(pk__in={kept, gone}).count() != len({kept, gone}):
        raise Http404
    try:
        actions.merge_subjects(
            actor=actor,
            now=timezone.now(),
            kept_id=kept,
            gone_id=gone,
            reason=request.POST.get("reason", ""),
        )
    except TELLABLE as problem:
        tell(request, problem)
    else:
        messages.success(request, _("The two are one now. If that was wrong, take it back here."))
    return redirect("registry:merges")


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Show the merges, the latest first."""
    actor = actor_in(request)
    actor.check_may_anywhere("registry.merge_subjects")
    page = Paginator(merges_of(viewer=actor), 50).get_page(request.GET.get("page"))
    return render(request, "registry/merges.html", {"page": page})


@require_POST
def undo(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Make two of one again."""
    actor = actor_in(request)
    actor.check_may_anywhere("registry.undo_merge")
    if not merges_of(viewer=actor).filter(pk=merge_id).exists():
        raise Http404
    try:
        actions.undo_merge(actor=actor, now=timezone.now(), merge_id=merge_id)
    except TELLABLE as problem:
        tell(request, problem)
    else:
        messages.success(request, _("The two are apart again, with everything that was theirs."))
    return redirect("registry:merges")
