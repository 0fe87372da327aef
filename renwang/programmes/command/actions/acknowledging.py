"""A unit takes note of its copy, and passes it on."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.loop.registry.models import Division
from renwang.loop.registry.rules import DivisionLevel

from ..events import CopiesForwarded, CopyAcknowledged
from ..models import Copy
from ..rules import (
    CopyStatus,
    NothingToDo,
    NotInForce,
    NotThisUnit,
    StaleCopy,
    UnitKind,
    UnknownDirective,
    answers_for,
)
from .issuing import note_step


@action
def acknowledge(*, actor: Actor, now: datetime, copy_id: int) -> CopyAcknowledged:
    """Take note of a directive for one's unit; whoever comes second changes nothing. Raises NotThisUnit, NotInForce."""
    copy = copy_for(actor, copy_id, "command.acknowledge")
    check_in_force(copy)
    waiting = Copy.objects.filter(pk=copy.pk, status=CopyStatus.SENT)
    if not waiting.update(status=CopyStatus.ACKNOWLEDGED, acknowledged_at=now, acknowledged_by_id=actor.user_id):
        # Somebody of the unit, or this very tap, was faster.
        return CopyAcknowledged(directive_id=copy.directive_id, copy_id=copy.pk, is_repeat=True)
    note_step(copy.pk, CopyStatus.ACKNOWLEDGED, actor, now)
    return CopyAcknowledged(directive_id=copy.directive_id, copy_id=copy.pk)


@action
def forward(*, actor: Actor, now: datetime, copy_id: int, villages: Sequence[str], note: str = "") -> CopiesForwarded:
    """Pass a directive on to villages of one's subdistrict; who has it already keeps the one they have.

    Raises NotThisUnit, NotInForce, StaleCopy, NothingToDo.
    """
    copy = copy_for(actor, copy_id, "command.forward")
    check_in_force(copy)
    if copy.kind != UnitKind.STREET:
        raise NothingToDo(_("Only a subdistrict passes a directive on, to its villages."))
    if copy.status == CopyStatus.SENT:
        raise StaleCopy(_("Acknowledge the directive first, then pass it on."))
    wanted = set(villages)
    below = Division.objects.filter(in_scope("code", (copy.division_id,)), level=DivisionLevel.VILLAGE)
    known = set(below.filter(pk__in=wanted).values_list("pk", flat=True))
    if not wanted or wanted != known:
        raise NothingToDo(_("Choose villages of your subdistrict from the list."))
    of_villages = Copy.objects.filter(directive_id=copy.directive_id, kind=UnitKind.VILLAGE, division_id__in=wanted)
    before = set(of_villages.values_list("division_id", flat=True))
    Copy.objects.bulk_create(
        [
            Copy(
                directive_id=copy.directive_id,
                parent=copy,
                kind=UnitKind.VILLAGE,
                division_id=code,
                sent_at=now,
                note=note.strip()[:300],
            )
            for code in sorted(wanted - before)
        ],
        # Two officers of one subdistrict may press at once.
        ignore_conflicts=True,
    )
    made = of_villages.filter(parent=copy).exclude(division_id__in=before).order_by("pk").values_list("pk", flat=True)
    return CopiesForwarded(directive_id=copy.directive_id, copy_id=copy.pk, forwarded_ids=tuple(made))


def copy_for(actor: Actor, copy_id: int, permission: str) -> Copy:
    """Return a copy its unit acts on; raises UnknownDirective, NotAllowed, NotThisUnit."""
    copy = Copy.objects.select_related("directive").filter(pk=copy_id).first()
    if copy is None:
        raise UnknownDirective
    actor.check_may(permission, copy.division_id)
    if not answers_for(actor, copy.unit, permission):
        raise NotThisUnit
    return copy


def check_in_force(copy: Copy) -> None:
    """Raise NotInForce where nothing need be done about a directive any more."""
    if not copy.directive.is_in_force:
        raise NotInForce
