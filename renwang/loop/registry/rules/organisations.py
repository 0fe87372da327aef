"""From the rows of a ledger to enterprises, schools, suppliers and offices."""

from collections.abc import Iterable, Sequence

from ..engine.identifiers import read_credit_code
from .households import OrganisationIn
from .parsing import parsers, particular, text_of
from .places import INHERITED, Places
from .reading import Layout, Wrong
from .verdicts import say


def read_organisations(
    rows: Iterable[tuple[int, Sequence[object]]],
    layout: Layout,
    places: Places,
    wrong: list[Wrong],
    seen: dict[str, int],
) -> list[tuple[int, OrganisationIn]]:
    """Return (row, organisation) of each good row; what is wrong with the others goes to `wrong`.

    ``seen``: the codes of the sheets before, each with its row; those of this one are added.
    """
    import datetime as dt

    fields = layout.fields
    beyond = [(place, particular(code, holds, layout.year)) for code, place, holds, _home in sorted(layout.particulars)]
    phone = parsers(dt.date.max, None)["phone"]
    found: list[tuple[int, OrganisationIn]] = []
    for row, cells in rows:
        problems = len(wrong)

        def told(name: str, cells: Sequence[object] = cells, row: int = row) -> str:
            place = fields.get(name)
            if place is None or place >= len(cells):
                return ""
            text, problem = phone(cells[place]) if name == "phone" else text_of(cells[place])
            if problem:
                wrong.append(Wrong(row, name, problem))
            return str(text)

        name = told("organisation") or told("name")
        if not name:
            wrong.append(Wrong(row, "organisation", say("no_name")))
        code = told("credit_code").upper()
        if code and not read_credit_code(code).is_valid:
            wrong.append(Wrong(row, "credit_code", say("no_credit_code")))
        if code and seen.setdefault(code, row) != row:
            wrong.append(Wrong(row, "credit_code", say("same_credit_code", row=seen[code])))
        division, where, problem = places.find(told("division"), told("village"), told("township"))
        if division == INHERITED:
            division, where = places.only, "village"
            problem = "" if division else say("no_village")
        if problem:
            wrong.append(Wrong(row, where, problem))
        if len(wrong) == problems:
            found.append(
                (
                    row,
                    OrganisationIn(
                        name=name[:80],
                        division=division,
                        credit_code=code,
                        contact_name=told("contact_name")[:60],
                        phone=told("phone"),
                        address=told("address")[:160],
                        particulars="\n".join(
                            text for place, read in beyond if place < len(cells) and (text := read(cells[place]))
                        ),
                    ),
                )
            )
    return found
