"""What is counted for villages or subdistricts: each figure with the rows it counts. One statement for each column, however many villages."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor, is_within
from renwang.loop.assignments import queries as assignments
from renwang.loop.cases import queries as cases
from renwang.loop.cases.models import Case
from renwang.loop.cases.rules import CLOCK_RUNS, LIVE
from renwang.loop.indicators import kinds as indicator_kinds
from renwang.loop.indicators import queries as indicators
from renwang.loop.indicators.rules import Unit
from renwang.loop.indicators.rules.words import plotted
from renwang.loop.registry import queries as registry
from renwang.loop.registry.models import Division, Membership, Programme, Subject
from renwang.loop.registry.rules import DivisionLevel, SubjectKind
from renwang.loop.rounds import queries as rounds
from renwang.loop.rounds.models import Contact, Finding
from renwang.loop.rounds.rules import ContactState

from ..rules import INDICATOR, LEDGER, Level, OpensTo
from .days import end_of, start_of
from .lines import on_ledger

Pairs = Iterable[tuple[str, int]]  # where it lies, what is counted
NOT_REACHED = (
    ContactState.DUE,
    ContactState.TRYING,
    ContactState.LAST_VISIT,
    ContactState.UNREACHED,
    ContactState.CARRIED,
)


@dataclass(frozen=True, slots=True)
class Over:
    """Over what is counted: whose eyes, which area, which day, which ledger ("": all)."""

    viewer: Actor
    area: str
    day: date
    now: datetime
    programme: str = ""

    def homes(self) -> QuerySet[Subject]:
        """Return the households that count."""
        found = Subject.objects.filter(
            registry.visible(self.viewer),
            in_scope("division_id", (self.area,)),
            kind=SubjectKind.HOUSEHOLD,
            is_current=True,
        )
        return on_ledger(found, self.programme, self.day)

    def of_homes(self, path: str) -> Q:
        """Return the filter "belongs to one of these households", for rows whose area is filtered already."""
        return Q(**{f"{path}__in": self.homes().values("pk")}) if self.programme else Q()


@dataclass
class Count:
    """One figure: how many, and which."""

    value: Decimal
    opens_to: OpensTo | None = None
    ids: list[int] = field(default_factory=list)
    adds_up: bool = True  # a share or an average of several places is no sum


def _households(over: Over) -> Pairs:
    return over.homes().values_list("division_id", "pk")


def _persons(over: Over) -> Pairs:
    living = Membership.objects.filter(
        household__in=over.homes().values("pk"), until__isnull=True, person__is_current=True
    )
    return living.values_list("household__division_id", "person_id")


def _contacts(over: Over) -> QuerySet[Contact]:
    seen = rounds.visible_contacts(viewer=over.viewer).filter(in_scope("division_id", (over.area,)), day=over.day)
    return seen.filter(over.of_homes("household_id"))


def _in_states(*states: ContactState) -> Callable[[Over], Pairs]:
    return lambda over: _contacts(over).filter(state__in=states).values_list("division_id", "household_id")


def _asked(over: Over) -> Pairs:
    return _contacts(over).values_list("division_id", "household_id")


def _unreached(over: Over) -> Pairs:
    # Asked twice a day and reached once is reached.
    reached = _contacts(over).filter(state=ContactState.REACHED).values("household_id")
    open_still = _contacts(over).filter(state__in=NOT_REACHED).exclude(household_id__in=reached)
    return open_still.values_list("division_id", "household_id")


def _well(over: Over) -> Pairs:
    told = rounds.visible_check_ins(viewer=over.viewer).filter(
        in_scope("contact__division_id", (over.area,)),
        over.of_homes("household_id"),
        told_at__gte=start_of(over.day),
        told_at__lt=end_of(over.day),
        all_well=True,
    )
    return told.values_list("contact__division_id", "household_id")


def _found(*kinds: str, homes: bool = False) -> Callable[[Over], Pairs]:
    def pairs(over: Over) -> Pairs:
        rows = Finding.objects.filter(
            in_scope("division_id", over.viewer.areas("rounds.view")),
            in_scope("division_id", (over.area,)),
            over.of_homes("check_in__household_id"),
            kind__in=kinds,
            check_in__told_at__gte=start_of(over.day),
            check_in__told_at__lt=end_of(over.day),
        )
        return rows.values_list("division_id", "check_in__household_id" if homes else "subject_id")

    return pairs


def _cases(over: Over) -> QuerySet[Case]:
    found = cases.visible_cases(viewer=over.viewer).select_related(None).filter(in_scope("division_id", (over.area,)))
    if over.programme:
        homes = over.homes().values("pk")
        people = Membership.objects.filter(household__in=homes, until__isnull=True).values("person_id")
        found = found.filter(Q(subject_id__in=homes) | Q(subject_id__in=people))
    return found.order_by()


def _opened(over: Over) -> Pairs:
    found = _cases(over).filter(opened_at__gte=start_of(over.day), opened_at__lt=end_of(over.day))
    return found.values_list("division_id", "pk")


def _closed(over: Over) -> Pairs:
    found = _cases(over).filter(closed_at__gte=start_of(over.day), closed_at__lt=end_of(over.day))
    return found.values_list("division_id", "pk")


def _live(over: Over) -> Pairs:
    return _cases(over).filter(status__in=LIVE).values_list("division_id", "pk")


def _late(over: Over) -> Pairs:
    return _cases(over).filter(status__in=CLOCK_RUNS, due_at__lt=over.now).values_list("division_id", "pk")


def _nobody(over: Over) -> Pairs:
    found = assignments.gaps(viewer=over.viewer, now=over.now, area=over.area).filter(over.of_homes("pk"))
    return found.order_by().values_list("division_id", "pk")


COUNTS: Mapping[str, tuple[OpensTo, Callable[[Over], Pairs]]] = {
    "n_households": (OpensTo.HOUSEHOLD, _households),
    "n_persons": (OpensTo.PERSON, _persons),
    "n_asked": (OpensTo.HOUSEHOLD, _asked),
    "n_reached": (OpensTo.HOUSEHOLD, _in_states(ContactState.REACHED)),
    "n_unreached": (OpensTo.HOUSEHOLD, _unreached),
    "n_refused": (OpensTo.HOUSEHOLD, _in_states(ContactState.REFUSED)),
    "n_well": (OpensTo.HOUSEHOLD, _well),
    "n_fever": (OpensTo.PERSON, _found("fever")),
    "n_symptoms": (OpensTo.PERSON, _found("symptoms")),
    "n_risk_travel": (OpensTo.PERSON, _found("risk_travel")),
    "n_exposure": (OpensTo.PERSON, _found("exposure")),
    "n_needs": (
        OpensTo.HOUSEHOLD,
        _found(
            "needs_food",
            "needs_medicine",
            "needs_heating",
            "needs_repair",
            "needs_other",
            "caregiver_absent",
            homes=True,
        ),
    ),
    "n_cases_opened": (OpensTo.CASE, _opened),
    "n_cases_closed": (OpensTo.CASE, _closed),
    "n_cases_live": (OpensTo.CASE, _live),
    "n_cases_late": (OpensTo.CASE, _late),
    "n_nobody": (OpensTo.HOUSEHOLD, _nobody),
}


def places(*, area: str, level: Level) -> list[Division]:
    """Return the villages (or subdistricts) of an area that each get a row, by code; the area itself where it is smaller."""
    wanted = DivisionLevel.STREET if level is Level.STREET else DivisionLevel.VILLAGE
    found = list(
        Division.objects.filter(in_scope("code", (area,)), level=wanted).select_related("parent").order_by("code")
    )
    return found or list(Division.objects.filter(code=area).select_related("parent"))


def totals(over: Over, codes: Sequence[str], rows: Sequence[Division]) -> dict[tuple[str, str], Count]:
    """Return the figures by (division, field); a division counts all that lies in it, each household, person or case once."""
    starts = sorted(row.code for row in rows)
    found: dict[tuple[str, str], Count] = {}
    for code in codes:
        if code.startswith(INDICATOR):
            found |= _indicator(over, code, starts)
            continue
        opens_to, pairs = _counting(over, code)
        if pairs is None:
            continue
        ids: dict[str, set[int]] = defaultdict(set)
        for division, counted in pairs:
            if home := _home(starts, division):
                ids[home].add(counted)
        for start in starts:
            found[start, code] = Count(Decimal(len(ids[start])), opens_to, sorted(ids[start]))
    return found


def _indicator(over: Over, code: str, starts: Sequence[str]) -> dict[tuple[str, str], Count]:
    """Return the figures of an indicator as they were counted for the day; none where it was not counted, or may not be seen."""
    reckoning = indicators.reckoning_of(over.day)
    indicator = indicator_kinds.get(code.removeprefix(INDICATOR))
    if reckoning is None or over.programme:
        return {}
    told = indicators.figures_of(reckoning, starts, whole_only=True)
    found: dict[tuple[str, str], Count] = {}
    for start in starts:
        if not indicators.may_open(over.viewer, indicator, start):
            continue
        value = plotted(told.of(start, indicator.code), indicator.unit)
        if value is not None:
            ids = indicators.row_ids(reckoning, indicator, start)
            found[start, code] = Count(
                value, OpensTo.INDICATOR, ids, adds_up=indicator.unit in (Unit.COUNT, Unit.AMOUNT)
            )
    return found


def _counting(over: Over, code: str) -> tuple[OpensTo | None, Pairs | None]:
    if code.startswith(LEDGER):
        return OpensTo.HOUSEHOLD, _households_on(over, code.removeprefix(LEDGER))
    if code in COUNTS:
        opens_to, counting = COUNTS[code]
        return opens_to, counting(over)
    return None, None


def _households_on(over: Over, programme: str) -> Pairs | None:
    """Return the households on a ledger; of a sensitive one only for those who may see it."""
    row = Programme.objects.filter(code=programme).first()
    if row is None or (row.is_sensitive and not registry.may_see_sensitive(over.viewer, row.office, 0)):
        return None
    return on_ledger(over.homes(), programme, over.day).values_list("division_id", "pk")


def _home(starts: Sequence[str], division: str) -> str | None:
    """Return the row a division lies in: codes compare by character, so the one before it is the only one that can be."""
    place = bisect_right(starts, division) - 1
    return starts[place] if place >= 0 and is_within(division, starts[place]) else None
