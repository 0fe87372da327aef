"""Pairs that may be one human being: the list, both records side by side, and the decision."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from .. import actions
from ..queries import pairs
from ..queries.pairs import DoubtfulPair
from ..rules import DoubtStatus, Relation
from .acting import TELLABLE, actor_in, tell

ON_A_PAGE = 50


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Show the pairs to be decided, those put off, and what was decided."""
    actor = actor_in(request)
    actor.check_may_anywhere("registry.decide_doubt")
    wanted = request.GET.get("status", "")
    status = DoubtStatus(wanted) if wanted in DoubtStatus.values else DoubtStatus.OPEN
    tabs = [
        {
            "label": each.label,
            "href": f"?status={each.value}",
            "active": each == status,
            "count": pairs.doubts(viewer=actor, status=each).count(),
            "meaning": "act" if each == DoubtStatus.OPEN else "",
        }
        for each in DoubtStatus
    ]
    page = Paginator(pairs.doubts(viewer=actor, status=status), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "tabs": tabs, "is_decided": status in (DoubtStatus.SAME, DoubtStatus.APART)}
    return render(request, "registry/doubts.html", context)


@require_GET
def one(request: HttpRequest, doubt_id: int) -> HttpResponse:
    """Show both records side by side."""
    pair = _pair(request, doubt_id)
    if pair is None:
        return _decided(request)
    return render(request, "registry/doubt.html", {"pair": pair, "doubt": pair.doubt})


@require_POST
def decide(request: HttpRequest, doubt_id: int) -> HttpResponse:
    """Keep the decision, and go on to the next pair."""
    pair = _pair(request, doubt_id)
    if pair is None:
        return _decided(request)
    actor = actor_in(request)
    wanted = request.POST.get("decision", "")
    if wanted not in (DoubtStatus.SAME, DoubtStatus.APART, DoubtStatus.LATER):
        messages.error(request, _("Choose one of the three: the same, two people, or later."))
        return redirect("registry:doubt", doubt_id)
    try:
        actions.decide_doubt(
            actor=actor,
            now=timezone.now(),
            doubt_id=doubt_id,
            decision=DoubtStatus(wanted),
            reason=request.POST.get("reason", ""),
        )
    except TELLABLE as problem:
        tell(request, problem)
        return redirect("registry:doubts")
    said = {
        DoubtStatus.SAME: _("The two are one now. If that was wrong, take it back under “Merges”."),
        DoubtStatus.APART: _("Kept as two people. Nobody will be asked about them again."),
        DoubtStatus.LATER: _("Put off: it stands under “put off” until somebody decides."),
    }
    messages.success(request, said[DoubtStatus(wanted)])
    if wanted == DoubtStatus.SAME and (homes := _two_homes(pair)):
        return redirect(f"{reverse('registry:merge_compare')}?one={homes[0]}&other={homes[1]}")
    following = pairs.doubts(viewer=actor, status=DoubtStatus.OPEN).values_list("pk", flat=True).first()
    return redirect("registry:doubt", following) if following else redirect("registry:doubts")


def _two_homes(pair: DoubtfulPair) -> tuple[int, int] | None:
    """Return both households where the two were the head of each: then the households are one as well, or nobody lives there."""
    known, new = pair.known.card, pair.new.card
    if known.relation == new.relation == Relation.HEAD and known.household_id and new.household_id:
        return (known.household_id, new.household_id) if known.household_id != new.household_id else None
    return None


def _pair(request: HttpRequest, doubt_id: int) -> DoubtfulPair | None:
    """Return the pair; nothing where it is decided, or one of the two has gone."""
    actor = actor_in(request)
    actor.check_may_anywhere("registry.decide_doubt")
    pair = pairs.pair(viewer=actor, doubt_id=doubt_id)
    if pair is None and not pairs.doubts(viewer=actor).filter(pk=doubt_id).exists():
        raise Http404
    return pair


def _decided(request: HttpRequest) -> HttpResponse:
    """Say to the second of two officers that the first has decided, instead of a page that is gone."""
    messages.info(request, _("This pair has been decided meanwhile, or one of the two is no longer in the register."))
    return redirect("registry:doubts")
