"""Keep what an office told of subjects beyond the register's own columns."""

from collections.abc import Container, Mapping

from renwang.foundation.access.fields import sealing
from renwang.foundation.audit.actions.bulk import insert_rows, take_ids

from ..models import Particulars
from ..rules.entering import Trace, runs_of
from ..rules.particulars import joined


def write_particulars(office: str, told: Mapping[int, str], new: Container[int], traces: list[Trace]) -> None:
    """Write what was told of subjects (id → lines), together with what the office had told of them before.

    ``new``: who was not there before; what is told of them goes when they go.
    """
    told = {subject: text for subject, text in told.items() if text}
    known = {one.subject_id: one for one in Particulars.objects.filter(office=office, subject_id__in=list(told))}
    changed: list[Particulars] = []
    for subject, one in known.items():
        before, after = one.told or "", joined(one.told or "", told[subject])
        if before != after:
            one.told = after
            traces.append(Trace("particulars.told", one.pk, one.pk, before, after))
            one._meta.get_field("told_idx").pre_save(one, add=False)
            changed.append(one)
    Particulars.objects.bulk_update(changed, ["told", "told_idx"], batch_size=100)
    seal = sealing(Particulars, "told", "exact")
    fresh = [subject for subject in told if subject not in known]
    ids = dict(zip(fresh, take_ids(Particulars, len(fresh)), strict=True))
    insert_rows(
        Particulars,
        ("id", "subject_id", "office", "told", "told_idx"),
        ((pk, subject, office, *seal(told[subject])) for subject, pk in ids.items()),
    )
    traces += runs_of("particulars", [pk for subject, pk in ids.items() if subject not in new])
    traces += runs_of("particulars+", [pk for subject, pk in ids.items() if subject in new])
