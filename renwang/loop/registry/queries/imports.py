"""Check a workbook row by row against itself and against the register, without writing anything."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.foundation.sheets.engine import faults
from renwang.foundation.sheets.engine.faults import SheetFault
from renwang.foundation.sheets.errors import explain

from ..engine.packing import Packed
from ..models import FieldOwner, ImportBatch
from ..rules import HouseholdIn, OrganisationIn, Verdict, household_name
from ..rules.changes import Say
from ..rules.entering import Entered, Work, enter
from ..rules.known import Match
from ..rules.organisations import read_organisations
from ..rules.reading import Read, Reading, Rows, Wrong
from ..rules.recognising import Guess, How, Subjects
from ..rules.verdicts import LONGEST, in_words, joined, read, say, written
from .details import details_of
from .ledgers import NoNames, Opened, data_rows, layout_of, opened, places_of
from .likeness import Likely, likely
from .matching import matches
from .sameness import same_by

STEP = 500
DEFAULT_LEDGER = "resident"
_SHEET = "sheet."


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """What would become of one row (or of a run of rows, to `last`), or why it cannot be used. `detail`: what changes.

    `message` is kept as a code (`rules.verdicts`); `words` tells it in the reader's language.
    """

    row: int
    verdict: Verdict
    field: str = ""
    message: str = ""
    detail: str = ""
    last: int = 0

    def kept(self) -> tuple[int, int, str, str, str]:
        """Return it as it is kept: first row, last row, verdict, field, message; the detail is sealed by who keeps it."""
        return self.row, self.last or self.row, self.verdict.value, self.field[:80], self.message[:LONGEST]


@dataclass(slots=True)
class Checked:
    """A checked workbook: its verdicts, and what may be entered, in the order of its last rows."""

    problem: str = ""
    total: int = 0
    guesses: list[Guess] = field(default_factory=list)
    about: Subjects = Subjects.HOUSEHOLDS
    sheet: str = ""
    header_row: int = 0
    sheets: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    plain: dict[int, Verdict] = field(default_factory=dict)  # rows of which nothing more is to be said
    told: dict[int, RowVerdict] = field(default_factory=dict)
    households: Packed[HouseholdIn] = field(default_factory=Packed)
    organisations: list[OrganisationIn] = field(default_factory=list)
    last_rows: list[int] = field(default_factory=list)
    rows_of: list[Sequence[int]] = field(default_factory=list)  # of each household, its members' rows
    new_members: list[Sequence[int]] = field(default_factory=list)  # of each household, the positions of who seems new
    doubts: list[Likely] = field(default_factory=list)  # for a person to decide, once they are entered

    def count(self, verdict: Verdict) -> int:
        """Return how many rows have this verdict."""
        return sum(one.verdict is verdict for one in self.told.values()) + sum(
            one is verdict for row, one in self.plain.items() if row not in self.told
        )

    @property
    def unsure(self) -> list[Guess]:
        """The columns that somebody should look at."""
        return [guess for guess in self.guesses if not guess.is_sure]

    @property
    def verdicts(self) -> Iterator[RowVerdict]:
        """Every verdict in the order of the rows; rows that follow one another with nothing to say are one run."""
        first = last = 0
        of_run: Verdict | None = None
        for row in sorted(self.plain.keys() | self.told.keys()):
            told = self.told.get(row)
            verdict = self.plain[row] if told is None else None
            if verdict is not None and verdict is of_run and row == last + 1:
                last = row
                continue
            if of_run is not None:
                yield RowVerdict(first, of_run, last=last)
            first, last, of_run = row, row, verdict
            if told is not None:
                yield told
        if of_run is not None:
            yield RowVerdict(first, of_run, last=last)


def batches(*, viewer: Actor) -> QuerySet[ImportBatch]:
    """Return the imports into the areas one may import into, the latest first, without their files."""
    areas = viewer.areas("registry.receive_workbook")
    return (
        ImportBatch.objects.filter(in_scope("area", areas)).defer("blob").select_related("by").order_by("-uploaded_at")
    )


def problem_of(fault: SheetFault | NoNames) -> str:
    """Return what is wrong with a file as it is kept; `problem_in_words` tells it."""
    return say("no_names") if isinstance(fault, NoNames) else written(f"{_SHEET}{type(fault).__name__}", fault.facts)


def problem_in_words(problem: str) -> str:
    """Return what is wrong with a file in the current language."""
    code, values = read(problem)
    kind = getattr(faults, code.removeprefix(_SHEET), None) if code.startswith(_SHEET) else None
    if isinstance(kind, type) and issubclass(kind, SheetFault):
        return explain(kind(**values))
    return in_words(problem)


def checked(
    *,
    viewer: Actor,
    content: bytes,
    filename: str,
    area: str,
    now: datetime,
    office: str = "",
    about: str = "auto",
    settle: Callable[[Sequence[str]], Mapping[str, str]] | None = None,
    ask: bool = False,
    report: Callable[[int], None] | None = None,
) -> Checked:
    """Return the verdict on every row: what the file itself gets wrong, and what the register says of the rest.

    With `ask`, stop at the columns where one of them should be looked at first.
    """
    places = places_of(area)
    try:
        ledger = opened(content, filename, settle=settle, about=about, places=places)
    except (SheetFault, NoNames) as fault:
        return Checked(problem=problem_of(fault))
    first = ledger.tables[0][1]
    result = Checked(
        guesses=ledger.guesses,
        about=ledger.about,
        sheet=first.sheet.name,
        header_row=first.bottom,
        sheets=list(ledger.book.names),
        others=ledger.others,
    )
    if ask and result.unsure:
        return result
    ignored: list[int] = []
    try:
        if ledger.about is Subjects.ORGANISATIONS:
            _check_organisations(viewer, ledger, area, result, ignored)
        else:
            _check_households(viewer, ledger, area, now, office, result, ignored, report)
    except SheetFault as fault:  # a large sheet is read as it is checked: what is wrong far down shows only now
        return Checked(problem=problem_of(fault))
    result.plain.update(dict.fromkeys(ignored, Verdict.IGNORED))
    result.total = len(result.plain.keys() | result.told.keys())
    return result


def _check_households(
    viewer: Actor,
    ledger: Opened,
    area: str,
    now: datetime,
    office: str,
    result: Checked,
    ignored: list[int],
    report: Callable[[int], None] | None,
) -> None:
    places, today = places_of(area), timezone.localtime(now).date()
    reading = Reading(places, today=today, default_ledger=DEFAULT_LEDGER)
    height = sum(table.sheet.height for _place, table, _guesses in ledger.tables)
    for place, table, guesses in ledger.tables:
        rows = _told_of(data_rows(place, table, ignored), height, report)
        reading.read(rows, layout_of(table, guesses, ledger.about))
    ledger.close()  # the file is the largest thing in memory by far
    say = Say(office, dict(FieldOwner.objects.values_list("field", "office")))
    may = _Remembered(viewer)
    households, checked_rows = reading.households(), 0
    while some := list(islice(households, step())):
        work = Work(now=now, today=today, is_same=same_by(), say=say)
        _check_part(may, some, work, result)
        checked_rows += sum(len(one.rows) for one in some)
        if report:
            report(40 + checked_rows * 49 // max(reading.total, 1))
    tell_wrong(reading.wrong, result)
    _recognise_again(may, result, Work(now=now, today=today, is_same=same_by(), say=say))


def _told_of(rows: Rows, height: int, report: Callable[[int], None] | None) -> Iterator[tuple[int, Sequence[object]]]:
    """Yield the rows, and tell now and then how many were read."""
    for place, row in enumerate(rows):
        if report and place % 10_000 == 9_999:
            report(5 + min(place, height) * 35 // max(height, 1))
        yield row


def _recognise_again(may: "_Remembered", result: Checked, work: Work) -> None:
    """Look once more at those who seem new: whom the register has under another spelling, and who may be somebody it has."""
    found = likely(result.households, result.new_members)
    result.new_members.clear()
    sure: dict[int, dict[int, Likely]] = defaultdict(dict)
    for one in found:
        if one.is_sure:
            sure[one.household][one.member] = one
    places = sorted(sure)
    for start in range(0, len(places), step()):
        some, again = places[start : start + step()], Checked()
        known = {place: _settled(result.households[place], sure[place]) for place in some}
        _check_part(may, [Read(known[place], list(result.rows_of[place]), 0) for place in some], work, again)
        seen = again.plain.keys() | again.told.keys()
        refused = {row for row, one in again.told.items() if one.verdict is Verdict.INVALID}
        for place in some:
            rows = set(result.rows_of[place])
            if rows <= seen and not rows & refused:
                result.households[place] = known[place]
                for row in rows:
                    result.plain.pop(row, None)
                    result.told.pop(row, None)
                result.plain.update({row: again.plain[row] for row in rows & again.plain.keys()})
                result.told.update({row: again.told[row] for row in rows & again.told.keys()})
    for one in found:
        if not one.is_sure:
            result.doubts.append(one)
            row = result.rows_of[one.household][one.member]
            if one.other is None:
                said = say("like_known")
            else:
                said = say("like_row", row=result.rows_of[one.other[0]][one.other[1]])
            result.plain.pop(row, None)
            result.told[row] = RowVerdict(row, Verdict.DOUBTFUL, "name", said)


def _settled(household: HouseholdIn, links: Mapping[int, Likely]) -> HouseholdIn:
    """Return a household whose members are settled; the register's spelling stays: a slip in one ledger must not spread."""
    members = [
        replace(person, same_as=links[place].subject_id, name=links[place].name) if place in links else person
        for place, person in enumerate(household.members)
    ]
    return replace(household, members=tuple(members))


