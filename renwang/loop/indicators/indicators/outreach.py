"""Was everybody asked, and what came of it."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.rules import Actor
from renwang.loop.rounds import kinds as modes
from renwang.loop.rounds import queries as rounds
from renwang.loop.rounds.models import Contact
from renwang.loop.rounds.rules import OPEN_STATES, ContactState, Disposition

from ..kinds import Indicator, register
from ..rules import Day, Tally, Unit
from .counting import grouped
from .rows import ContactRows

CONTACTS_OF_DAY = (_("Contacts of outreach"), _("Check-ins"), _("Attempts"))


class _OfContacts(Indicator):
    """What is counted over the contacts of a day."""

    rows = ContactRows
    inputs = CONTACTS_OF_DAY

    def is_settled(self, day: Day) -> bool:
        """A contact that is still open when the day is over is settled in the night; only then is it known what came of it."""
        return not Contact.objects.filter(day=day.day, state__in=OPEN_STATES).exists()


@register
class Coverage(_OfContacts):
    """The share of the day's contacts in which the household was reached."""

    code = "outreach.coverage"
    label = _("Reached of those to be asked")
    unit = Unit.PERCENT
    order = 10
    counts = _("households")
    better = "more"
    method = _(
        "Contacts planned for the day in which the household answered, of all contacts planned for the day. A household that is "
        "asked twice a day counts twice. Where a contact was carried on to the next day, it counts as not reached."
    )

    def tallies(self, day: Day) -> Iterable[Tally]:
        return grouped(Contact.objects.filter(day=day.day), counted=Q(state=ContactState.REACHED))


@register
class Dispositions(_OfContacts):
    """What came of the day's contacts."""

    code = "outreach.dispositions"
    label = _("What came of asking")
    unit = Unit.COUNT
    order = 12
    counts = _("households")
    method = _(
        "Contacts planned for the day by their disposition as it stands when it is counted: registered, completed, partial, "
        "refused, no response and so on. All of them together are the households to be asked."
    )

    def tallies(self, day: Day) -> Iterable[Tally]:
        return grouped(Contact.objects.filter(day=day.day), slice="disposition")

    def slice_label(self, slice: str) -> str:
        return str(Disposition(slice).label) if slice in Disposition.values else slice


@register
class Modes(_OfContacts):
    """By which mode the households of the day were reached."""

    code = "outreach.modes"
    label = _("Reached, by mode")
    unit = Unit.COUNT
    order = 11
    counts = _("households")
    better = "more"
    method = _(
        "Contacts of the day in which the household answered, by the mode in which it did: call, visit, message, link."
    )

    def tallies(self, day: Day) -> Iterable[Tally]:
        return grouped(Contact.objects.filter(day=day.day, state=ContactState.REACHED), slice="mode")

    def slice_label(self, slice: str) -> str:
        known = {mode.code: str(mode.label) for mode in modes.all_modes()}
        return known.get(slice, slice)


@register
class Unreached(_OfContacts):
    """Households that nobody has reached, as the list of the unreached stands on that day."""

    code = "outreach.unreached"
    label = _("Not reached")
    unit = Unit.COUNT
    order = 13
    counts = _("households")
    better = "fewer"
    method = _(
        "Households whose latest contact up to the day ended without an answer, each once, until they are reached, refuse or "
        "somebody closes the contact with a reason; and open contacts for which nobody is answerable."
    )

    def tallies(self, day: Day) -> Iterable[Tally]:
        return grouped(rounds.unreached(viewer=Actor.system(), until=day.day).select_related(None))
