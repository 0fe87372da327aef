"""Pairs that may be one human being: set down for a person, and decided."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from ..events import DoubtDecided, DoubtsFiled
from ..models import Doubt, Subject
from ..queries.among import chunks
from ..rules import DOUBT_MOVES, UNDECIDED, DoubtStatus
from .merges import merge_subjects


class StaleDoubt(ValueError):
    """Somebody else has decided meanwhile, or one of the two is not in the register any more."""

    def __init__(self) -> None:
        super().__init__(_("This pair has been decided meanwhile. Load the page again."))


@action
def file_doubts(
    *, actor: Actor, now: datetime, pairs: Sequence[tuple[int, int, float]], source: str = ""
) -> DoubtsFiled:
    """Set down pairs (known, new, probability) for a person to decide; a pair that was ever set down is not asked again."""
    ids = {subject for known, new, _probability in pairs for subject in (known, new)}
    divisions: dict[int, str] = {}
    asked: set[frozenset[int]] = set()
    for some in chunks(sorted(ids)):
        found = Subject.objects.filter(pk__in=some, is_current=True)
        divisions.update(found.values_list("pk", "division_id"))
        before = Doubt.objects.filter(Q(known_id__in=some) | Q(new_id__in=some))
        asked.update(frozenset(pair) for pair in before.values_list("known_id", "new_id"))
    actor.check_may_all("registry.register_households", set(divisions.values()))
    fresh: dict[frozenset[int], Doubt] = {}
    for known, new, probability in pairs:
        both = frozenset({known, new})
        if len(both) == 2 and both not in asked and both <= divisions.keys():
            fresh.setdefault(
                both, Doubt(known_id=known, new_id=new, probability=probability, source=source[:40], found_at=now)
            )
    last = Doubt.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    # Another import may set down the same pair in this very moment: the database keeps one, and this one goes on.
    Doubt.objects.bulk_create(fresh.values(), batch_size=500, ignore_conflicts=True)
    made: list[int] = []
    for some in chunks(sorted({doubt.known_id for doubt in fresh.values()})):
        rows = Doubt.objects.filter(pk__gt=last, found_at=now, source=source[:40], known_id__in=some)
        made += [
            pk for pk, known, new in rows.values_list("pk", "known_id", "new_id") if frozenset({known, new}) in fresh
        ]
    return DoubtsFiled(doubt_ids=tuple(sorted(made)), source=source)


@action
def decide_doubt(
    *, actor: Actor, now: datetime, doubt_id: int, decision: DoubtStatus, reason: str = ""
) -> DoubtDecided:
    """Decide a pair: one and the same (the new record is taken into the known one), two people, or later.

    Raises StaleDoubt, NotMergeable.
    """
    doubt = Doubt.objects.select_related("known", "new").select_for_update(of=("self",)).filter(pk=doubt_id).first()
    if doubt is None:
        raise StaleDoubt
    divisions = (doubt.known.division_id, doubt.new.division_id)
    actor.check_may_all("registry.decide_doubt", divisions)
    may_come_from = [seen for seen in UNDECIDED if decision in DOUBT_MOVES[seen]]
    told = {"status": decision, "by_id": actor.user_id, "decided_at": now, "reason": reason.strip()[:200]}
    if not Doubt.objects.filter(pk=doubt_id, status__in=may_come_from).update(**told):
        raise StaleDoubt
    merge_id = None
    if decision == DoubtStatus.SAME:
        merged = merge_subjects(
            actor=actor,
            now=now,
            kept_id=doubt.known_id,
            gone_id=doubt.new_id,
            reason=reason or _("Decided among the doubtful pairs"),
        )
        merge_id = merged.merge_id
        Doubt.objects.filter(pk=doubt_id).update(merge_id=merge_id)
    return DoubtDecided(doubt_id=doubt_id, decision=decision.value, merge_id=merge_id)
