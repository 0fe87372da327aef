"""POST /api/check-ins: one check-in, or many as {"check_ins": […]}. GET /api/check-ins?submission_id=…: what became of one."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from renwang.foundation.access.rules import Actor, NotAllowed

from .. import actions, kinds, queries
from ..actions import ByActor, CheckInTold
from ..rules import AnswersRefused
from .batcher import Slip, TookTooLong, batcher
from .bearers import actor_of

MOST_AT_ONCE = 1000
FIELDS = frozenset({"submission_id", "contact", "mode", "answers", "told_at", "told_by", "is_partial"})


class BodyRefused(Exception):
    """What was sent is not a check-in; ``errors`` by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


def answer(status: int, body: Mapping[str, Any]) -> HttpResponse:
    """Return JSON that nobody keeps."""
    response = HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt
@require_http_methods(["GET", "POST"])
def check_ins(request: HttpRequest) -> HttpResponse:
    """Keep check-ins, answered only after their commit; or tell what became of one. By a device's bearer token, or within a session
    (with its CSRF token)."""
    bearer = request.headers.get("Authorization", "")
    if not bearer:
        return _by_session(request)
    actor = (
        actor_of(bearer.removeprefix("Bearer ").strip(), now=timezone.now()) if bearer.startswith("Bearer ") else None
    )
    if actor is None:
        return answer(401, {"detail": _("This device is not known, or no longer. Enrol it again.")})
    return _keep(request, actor)


@csrf_protect
def _by_session(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.user_id is None:
        return answer(401, {"detail": _("Sign in first."), "sign_in": "/sign-in/"})
    return _keep(request, actor)


def _keep(request: HttpRequest, actor: Actor) -> HttpResponse:
    if request.method == "GET":
        return answer(*became(request.GET.get("submission_id", ""), actor))
    return answer(*kept(request.body, actor))


def became(submission_id: str, actor: Actor) -> tuple[int, dict[str, Any]]:
    """Return what became of a submission the actor may know of: whether it came too late and why, and whether all has followed."""
    try:
        found = queries.became_of(UUID(submission_id), viewer=actor)
    except ValueError:
        return 422, {"detail": _("Expected a UUID made where it was typed.")}
    if found is None:
        return 404, {"detail": _("Nothing was kept under this number. Send it again.")}
    words = str(found.get_staleness_display()) if found.staleness else ""
    return 200, {
        "check_in": found.pk,
        "is_stale": bool(found.staleness),
        "stale_because": words,
        "told_at": found.told_at.isoformat(),
        "is_worked_out": queries.is_worked_out(found.pk),
    }


def kept(raw: bytes, actor: Actor) -> tuple[int, dict[str, Any]]:
    """Keep what was sent; return the status and the body of the answer, after the commit."""
    now = timezone.now()
    try:
        body = json.loads(raw)
    except ValueError:
        return 422, {"detail": _("Expected JSON.")}
    if isinstance(body, dict) and "check_ins" in body:
        return _keep_many(body["check_ins"], actor, now)
    try:
        slip = batcher.hand_in(ByActor(actor, _told(body, now)))
        slip.wait()
    except Exception as problem:  # noqa: BLE001  # every one is answered in words, or raised again
        return _refusal(problem)
    return 201, _receipt(slip)


def _keep_many(told: Any, actor: Actor, now: datetime) -> tuple[int, dict[str, Any]]:
    if not isinstance(told, list) or len(told) > MOST_AT_ONCE:
        return 422, {"detail": _("Expected a list of at most %(most)d check-ins.") % {"most": MOST_AT_ONCE}}
    waiting: list[Slip | BodyRefused] = []
    for one in told:
        try:
            waiting.append(batcher.hand_in(ByActor(actor, _told(one, now))))
        except BodyRefused as refusal:
            waiting.append(refusal)
    results: list[dict[str, Any]] = []
    for place in waiting:
        try:
            if not isinstance(place, Slip):
                raise place
            place.wait()
            results.append({"status": 201, **_receipt(place)})
        except Exception as problem:  # noqa: BLE001  # as above, each alone
            status, body = _refusal(problem)
            results.append({"status": status, **body})
    return 200, {"results": results}


def _receipt(slip: Slip) -> dict[str, Any]:
    """Return how a submission that is kept is answered."""
    words = _("The clock of this device cannot be right: the answer is kept as told when it arrived.")
    told = {"check_in": slip.check_in_id, "is_stale": slip.is_stale}
    return told | {"note": words} if slip.is_redated else told


def _told(body: Any, now: datetime) -> CheckInTold:
    """Return a check-in as it was sent; raises BodyRefused."""
    if not isinstance(body, dict):
        raise BodyRefused({"": _("Expected a check-in as a JSON object.")})
    errors = {name: _("This field is not known here.") for name in body if name not in FIELDS}
    told_at = now
    try:
        number = UUID(str(body.get("submission_id")))
    except ValueError:
        errors["submission_id"] = _("Expected a UUID made where it was typed.")
    contact = body.get("contact")
    if isinstance(contact, bool) or not isinstance(contact, int) or not 0 < contact < 2**63:
        errors["contact"] = _("Expected the number of a contact.")
    if not isinstance(body.get("answers"), dict):
        errors["answers"] = _("Expected the answers.")
    if "told_at" in body:
        try:
            found = parse_datetime(str(body["told_at"]))
        except ValueError:
            found = None
        if found is None or timezone.is_naive(found):
            errors["told_at"] = _("Expected a moment with its time zone.")
        else:
            told_at = min(found, now)
    told_by = body.get("told_by")
    if told_by is not None and (isinstance(told_by, bool) or not isinstance(told_by, int)):
        errors["told_by"] = _("Expected the number of a member.")
    if not isinstance(body.get("is_partial", False), bool):
        errors["is_partial"] = _("Expected yes or no.")
    if errors:
        raise BodyRefused(errors)
    return CheckInTold(
        submission_id=number,
        contact_id=body["contact"],
        mode=str(body.get("mode", "call")),
        answers=body["answers"],
        told_at=told_at,
        told_by=told_by,
        is_partial=body.get("is_partial", False),
    )


def _refusal(problem: Exception) -> tuple[int, dict[str, Any]]:
    """Return how a problem is answered; one that is not the sender's is raised again."""
    if isinstance(problem, AnswersRefused | BodyRefused):
        return 422, {"detail": str(problem), "errors": problem.errors}
    if isinstance(problem, kinds.UnknownMode):
        return 422, {"detail": _("This way of asking is not known."), "errors": {"mode": str(problem)}}
    if isinstance(problem, NotAllowed):
        return 403, {"detail": str(problem)}
    if isinstance(problem, actions.UnknownContact):
        return 404, {"detail": str(problem)}
    if isinstance(problem, actions.SubmissionReused):
        return 409, {"detail": str(problem)}
    if isinstance(problem, TookTooLong):
        return 503, {"detail": _("Not kept yet. Send it again with the same number.")}
    raise problem
