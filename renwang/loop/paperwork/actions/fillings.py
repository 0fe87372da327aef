"""A form filled for an area and a day: asked for, filled by the worker, released by a person, frozen."""

import hashlib
from array import array
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from renwang.foundation.access.actions import log_looks
from renwang.foundation.access.rules import Actor, is_within
from renwang.foundation.audit.actions import action, promise

from ..events import FillingBegun, FillingFilled, FillingPutAway, FillingReleased
from ..models import Figure, Filling, Form
from ..queries import Made
from ..rules import FILLING_MOVES, MOST_FIGURES, CannotDo, FillingStatus, Stale, check_reason

FILL = "paperwork.fill_form"


@action
def fill_form(
    *, actor: Actor, now: datetime, form_id: int, area: str, day: date, reason: str, is_daily: bool = False
) -> FillingBegun:
    """Promise that a form's current version is filled for an area and a day, protected fields masked. Raises CannotDo.

    By itself a form is filled once for an area and a day: the second time nothing happens.
    """
    form = Form.objects.get(pk=form_id)
    actor.check_may("paperwork.fill_form", area)
    if not is_within(area, form.area):
        raise CannotDo(_("This form is of another area."))
    version = form.versions.order_by("-number").defer("blob").first()
    if version is None:
        raise CannotDo(_("This form has no file yet."))
    filling = Filling(
        version=version,
        area=area,
        day=day,
        is_daily=is_daily,
        reason=check_reason(reason),
        by_id=actor.user_id or form.by_id,
        asked_at=now,
    )
    try:
        with transaction.atomic():
            filling.save()
    except IntegrityError:
        known = Filling.objects.defer("file").get(version=version, area=area, day=day, is_daily=True)
        return FillingBegun(filling_id=known.pk, version_id=version.pk, area=area, opens_sealed=known.opens_sealed)
    _promise(filling, now)
    return FillingBegun(filling_id=filling.pk, version_id=version.pk, area=area, opens_sealed=False)


@action
def finish_filling(
    *, actor: Actor, now: datetime, filling_id: int, round_no: int, made: Made | None, problem: str = ""
) -> FillingFilled:
    """Keep what the worker has filled, with its figures and the looks it took; or why it could not be.

    Raises Stale, also where it was asked for anew meanwhile: a masked file must not pass for the opened one.
    """
    filling = _filling(filling_id)
    if filling.round_no != round_no:
        raise Stale
    actor.check_may("paperwork.fill_form", filling.area)
    if made is None:
        _move(filling, FillingStatus.FAILED, problem=problem[:300])
        return FillingFilled(filling_id=filling_id, rows=0, figures=0, digest="", is_failed=True)
    digest = hashlib.sha256(made.content).hexdigest()
    _move(
        filling,
        FillingStatus.WAITING,
        file=made.content,
        digest=digest,
        rows=made.rows,
        problem=" ".join(made.notes)[:300],
        filled_at=now,
    )
    if made.looks:
        log_looks(actor=actor, now=now, area=filling.area, looks=made.looks, reason=filling.opened_because)
    Figure.objects.filter(filling=filling).delete()
    Figure.objects.bulk_create(
        [
            Figure(
                filling=filling,
                row=one.row,
                position=one.position,
                division_id=one.division or None,
                title=one.title[:200],
                field=one.field[:120],
                value=one.value,
                opens_to=one.opens_to or "",
                rows_counted=array("q", one.ids).tobytes(),
            )
            for one in made.figures[:MOST_FIGURES]
        ],
        batch_size=1000,
    )
    return FillingFilled(
        filling_id=filling_id, rows=made.rows, figures=len(made.figures), digest=digest, is_failed=False
    )


@action
def open_sealed_columns(*, actor: Actor, now: datetime, filling_id: int, reason: str) -> FillingBegun:
    """Have a waiting form filled anew with its protected fields opened; every look is logged with the reason. Raises Stale, CannotDo."""
    filling = _filling(filling_id)
    actor.check_may("paperwork.open_sealed_columns", filling.area)
    actor.check_may("access.reveal", filling.area)
    told = check_reason(reason)
    _move(
        filling,
        FillingStatus.FILLING,
        opens_sealed=True,
        opened_because=told,
        by_id=actor.user_id or filling.by_id,
        round_no=filling.round_no + 1,
    )
    filling.round_no += 1
    _promise(filling, now)
    return FillingBegun(filling_id=filling_id, version_id=filling.version_id, area=filling.area, opens_sealed=True)


@action
def release_filling(*, actor: Actor, now: datetime, filling_id: int) -> FillingReleased:
    """Release a filled form: its bytes and figures are frozen from now on. Raises Stale."""
    filling = _filling(filling_id)
    actor.check_may("paperwork.release_filling", filling.area)
    _move(filling, FillingStatus.RELEASED, released_by_id=actor.user_id, released_at=now)
    return FillingReleased(filling_id=filling_id, digest=filling.digest)


@action
def put_away_filling(*, actor: Actor, now: datetime, filling_id: int, reason: str) -> FillingPutAway:
    """Put a filled form away, with a reason; it is kept and not released. Raises Stale, CannotDo."""
    filling = _filling(filling_id)
    actor.check_may("paperwork.put_away_filling", filling.area)
    _move(filling, FillingStatus.PUT_AWAY, ended_because=check_reason(reason))
    return FillingPutAway(filling_id=filling_id, reason_given=True)


def _promise(filling: Filling, now: datetime) -> None:
    payload = {"filling_id": filling.pk, "round_no": filling.round_no}
    promise(kind=FILL, key=f"{FILL}:{filling.pk}:{filling.round_no}", payload=payload, now=now)


def _filling(filling_id: int) -> Filling:
    found = Filling.objects.defer("file").filter(pk=filling_id).first()
    if found is None:
        raise Stale
    return found


def _move(filling: Filling, new: FillingStatus, **columns: object) -> None:
    """Move a filling on, if it still stands where it was seen: the filter is the lock."""
    seen = FillingStatus(filling.status)
    here = Filling.objects.filter(pk=filling.pk, status=seen, round_no=filling.round_no)
    if new not in FILLING_MOVES[seen] or not here.update(status=new, **columns):
        raise Stale
