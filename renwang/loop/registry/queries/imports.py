"""Check a workbook row by row against itself and against the register, without writing anything."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.foundation.sheets.engine.faults import SheetFault
from renwang.foundation.sheets.engine.header import Header, find_header
from renwang.foundation.sheets.engine.reading import Sheet, read_workbook
from renwang.foundation.sheets.errors import explain

from ..models import Division, ImportBatch
from ..rules import HouseholdIn, Verdict, household_name
from ..rules.columns import TITLES
from ..rules.entering import Work, enter
from ..rules.known import Match
from ..rules.reading import Ledger, Places, bare_place, read_ledger
from .matching import is_same, matches

STEP = 500
DEFAULT_LEDGER = "resident"


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """What would become of one row, or why it cannot be used."""

    row: int
    verdict: Verdict
    field: str = ""
    message: str = ""


@dataclass(slots=True)
class Checked:
    """A checked workbook: its verdicts, and the households that may be entered, in the order of their last rows."""

    problem: str = ""
    total: int = 0
    verdicts: list[RowVerdict] = field(default_factory=list)
    households: list[HouseholdIn] = field(default_factory=list)
    last_rows: list[int] = field(default_factory=list)

    def count(self, verdict: Verdict) -> int:
        """Return how many rows have this verdict."""
        return sum(1 for one in self.verdicts if one.verdict is verdict)


def batches(*, viewer: Actor) -> QuerySet[ImportBatch]:
    """Return the imports into the areas one may import into, the latest first, without their files."""
    areas = viewer.areas("registry.receive_workbook")
    return (
        ImportBatch.objects.filter(in_scope("area", areas)).defer("blob").select_related("by").order_by("-uploaded_at")
    )


def opened_sheet(content: bytes, filename: str) -> tuple[Sheet, Header]:
    """Return the first sheet with the columns of a register, and its titles; raises a SheetFault."""
    book = read_workbook(content, filename)
    fault: SheetFault | None = None
    for name in book.names:
        try:
            sheet = book.sheet(name)
            header = find_header(sheet.rows(), TITLES)
        except SheetFault as found:
            fault = fault or found
            continue
        if header.columns.keys() & {"name", "head_name"}:
            return sheet, header
    raise fault or SheetFault()


def read(content: bytes, filename: str, area: str, now: datetime) -> Ledger:
    """Return what a workbook says, with what is wrong in it; raises a SheetFault."""
    sheet, header = opened_sheet(content, filename)
    rows = [(row.number, header.pick(row)) for row in sheet.rows(after=header.row)]
    return read_ledger(rows, places_of(area), today=timezone.localtime(now).date(), default_ledger=DEFAULT_LEDGER)


def checked(
    *,
    viewer: Actor,
    content: bytes,
    filename: str,
    area: str,
    now: datetime,
    report: Callable[[int], None] | None = None,
) -> Checked:
    """Return the verdict on every row. What the file itself gets wrong, and what the register says of the rest."""
    try:
        ledger = read(content, filename, area, now)
    except SheetFault as fault:
        problem = explain(fault) if fault.facts or type(fault) is not SheetFault else ""
        return Checked(problem=problem or _("No column holds names: at least 姓名 or 户主姓名 is needed."))
    result = Checked(total=ledger.total)
    wrong: dict[int, RowVerdict] = {}
    for one in ledger.wrong:
        before = wrong.get(one.row)
        message = f"{before.message} {one.message}" if before else one.message
        wrong[one.row] = RowVerdict(one.row, Verdict.INVALID, before.field if before else one.field, message[:300])
    order = sorted(range(len(ledger.households)), key=lambda place: max(ledger.rows[place]))
    for start in range(0, len(order), STEP):
        part = order[start : start + STEP]
        _check_part(viewer, [ledger.households[i] for i in part], [ledger.rows[i] for i in part], now, result, wrong)
        if report:
            report((start + len(part)) * 100 // max(len(order), 1))
    result.verdicts += wrong.values()
    result.verdicts.sort(key=lambda one: one.row)
    return result


def _check_part(
    viewer: Actor,
    households: Sequence[HouseholdIn],
    rows: Sequence[Sequence[int]],
    now: datetime,
    result: Checked,
    wrong: dict[int, RowVerdict],
) -> None:
    work = Work(now=now, today=timezone.localtime(now).date(), is_same=is_same)
    for told_of, all_rows, found in zip(households, rows, matches(households), strict=True):
        household, numbers, match = _without_the_gone(told_of, all_rows, found, wrong)
        if told_of.members and not household.members:
            continue
        if any(not viewer.may("registry.register_households", code) for code in match.codes()):
            foreign = _(
                "This household or one of its members is registered in another area: ask that area to let it go."
            )
            wrong.update({row: RowVerdict(row, Verdict.INVALID, "", foreign) for row in numbers})
            continue
        entered = enter(work, household, match)
        # What changes of the household itself, and of nobody in it, is told on the row of its first member.
        only_household = entered.verdict is Verdict.CHANGED and set(entered.members) <= {Verdict.UNCHANGED}
        for place, (row, verdict) in enumerate(zip(numbers, entered.members, strict=True)):
            result.verdicts.append(RowVerdict(row, Verdict.CHANGED if only_household and place == 0 else verdict))
        result.households.append(household)
        result.last_rows.append(max(numbers))


def _without_the_gone(
    household: HouseholdIn, numbers: Sequence[int], match: Match, wrong: dict[int, RowVerdict]
) -> tuple[HouseholdIn, Sequence[int], Match]:
    """Leave out whom the register knows as died or gone for good, and say so on their rows; the others are entered."""
    if not match.gone:
        return household, numbers, match
    told = _(
        "The register knows this person as died or gone for good. If that is wrong, add them by ID number on the page of "
        "their household; if not, take the row out."
    )
    wrong.update({numbers[place]: RowVerdict(numbers[place], Verdict.INVALID, "", told) for place in match.gone})
    stay = [place for place in range(len(household.members)) if place not in match.gone]
    return (
        # The household keeps the name it was told under, though its head may be left out.
        replace(household, name=household_name(household), members=tuple(household.members[place] for place in stay)),
        [numbers[place] for place in stay],
        Match(match.household, [match.people[place] for place in stay]),
    )


def places_of(area: str) -> Places:
    """Return the divisions one may write in, by code and by name."""
    names: dict[str, str] = {}
    above: dict[str, str] = {}
    by_name: dict[str, list[str]] = defaultdict(list)
    inside = Division.objects.filter(in_scope("code", (area,)))
    for code, name, parent in inside.values_list("code", "name", "parent__name"):
        names[code], above[code] = name, parent or ""
        by_name[bare_place(name)].append(code)
    elsewhere = frozenset(Division.objects.exclude(in_scope("code", (area,))).values_list("code", flat=True))
    return Places(names, by_name, above, elsewhere, only=area if len(names) == 1 else "")
