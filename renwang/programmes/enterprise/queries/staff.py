"""A firm's list of staff: its workbook read as the register reads a ledger, beside the staff it has told of before."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from renwang.foundation.sheets.engine import SheetFault
from renwang.loop.registry.queries.imports import Checked, RowVerdict, problem_of, tell_wrong
from renwang.loop.registry.queries.ledgers import NoNames, data_rows, opened
from renwang.loop.registry.queries.marking import marked_workbook
from renwang.loop.registry.rules import Verdict
from renwang.loop.registry.rules.parsing import NOBODY, parsers
from renwang.loop.registry.rules.reading import Layout, Rows
from renwang.loop.registry.rules.recognising import Subjects

from ..models import StaffList, StaffRow, Worker
from ..rules.staff import StaffIn, completed, label_of, layout_of, reading, settled, staff_of, verdict_on


@dataclass(slots=True)
class CheckedStaff:
    """A checked workbook of staff: its verdicts, who is on the list if it is taken, and who is on it now and not in the file."""

    checked: Checked
    staff: list[StaffIn] = field(default_factory=list)
    stay: list[StaffIn] = field(default_factory=list)  # known, in the file, but on a row that is wrong
    leaving: list[StaffIn] = field(default_factory=list)


def checked_staff(
    *, content: bytes, filename: str, filing_id: int, today: date, report: Callable[[int], None] | None = None
) -> CheckedStaff:
    """Return the verdict on every row of a workbook, by itself and beside the staff of the filing. Nothing is written."""
    try:
        ledger = opened(content, filename, settle=settled, about=Subjects.PERSONS.value)
    except (SheetFault, NoNames) as fault:
        return CheckedStaff(Checked(problem=problem_of(fault)))
    first = ledger.tables[0][1]
    result = Checked(
        guesses=ledger.guesses,
        about=ledger.about,
        sheet=first.sheet.name,
        header_row=first.bottom,
        sheets=list(ledger.book.names),
        others=ledger.others,
    )
    ignored: list[int] = []
    read, there = reading(today), _There(today)
    for number, (place, table, guesses) in enumerate(ledger.tables, 1):
        layout = layout_of(guesses, table.year)
        read.read(there.noted(data_rows(place, table, ignored), layout), layout)
        if report:
            report(number * 90 // len(ledger.tables))
    ledger.close()
    good, wrong = staff_of(read)
    tell_wrong(wrong, result)
    known = {one.id_number: one for one in known_staff(filing_id)}
    found = CheckedStaff(result)
    for row, told in good:
        before = known.get(told.id_number)
        verdict, detail = verdict_on(told, before)
        if detail:
            result.told[row] = RowVerdict(row, verdict, detail=detail)
        else:
            result.plain[row] = verdict
        found.staff.append(told if before is None else completed(told, before))
    taken = {one.id_number for one in found.staff}
    for one in known.values():
        if one.id_number not in taken:
            (found.stay if there.has(one) else found.leaving).append(one)
    result.plain.update(dict.fromkeys(ignored, Verdict.IGNORED))
    result.total = len(result.plain.keys() | result.told.keys())
    return found


class _There:
    """Who stands in a file at all, be the row wrong or not: by ID number, and by name where the number cannot be read."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._ids: set[str] = set()
        self._names: set[str] = set()

    def noted(self, rows: Rows, layout: Layout) -> Rows:
        """Yield the rows as they are, and note who stands on them."""
        read = parsers(self._today, layout.year)
        id_at, name_at = layout.fields.get("id_number", -1), layout.fields.get("name", -1)
        for number, cells in rows:
            born, _wrong = read["id_number"](cells[id_at]) if 0 <= id_at < len(cells) else (NOBODY, "")
            if born.value:
                self._ids.add(born.value)
            elif 0 <= name_at < len(cells):
                self._names.add(read["name"](cells[name_at])[0])
            yield number, cells

    def has(self, one: StaffIn) -> bool:
        return one.id_number in self._ids or one.name in self._names


def known_staff(filing_id: int) -> list[StaffIn]:
    """Return the staff a filing tells of, in the order of the list."""
    return [
        StaffIn(
            name=one.name or "",
            id_number=one.id_number or "",
            phone=one.phone or "",
            comes_from=one.comes_from or "",
            was_in_risk_area={"yes": True, "no": False}.get(one.was_in_risk_area or ""),
            in_dormitory=one.in_dormitory,
        )
        for one in Worker.objects.filter(filing_id=filing_id).order_by("row_no")
    ]


def staff_count(filing_id: int | None) -> int:
    """Return how many staff a filing tells of."""
    return Worker.objects.filter(filing_id=filing_id).count() if filing_id else 0


def staff_list_of(filing_id: int | None) -> StaffList | None:
    """Return the workbook of staff that was sent last, without the file itself."""
    return StaffList.objects.filter(filing_id=filing_id).defer("blob").first() if filing_id else None


def staff_rows(filing_id: int, verdicts: Iterable[Verdict], most: int = 20) -> list[StaffRow]:
    """Return the first rows of a list with one of these verdicts."""
    found = StaffRow.objects.filter(filing_id=filing_id, verdict__in=list(verdicts))
    return list(found.order_by("row_no", "pk")[:most])


def marked_staff_list(filing_id: int) -> tuple[bytes, str] | None:
    """Return the firm's own workbook with a verdict on every row and the wrong cells marked, and its name; None: there is none.

    Raises a SheetFault or NoNames where it cannot be read.
    """
    kept = StaffList.objects.filter(filing_id=filing_id).first()
    if kept is None or kept.blob is None:
        return None
    rows = [
        RowVerdict(one.row_no, Verdict(one.verdict), one.field, one.message, one.detail or "", one.row_to)
        for one in StaffRow.objects.filter(filing_id=filing_id).order_by("row_no")
    ]
    return marked_workbook(kept.blob, kept.filename, rows, settled, label_of), kept.filename