def step() -> int:
    """Return how many households are looked up, or entered, at a time."""
    return STEP if connection.vendor == "sqlite" or STEP != 500 else 4_000


class _Remembered:
    """Whether somebody may register in a division: asked once of each."""

    def __init__(self, viewer: Actor, permission: str = "registry.register_households") -> None:
        self._viewer = viewer
        self._permission = permission
        self._codes: dict[str, bool] = {}

    def all(self, codes: set[str]) -> bool:
        for code in codes:
            if code not in self._codes:
                self._codes[code] = self._viewer.may(self._permission, code)
        return all(self._codes[code] for code in codes)


def tell_wrong(wrong: Sequence[Wrong], result: Checked) -> None:
    """Note what is wrong by row; several faults of one row are one verdict."""
    for one in wrong:
        before = result.told.get(one.row)
        message = joined(before.message, one.message) if before else one.message
        result.told[one.row] = RowVerdict(one.row, Verdict.INVALID, before.field if before else one.field, message)


def _check_part(may: _Remembered, some: Sequence[Read], work: Work, result: Checked) -> None:
    seen: list[tuple[Sequence[int], HouseholdIn, Match, Entered]] = []
    known = matches([one.household for one in some], office=work.say.office)
    for (told_of, all_rows, last), found in zip(some, known, strict=True):
        if found.household is None and not told_of.division:
            _hold(all_rows, Verdict.INVALID, say("no_village"), result, "village")
            continue
        if found.household is not None and not told_of.division:
            told_of = replace(told_of, division=found.household.division)  # noqa: PLW2901 - it stays where it is
        household, numbers, match = _without_the_gone(told_of, all_rows, found, result)
        if household is None or (told_of.members and not household.members):
            continue
        if (match.household or match.people) and not may.all(match.codes()):
            _hold(numbers, Verdict.INVALID, say("foreign"), result)
            continue
        entered = enter(work, household, match)
        seen.append((numbers, household, match, entered))
        # What is in the register as it is told needs no entering: the same ledger next day costs its reading.
        if {entered.verdict, *entered.members} != {Verdict.UNCHANGED}:
            result.households.append(household)
            result.last_rows.append(last)
            result.rows_of.append(tuple(numbers))
            result.new_members.append(tuple([i for i, who in enumerate(match.people) if who is None]))
    told = details_of(work, [(household, match) for _numbers, household, match, _entered in seen])
    for numbers, _household, match, entered in seen:
        _note(work, numbers, match, entered, told, result)


