"""What each page of this programme begins with: who looks, at which enterprise, and how a refusal is told."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from renwang.foundation.access.rules import Actor
from renwang.foundation.access.views.acting import actor_in
from renwang.foundation.sheets.engine import SheetFault
from renwang.foundation.sheets.errors import explain
from renwang.loop.cases.rules import Refused as CaseRefused

from .. import queries
from ..models import Enterprise
from ..rules.enterprises import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TELLABLE = (Refused, CaseRefused, ValidationError, SheetFault)


def enterprise_in(request: HttpRequest, enterprise_id: int, permission: str) -> Enterprise:
    """Return an enterprise the viewer may do something with; who may not is told that there is none."""
    found = queries.one_for(viewer=actor_in(request), enterprise_id=enterprise_id, permission=permission)
    if found is None:
        raise Http404
    return found


def page_of(request: HttpRequest, enterprise_id: int) -> str:
    """Return the address of a firm's page: its own for its own people, the offices' page for others."""
    is_own = actor_in(request).may_anywhere("enterprise.list_own")
    return reverse("enterprise:own" if is_own else "enterprise:page", args=[enterprise_id])


def as_file(content: bytes, name: str, kind: str = XLSX) -> HttpResponse:
    """Return a file to be kept under a name."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""  # noqa: FBT003
    return response


def words_of(problem: Exception) -> str:
    """Return what a refusal tells the reader."""
    if isinstance(problem, SheetFault):
        return explain(problem)
    if isinstance(problem, ValidationError):
        return " ".join(problem.messages)
    return str(problem)


def done(
    request: HttpRequest,
    do: Callable[[Actor, datetime], Any],
    *,
    said: str | Callable[[Any], str],
    to: str,
    **where: Any,
) -> HttpResponse:
    """Do one thing, say what was done or why not, and lead back to a page."""
    try:
        event = do(actor_in(request), timezone.now())
    except TELLABLE as problem:
        messages.error(request, words_of(problem))
    else:
        messages.success(request, said(event) if callable(said) else said)
    return HttpResponseRedirect(reverse(to, kwargs=where))
