"""What people told."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.rules import Actor, is_within
from renwang.loop.cases import kinds as needs
from renwang.loop.rounds.models import Finding
from renwang.loop.rounds.queries import finding_in_words

from ..kinds import Indicator, register
from ..rules import Day, Tally, Unit
from .counting import grouped
from .rows import FindingRows


@register
class Findings(Indicator):
    """What check-ins of the day say that somebody must know, by kind."""

    code = "findings.count"
    label = _("Findings")
    unit = Unit.COUNT
    order = 20
    counts = _("findings")
    inputs = (_("Check-ins"), _("Findings"))
    rows = FindingRows
    method = _(
        "Findings of the day by kind: fever, needs, contact with somebody ill and so on. One check-in may hold several. Who was "
        "found to have what is opened by those who act on it."
    )

    def tallies(self, day: Day) -> Iterable[Tally]:
        found = Finding.objects.filter(found_at__gte=day.since, found_at__lt=day.until)
        return grouped(found, slice="kind")

    def slice_label(self, slice: str) -> str:
        return finding_in_words(slice)

    def may_open(self, viewer: Actor, area: str, slice: str) -> bool:
        """A kind is opened by the roles that see the detail of the need it opens.

        All kinds together, and a kind that no need answers (an office's own question), by who sees the detail of each.
        """
        if not super().may_open(viewer, area, slice):
            return False
        need = needs.for_finding(slice) if slice else None
        wanted = needs.all_kinds() if need is None else [need]
        held = {grant.role for grant in viewer.usable_grants() if is_within(area, grant.area)}
        return viewer.is_system or all(held & one.seen_by for one in wanted)
