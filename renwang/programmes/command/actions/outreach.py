"""A directive becomes a round of outreach."""

from datetime import datetime, timedelta

from django.utils import timezone

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.loop.registry.models import Division
from renwang.loop.rounds.actions import RoundDraft, draft_round
from renwang.loop.rounds.rules import Cadence as RoundCadence

from ..events import RoundStarted
from ..models import Copy, Directive
from ..rules import Cadence, NotInForce, NotTheIssuer, UnknownDirective, manages, smallest_area

LONGEST = timedelta(days=30)


@action
def start_round(*, actor: Actor, now: datetime, directive_id: int) -> RoundStarted:
    """Draft a round of outreach from a directive, once: its title, its area, its days. It asks nobody until it is opened.

    Raises NotTheIssuer, NotInForce.
    """
    directive = Directive.objects.select_for_update().filter(pk=directive_id).first()
    if directive is None:
        raise UnknownDirective
    actor.check_may("command.start_round", directive.area)
    if not manages(actor, area=directive.area, office=directive.office):
        raise NotTheIssuer
    if directive.round_id is not None:
        return RoundStarted(directive_id=directive.pk, round_id=directive.round_id, is_repeat=True)
    if not directive.is_in_force:
        raise NotInForce
    today = timezone.localdate(now)
    last = directive.closes_on or (timezone.localdate(directive.report_by) if directive.report_by else today)
    codes = set(Copy.objects.filter(directive=directive).exclude(kind="office").values_list("division_id", flat=True))
    above = {code[:length] for code in codes for length in range(1, len(code) + 1)}
    known = Division.objects.filter(pk__in=above).values_list("pk", flat=True)
    drafted = draft_round(
        actor=actor,
        now=now,
        draft=RoundDraft(
            title=directive.title[:80],
            office=directive.office,
            area=smallest_area(directive.area, codes, list(known)),
            opens_on=today,
            closes_on=min(max(today, last), today + LONGEST),
            cadence=RoundCadence.DAILY if directive.cadence == Cadence.DAILY else RoundCadence.ONCE,
            everybody=True,
        ),
    )
    Directive.objects.filter(pk=directive.pk, round=None).update(round_id=drafted.round_id)
    return RoundStarted(directive_id=directive.pk, round_id=drafted.round_id)
