"""Is it met? The page of the household, without login and without script; and the link as it is handed over."""

from uuid import UUID, uuid4

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from renwang.foundation.access.fields import keyring
from renwang.foundation.access.rules import Actor
from renwang.foundation.access.views.acting import actor_in
from renwang.foundation.access.views.outside import address_outside

from .. import actions, kinds, queries, rules
from ..engine import tokens
from ..models import ConfirmationLink

STATUS_OF = {"wrong": 404, "late": 410, "used": 200, "settled": 200}


@never_cache
@csrf_exempt  # the token is the proof; old browsers that keep no cookie must be able to answer
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the household whether its need is met, and note the answer once."""
    now = timezone.now()
    try:
        link_id = tokens.link_id(token, keyring().links.secrets())
        if link_id is None:
            raise rules.BrokenLink("wrong")
        link, why = queries.link_page(link_id=link_id, now=now)
        if request.method == "POST":
            answer = request.POST.get("answer")
            if answer in ("yes", "no"):
                actions.confirm_by_link(
                    actor=Actor.system(),
                    now=now,
                    link_id=link_id,
                    is_met=answer == "yes",
                    submission_id=_submission(request.POST.get("submission", "")),
                )
                return render(request, "cases/thanks.html", {"is_met": answer == "yes", "case": link.case})
        if why:
            raise rules.BrokenLink(why)
    except rules.BrokenLink as broken:
        return render(
            request, "cases/broken_link.html", {"words": str(broken), "why": broken.why}, status=STATUS_OF[broken.why]
        )
    context = {
        "link": link,
        "case": link.case,
        "label": kinds.label_of(link.case.kind),
        "is_sensitive": kinds.get(link.case.kind).is_sensitive,
        "submission": uuid4(),
        "token": token,
    }
    return render(request, "cases/confirm.html", context)


@require_GET
def link_for_household(request: HttpRequest, case_id: int, link_id: int) -> HttpResponse:
    """Show a second person a link with its QR code, to be scanned by the household. Who handled the case does not see it."""
    actor = actor_in(request)
    case = get_object_or_404(queries.visible_cases(viewer=actor), pk=case_id)
    if not queries.may_with(actor, "cases.make_confirmation_link", case):
        raise Http404
    if actor.user_id in queries.handlers_of(case):
        raise Http404(str(rules.HandlerMayNotShowLink()))
    link = get_object_or_404(ConfirmationLink, pk=link_id, case=case, way=rules.LinkWay.SHOWN)
    token = tokens.token(link.pk, keyring().links.secret())
    address = address_outside(request, reverse("cases:confirm", args=[token]))
    drawn = segno.make(address, error="m").svg_inline(scale=6, border=2, dark="#000", light="#fff", omitsize=True)
    context = {
        "case": case,
        "link": link,
        "address": address,
        "qr": mark_safe(drawn),  # noqa: S308  # our own drawing
        "label": kinds.label_of(case.kind),
    }
    return render(request, "cases/link.html", context)


def _submission(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
