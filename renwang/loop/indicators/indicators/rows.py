"""The rows behind the loop's own figures, as a page lists them."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from renwang.foundation.access.rules import Actor
from renwang.loop.cases import kinds as needs
from renwang.loop.cases.models import Case
from renwang.loop.fulfilment import kinds as resources
from renwang.loop.fulfilment.models import Line as SupplyLine
from renwang.loop.fulfilment.rules import plain
from renwang.loop.rounds import kinds as modes
from renwang.loop.rounds.models import Contact, Finding
from renwang.loop.rounds.queries import finding_in_words

from ..kinds import Line, Rows


class ContactRows(Rows):
    """Contacts of outreach."""

    code = "rounds.contact"
    label = gettext_lazy("Contacts of outreach")
    permission = "rounds.view"

    def lines(self, ids: Sequence[int], *, viewer: Actor) -> list[Line]:
        labels = {mode.code: str(mode.label) for mode in modes.all_modes()}
        found = Contact.objects.select_related("household").in_bulk(list(ids))
        return [
            Line(
                id=pk,
                title=row.household.name,
                area=row.division_id,
                detail=_(" · ").join([row.get_state_display(), labels.get(row.mode, row.mode)]),
                at=row.ended_at,
                url=("rounds:check_in", pk),
            )
            for pk in ids
            if (row := found.get(pk)) is not None
        ]


class FindingRows(Rows):
    """What check-ins say that somebody must know."""

    code = "rounds.finding"
    label = gettext_lazy("Findings")
    permission = "rounds.view"

    def lines(self, ids: Sequence[int], *, viewer: Actor) -> list[Line]:
        found = Finding.objects.select_related("subject", "check_in").defer("check_in__told").in_bulk(list(ids))
        return [
            Line(
                id=pk,
                title=row.subject.name,
                area=row.division_id,
                detail=finding_in_words(row.kind),
                at=row.found_at,
                url=("desk:household", row.check_in.household_id),
            )
            for pk in ids
            if (row := found.get(pk)) is not None
        ]


class CaseRows(Rows):
    """Cases."""

    code = "cases.case"
    label = gettext_lazy("Cases")
    permission = "cases.view"

    def lines(self, ids: Sequence[int], *, viewer: Actor) -> list[Line]:
        found = Case.objects.select_related("subject").in_bulk(list(ids))
        return [
            Line(
                id=pk,
                title=row.subject.name,
                area=row.division_id,
                detail=_(" · ").join([needs.label_of(row.kind), row.get_status_display()]),
                at=row.opened_at,
                url=("cases:page", pk),
            )
            for pk in ids
            if (row := found.get(pk)) is not None
        ]


class LineRows(Rows):
    """Goods and visits that cases asked for."""

    code = "fulfilment.line"
    label = gettext_lazy("Goods and visits")
    permission = "fulfilment.view"

    def lines(self, ids: Sequence[int], *, viewer: Actor) -> list[Line]:
        found = SupplyLine.objects.select_related("case__subject").in_bulk(list(ids))
        return [
            Line(
                id=pk,
                title=row.case.subject.name,
                area=row.case.division_id,
                detail=_("%(what)s: asked for %(requested)s %(unit)s, received %(received)s, confirmed %(verified)s")
                % {
                    "what": resources.label_of(row.resource),
                    "unit": resources.unit_of(row.resource),
                    "requested": plain(row.requested),
                    "received": plain(row.received),
                    "verified": plain(row.verified),
                },
                at=row.made_at,
                url=("cases:page", row.case_id),
            )
            for pk in ids
            if (row := found.get(pk)) is not None
        ]
