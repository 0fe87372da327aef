"""What a directive and a unit's copy of it may be, and which way each may go. Each status says who must act next."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Urgency(TextChoices):
    """How fast a directive must be taken note of."""

    PLAIN = "plain", pgettext_lazy("urgency", "ordinary")
    URGENT = "urgent", pgettext_lazy("urgency", "urgent")
    FLASH = "flash", pgettext_lazy("urgency", "most urgent")


class Cadence(TextChoices):
    """How often units report."""

    NONE = "none", _("no report, only acknowledgement")
    ONCE = "once", _("once")
    DAILY = "daily", _("every day")


class DirectiveStatus(TextChoices):
    """Whether a directive holds."""

    ISSUED = "issued", _("in force")
    WITHDRAWN = "withdrawn", _("withdrawn")
    SUPERSEDED = "superseded", _("superseded")


class CopyStatus(TextChoices):
    """How far one unit is with its copy."""

    SENT = "sent", _("not acknowledged")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    IN_PROGRESS = "in_progress", _("in progress")
    DONE = "done", pgettext_lazy("directive", "done")
    RETURNED = "returned", _("report returned")


class FigureKind(TextChoices):
    """How an asked number is written."""

    WHOLE = "whole", _("whole number")
    DECIMAL = "decimal", _("with decimals")


DIRECTIVE_MOVES: dict[DirectiveStatus, frozenset[DirectiveStatus]] = {
    DirectiveStatus.ISSUED: frozenset({DirectiveStatus.WITHDRAWN, DirectiveStatus.SUPERSEDED}),
    DirectiveStatus.WITHDRAWN: frozenset(),
    DirectiveStatus.SUPERSEDED: frozenset(),
}

MOVES: dict[CopyStatus, frozenset[CopyStatus]] = {
    # the unit must take note
    CopyStatus.SENT: frozenset({CopyStatus.ACKNOWLEDGED}),
    # the unit must act and tell of it
    CopyStatus.ACKNOWLEDGED: frozenset({CopyStatus.IN_PROGRESS, CopyStatus.DONE}),
    CopyStatus.IN_PROGRESS: frozenset({CopyStatus.DONE, CopyStatus.RETURNED}),
    # nobody, unless whoever issued it finds the report wanting
    CopyStatus.DONE: frozenset({CopyStatus.RETURNED}),
    # the unit must report again
    CopyStatus.RETURNED: frozenset({CopyStatus.IN_PROGRESS, CopyStatus.DONE}),
}
# A report may be given; a finished copy only takes corrections.
REPORTS = frozenset({CopyStatus.ACKNOWLEDGED, CopyStatus.IN_PROGRESS, CopyStatus.RETURNED})