def _note(
    work: Work, numbers: Sequence[int], match: Match, entered: Entered, told: Mapping[int, str], result: Checked
) -> None:
    # What changes of the household itself, and of nobody in it, is told on the row of its first member.
    only_household = entered.verdict is Verdict.CHANGED and set(entered.members) <= {Verdict.UNCHANGED}
    for place, (row, verdict) in enumerate(zip(numbers, entered.members, strict=True)):
        known = match.people[place]
        ids = [known.id] if known is not None else []
        if place == 0 and match.household is not None:
            ids.append(match.household.id)
        disputed = [name for subject in ids for name in work.disputed.get(subject, ())]
        detail = "\n".join(filter(None, (told.get(subject, "") for subject in ids)))
        if disputed:
            result.told[row] = RowVerdict(row, Verdict.CONFLICT, disputed[0], say("disputed"), detail)
        elif verdict is Verdict.CHANGED or (only_household and place == 0):
            result.told[row] = RowVerdict(row, Verdict.CHANGED, detail=detail)
        else:
            result.plain[row] = verdict


def _hold(rows: Sequence[int], verdict: Verdict, message: str, result: Checked, where: str = "") -> None:
    result.told.update({row: RowVerdict(row, verdict, where, message) for row in rows})


def _without_the_gone(
    household: HouseholdIn, numbers: Sequence[int], match: Match, result: Checked
) -> tuple[HouseholdIn | None, Sequence[int], Match]:
    """Leave out whom the register knows as gone for good, and who may be somebody it has already; the others are entered."""
    if not match.gone and not match.doubts:
        return household, numbers, match
    _hold([numbers[place] for place in match.gone], Verdict.INVALID, say("gone"), result)
    for place, reason in match.doubts.items():
        _hold([numbers[place]], Verdict.DOUBTFUL, say(reason), result, "id_number")
    name = household_name(household)
    if match.household is None and any(household.members[place].name == name for place in match.doubts):
        rest = [row for place, row in enumerate(numbers) if place not in match.gone and place not in match.doubts]
        _hold(rest, Verdict.DOUBTFUL, say("held_with_head"), result)
        return None, numbers, match
    stay = [place for place in range(len(household.members)) if place not in match.gone and place not in match.doubts]
    return (
        # The household keeps the name it was told under, though its head may be left out.
        replace(household, name=name, members=tuple(household.members[place] for place in stay)),
        [numbers[place] for place in stay],
        Match(match.household, [match.people[place] for place in stay]),
    )


