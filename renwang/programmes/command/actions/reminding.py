"""Who has not is reminded: by the issuer's hand, or by the clock once after each deadline."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action, promise

from .. import queries
from ..events import UnitsReminded
from ..models import Copy, Directive, Reminder
from ..rules import Duty, NothingToDo, NotInForce, NotTheIssuer, UnknownDirective, answers_for, manages

CARRY_REMINDERS = "command.carry_reminders"  # the promise that reminders reach the phones of those responsible
NOT_AGAIN_WITHIN = timedelta(minutes=30)
BATCH = 500


@action
def remind(*, actor: Actor, now: datetime, directive_id: int, copy_ids: Collection[int] | None = None) -> UnitsReminded:
    """Remind the units that owe something on a directive, all or some; who was reminded within half an hour is left in peace.

    The issuer reminds everybody, a subdistrict the villages it passed it on to. Raises NotTheIssuer, NotInForce, NothingToDo.
    """
    # Who presses at the same moment waits here, and then finds that all were reminded.
    directive = Directive.objects.select_for_update().filter(pk=directive_id).first()
    if directive is None:
        raise UnknownDirective
    actor.check_may_anywhere("command.remind")
    if not directive.is_in_force:
        raise NotInForce
    copies = Copy.objects.filter(directive=directive).select_related("directive", "parent", "division")
    if copy_ids is not None:
        copies = copies.filter(pk__in=copy_ids)
    is_issuer = manages(actor, area=directive.area, office=directive.office)
    own = [
        one
        for one in copies.order_by("pk")
        if is_issuer or (one.parent is not None and answers_for(actor, one.parent.unit, "command.remind"))
    ]
    if not own and not is_issuer:
        raise NotTheIssuer
    owing = [
        (one, duty) for one in own if (duty := directive.timetable.duty(one.status, one.reported_for, now)).is_open
    ]
    rested = [
        (one, duty) for one, duty in owing if one.reminded_at is None or one.reminded_at <= now - NOT_AGAIN_WITHIN
    ]
    if not rested:
        raise NothingToDo(
            _("All who owe something were reminded within the last half hour.")
            if owing
            else _("Nobody owes anything now.")
        )
    return _reminded(actor, now, rested)


@action
def remind_late(*, actor: Actor, now: datetime) -> UnitsReminded:
    """Remind every unit that has let a deadline pass, once for each deadline."""
    actor.check_may("command.remind", "")
    late = {copy.pk: (copy, duty) for copy, duty in queries.late_and_not_reminded(now=now)}
    # Another worker, or the issuer's own hand, may have been faster: whoever was reminded meanwhile is left in peace.
    fresh = dict(Copy.objects.select_for_update().filter(pk__in=late).order_by("pk").values_list("pk", "reminded_at"))
    return _reminded(actor, now, [pair for pk, pair in late.items() if fresh.get(pk) == pair[0].reminded_at])


def _reminded(actor: Actor, now: datetime, owing: Sequence[tuple[Copy, Duty]]) -> UnitsReminded:
    ids = [copy.pk for copy, _duty in owing]
    Copy.objects.filter(pk__in=ids).update(reminded_at=now)
    made = Reminder.objects.bulk_create(
        [Reminder(copy=copy, about=duty.kind, by_id=actor.user_id, at=now) for copy, duty in owing], batch_size=2000
    )
    reminder_ids = [row.pk for row in made]
    for start in range(0, len(reminder_ids), BATCH):
        batch = reminder_ids[start : start + BATCH]
        promise(kind=CARRY_REMINDERS, key=f"{CARRY_REMINDERS}:{batch[0]}", payload={"reminder_ids": batch}, now=now)
    return UnitsReminded(copy_ids=tuple(ids), reminder_ids=tuple(reminder_ids))
