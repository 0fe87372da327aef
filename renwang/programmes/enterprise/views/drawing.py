"""What pages draw of a filing: the road, and the meaning of a status."""

import io
from typing import Any

import segno
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from ..models import Filing
from ..rules.filings import ROAD, Status

MEANING: dict[str, str] = {
    "": "quiet",
    Status.DRAFT: "quiet",
    Status.FILED: "doing",
    Status.RETURNED: "late",
    Status.ACCEPTED: "doing",
    Status.RECTIFYING: "late",
    Status.INSPECTED: "doing",
    Status.RESUMED: "verified",
    Status.SUSPENDED: "act",
}
# Where a filing that left the straight road stands on it.
ASIDE = {Status.RETURNED: Status.DRAFT, Status.RECTIFYING: Status.INSPECTED, Status.SUSPENDED: Status.RESUMED}


def road_of(filing: Filing | None) -> list[dict[str, Any]]:
    """Return the steps of a filing as the part "steps" draws them."""
    if filing is None:
        return [{"label": status.label, "state": "todo"} for status in ROAD]
    status = Status(filing.status)
    at = ROAD.index(ASIDE.get(status, status))
    times = {Status.DRAFT: filing.begun_at, Status.FILED: filing.filed_at, Status.RESUMED: filing.resumed_at}
    found = []
    for place, one in enumerate(ROAD):
        is_here = place == at
        state = "done" if place < at or (is_here and status == Status.RESUMED) else "now" if is_here else "todo"
        label = one.label
        if is_here and status in ASIDE:
            label, state = status.label, "stopped"
        found.append({"label": label, "state": state, "at": times.get(one) if state in ("done", "now") else None})
    return found


def meaning_of(status: str) -> str:
    """Return the meaning of a filing's status for a badge."""
    return MEANING.get(status, "quiet")


def label_of(status: str) -> str:
    """Return a filing's status in words; "" is no filing."""
    return str(Status(status).label) if status else gettext("nothing filed")


def qr(text: str) -> SafeString:
    """Return a QR code as SVG that stands in the page."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(
        drawn, kind="svg", xmldecl=False, svgns=True, scale=5, border=2, light="#fff", dark="#000", omitsize=True
    )
    return SafeString(drawn.getvalue().decode())
