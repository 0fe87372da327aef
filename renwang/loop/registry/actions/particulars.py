"""Keep what an office told of subjects beyond the register's own columns."""

from collections.abc import Mapping

from renwang.foundation.access.fields import sealing
from renwang.foundation.audit.actions.bulk import insert_rows

from ..models import Particulars
from ..rules.entering import Trace
from ..rules.particulars import joined


def write_particulars(office: str, told: Mapping[int, str], traces: list[Trace]) -> None:
    """Write what was told of subjects (id → lines), together with what the office had told of them before."""
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
    insert_rows(
        Particulars,
        ("subject_id", "office", "told", "told_idx"),
        ((subject, office, *seal(text)) for subject, text in told.items() if subject not in known),
    )
