"""What is done for households: their cases and what they received, in the words of a cell."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from renwang.foundation.access.rules import Actor
from renwang.foundation.sheets.engine.cells import Value
from renwang.loop.cases import kinds as needs
from renwang.loop.cases import queries as cases
from renwang.loop.cases.rules import CLOCK_RUNS, LIVE, Status
from renwang.loop.fulfilment import kinds as resources
from renwang.loop.fulfilment.models import Line
from renwang.loop.fulfilment.rules import plain

SETTLED = (Status.MET, Status.VERIFIED, Status.CLOSED)
LOOKED_BACK = timedelta(days=30)


def doings_of(viewer: Actor, homes_of: Mapping[int, int], *, now: datetime) -> dict[int, dict[str, Value]]:
    """Return for each household what is open, late, settled within a month, and received. ``homes_of``: subject → household."""
    seen = cases.visible_cases(viewer=viewer).filter(subject_id__in=list(homes_of)).select_related(None)
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    late: dict[int, int] = defaultdict(int)
    for case in seen.order_by("due_at", "pk").only("pk", "subject_id", "kind", "status", "due_at", "opened_at"):
        home = homes_of[case.subject_id]
        label = needs.label_of(case.kind)
        if case.status in LIVE:
            found[home]["open_cases"].append(label)
            late[home] += case.status in CLOCK_RUNS and case.due_at < now
        if case.status in SETTLED and case.opened_at > now - LOOKED_BACK:
            found[home]["met_cases"].append(f"{label}：{Status(case.status).label}")
    lines = Line.objects.filter(case__in=seen.values("pk"), received__gt=0).order_by("pk")
    for subject, resource, quantity in lines.values_list("case__subject_id", "resource", "received"):
        words = f"{resources.label_of(resource)} {plain(quantity)} {resources.unit_of(resource)}"
        found[homes_of[subject]]["received"].append(words.strip())
    return {
        home: {
            **{code: "；".join(words) for code, words in told.items()},
            "open_case_count": len(told.get("open_cases", ())),
            "late_case_count": late[home],
        }
        for home, told in found.items()
    }
