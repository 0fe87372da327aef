"""What directives want of somebody today, for their board and their day."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from renwang.desk.kinds import Errand
from renwang.foundation.access.rules import Actor

from .. import queries
from ..rules import DutyKind

SHOWN = 3


def errands_of(viewer: Actor, now: datetime) -> Sequence[Errand]:
    """Return what one's unit owes, a line for each of the first few, and which of one's own directives units are late with."""
    found = queries.errands(viewer=viewer, now=now)
    words = {
        DutyKind.ACKNOWLEDGE: _("Acknowledge: %(title)s"),
        DutyKind.REPORT: _("Report: %(title)s"),
        DutyKind.MEND: _("Report again: %(title)s"),
    }
    lines = [
        Errand(
            words=words[one.duty.kind] % {"title": one.copy.directive.title},
            href=reverse("command:copy", args=[one.copy.pk]),
            icon="report" if one.duty.kind == DutyKind.REPORT else "file-text",
            meaning="act" if one.duty.is_late else "late",
            due_at=one.duty.due_at,
        )
        for one in found.own[:SHOWN]
    ]
    more = len(found.own) - SHOWN
    if more > 0:
        many = ngettext("%(n)d more directive waits for you", "%(n)d more directives wait for you", more) % {"n": more}
        lines.append(Errand(words=many, href=reverse("command:list") + "?box=in", icon="file-text"))
    for directive, tally in found.others[:SHOWN]:
        late = ngettext("%(n)d unit is late", "%(n)d units are late", tally.late) % {"n": tally.late}
        href = reverse("command:directive", args=[directive.pk]) + "?show=late#units"
        lines.append(Errand(words=f"{directive.title}: {late}", href=href, icon="clock-exclamation", meaning="act"))
    return lines