def _check_organisations(viewer: Actor, ledger: Opened, area: str, result: Checked, ignored: list[int]) -> None:
    from .organisations import verdict_on

    places = places_of(area)
    told: list[tuple[int, OrganisationIn]] = []
    wrong: list[Wrong] = []
    seen: dict[str, int] = {}
    for place, table, guesses in ledger.tables:
        layout = layout_of(table, guesses, ledger.about)
        told += read_organisations(data_rows(place, table, ignored), layout, places, wrong, seen)
    tell_wrong(wrong, result)
    good = [(row, one) for row, one in told if row not in result.told]
    allowed = _Remembered(viewer, "registry.register_organisations")
    by_division: dict[str, list[int]] = defaultdict(list)
    for row, one in good:
        by_division[one.division].append(row)
    for code, rows in by_division.items():
        if not allowed.all({code}):
            _hold(rows, Verdict.INVALID, say("outside_area"), result)
    good = [(row, one) for row, one in good if row not in result.told]
    for (row, one), (verdict, code) in zip(good, verdict_on([one for _row, one in good]), strict=True):
        if code and not allowed.all({code}):
            _hold([row], Verdict.INVALID, say("foreign_organisation"), result)
            continue
        result.plain[row] = verdict
        result.organisations.append(one)
        result.last_rows.append(row)


__all__ = ["Checked", "How", "RowVerdict", "batches", "checked", "in_words", "problem_in_words", "tell_wrong"]
