"""Which field each column of a ledger means: as the office settled it before, else by its title, else by what it holds."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from renwang.foundation.sheets.engine.cells import Value, as_text
from renwang.foundation.sheets.engine.header import VERDICT_TITLES, title_key
from renwang.foundation.sheets.engine.tables import SERIALS, Table, Title

from ..engine.contents import Content, Seen, look_at
from .columns import ORGANISATION_TITLES, TITLES
from .particulars import STANDARD, Holds

IGNORED: Final = "-"
OTHER: Final = "other:"  # an office's own attribute: other:帮扶单位
SAMPLED: Final = 200
EXAMPLES: Final = 3
# Of somebody else than the one the row is about: 配偶/姓名, 帮扶责任人/电话, 紧急联系人/手机.
_SOMEBODY_ELSE: Final = re.compile(
    r"配偶|父亲|母亲|监护人|家长|紧急联系|责任人|帮扶|包保|包联|包户|驻村|联系领导|联系干部|网格员|村医|医生|负责人|经办|填表|担保|房东|班主任"
)
_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_BY_CONTENT: Final[Mapping[Content, str]] = {
    Content.ID_NUMBER: "id_number",
    Content.PHONE: "phone",
    Content.NAME: "name",
    Content.SEX: "sex",
    Content.RELATION: "relation",
    Content.PLACE: "village",
    Content.CREDIT_CODE: "credit_code",
}
# What a column of this field must not hold, or its title means something else here.
_NEVER: Final[Mapping[str, frozenset[Content]]] = {
    "phone": frozenset({Content.ID_NUMBER, Content.NAME, Content.DAY, Content.SEX}),
    "household_phone": frozenset({Content.ID_NUMBER, Content.NAME, Content.DAY, Content.SEX}),
    "id_number": frozenset({Content.PHONE, Content.NAME, Content.SEX, Content.CREDIT_CODE}),
    "name": frozenset({Content.ID_NUMBER, Content.PHONE, Content.SEX, Content.DAY}),
    "relation": frozenset({Content.ID_NUMBER, Content.PHONE, Content.DAY, Content.SEX}),
    "sex": frozenset({Content.ID_NUMBER, Content.PHONE, Content.DAY, Content.RELATION}),
    "born_on": frozenset({Content.ID_NUMBER, Content.PHONE, Content.SEX}),
}
_OF_PEOPLE: Final = frozenset({"id_number", "phone", "relation", "sex", "born_on", "household_phone"})
_HOLDS: Final[Mapping[Content, Holds]] = {
    Content.NUMBER: Holds.NUMBER,
    Content.DAY: Holds.DAY,
    Content.YES_NO: Holds.YES_NO,
}


class How(StrEnum):
    """Why a column is taken for a field; what is told by its cells alone is worth a look."""

    SAVED = "saved"
    TITLE = "title"
    CONTENT = "content"
    UNKNOWN = "unknown"


class Subjects(StrEnum):
    """Whom a ledger is about."""

    HOUSEHOLDS = "households"
    PERSONS = "persons"
    ORGANISATIONS = "organisations"


@dataclass(frozen=True, slots=True)
class Guess:
    """What one column is taken for. `field` is a code, `other:<title>` for an office's own attribute, or `-` to leave it out."""

    place: int
    title: str
    field: str
    how: How
    holds: Holds
    examples: tuple[str, ...]
    lost_digits: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether nobody needs to look: settled before, or known by its title."""
        return self.how in (How.SAVED, How.TITLE)


def knows(title: str) -> str | None:
    """Return the field a title means, or None: for `find_table`, whose header is where the most titles are known."""
    return _field_of(title_key(title)) or _field_of(
        title_key(_BRACKETS.sub("", title.replace("（", "(").replace("）", ")")))
    )


def field_of_title(title: Title) -> str | None:
    """Return the field of a column: by its whole title (户主/姓名), else its last part (基本情况/姓名), unless of somebody else."""
    whole = knows(title.text)
    if whole or len(title.parts) < 2:
        return whole
    if any(_SOMEBODY_ELSE.search(part) for part in title.parts[:-1]):
        return None
    return knows(title.parts[-1])


def recognise(
    table: Table,
    *,
    saved: Mapping[str, str] | None = None,
    is_place: Callable[[str], bool] = lambda _name: False,
) -> list[Guess]:
    """Return what each column of a table means, in the order of the columns; no field twice.

    `saved` holds what the office settled before: title as compared (`title_key`) → field. It is never overruled.
    """
    samples = _samples(table)
    settled = saved or {}
    taken: set[str] = set()
    fields: dict[int, tuple[str, How]] = {}
    seen = {title.place: look_at(samples[title.place], is_place=is_place) for title in table.titles}
    for title in table.titles:
        field = settled.get(title_key(title.text))
        if field is not None:
            fields[title.place] = (field, How.SAVED)
            taken.add(field)
    for title in table.titles:
        if title.place in fields:
            continue
        field = IGNORED if title_key(title.text) in _SAYS_NOTHING else field_of_title(title)
        if (
            field
            and (field == IGNORED or field not in taken)
            and seen[title.place].content not in _NEVER.get(field, ())
        ):
            fields[title.place] = (field, How.TITLE)
            taken.add(field)
    # Names last: words that look like names are names where something else of the row tells of people.
    for title in sorted(table.titles, key=lambda title: seen[title.place].content is Content.NAME):
        if title.place not in fields:
            fields[title.place] = _by_content(title, seen[title.place], taken, has_head="head_name" in taken)
            taken.add(fields[title.place][0])
    return [
        Guess(
            title.place,
            title.text,
            *fields[title.place],
            _holds(fields[title.place][0], seen[title.place]),
            _examples(samples[title.place]),
            seen[title.place].lost_digits,
        )
        for title in table.titles
    ]


def form_name(filename: str, sheet: str) -> str:
    """Return what a form is called until somebody calls it otherwise: its sheet, or its file without days and numbers."""
    if sheet and not re.fullmatch(r"(?:sheet|工作表|表)?\s*\d*", sheet, re.IGNORECASE):
        return sheet[:80]
    stem = filename.rsplit(".", 1)[0]
    plain = re.sub(r"[\d\s._\-()（）年月日号]+", "", stem)
    return (plain or stem)[:80]


def subjects_of(fields: Iterable[str]) -> Subjects:
    """Return whom a ledger with these fields is about."""
    told = set(fields)
    if "credit_code" in told or ("organisation" in told and "name" not in told):
        return Subjects.ORGANISATIONS
    if told & {"relation", "head_name", "number", "household_phone", "kind"}:
        return Subjects.HOUSEHOLDS
    return Subjects.PERSONS


def _field_of(key: str) -> str | None:
    return _FIELDS.get(key)


def _by_content(title: Title, seen: Seen, taken: set[str], *, has_head: bool) -> tuple[str, How]:
    field = _BY_CONTENT.get(seen.content)
    somebody_else = any(_SOMEBODY_ELSE.search(part) for part in title.parts)
    if field == "name" and (has_head or not taken & _OF_PEOPLE):
        field = None
    if field and not somebody_else and field not in taken:
        return field, How.CONTENT
    return f"{OTHER}{title.text[:60]}", How.UNKNOWN


def _holds(field: str, seen: Seen) -> Holds:
    if field in STANDARD:
        return STANDARD[field].holds
    return _HOLDS.get(seen.content, Holds.TEXT)


def _samples(table: Table) -> dict[int, list[Value]]:
    samples: dict[int, list[Value]] = {title.place: [] for title in table.titles}
    for row in islice(table.rows(), SAMPLED):
        for place, column in samples.items():
            if place < len(row.cells):
                column.append(row.cells[place])
    return samples


def _examples(cells: Sequence[Value]) -> tuple[str, ...]:
    told = dict.fromkeys(str(as_text(cell)) for cell in cells if cell is not None)
    return tuple(_masked(text[:40]) for text in islice((text for text in told if text), EXAMPLES))


def _masked(text: str) -> str:
    """Return an example with the middle of phones and ID numbers hidden: their shape tells what the column is."""
    return re.sub(r"\d{11,}[\dXx]?", lambda found: found[0][:3] + "*" * (len(found[0]) - 5) + found[0][-2:], text)


# Numbers of rows, and what we ourselves wrote in front of them.
_SAYS_NOTHING: Final = SERIALS | {title_key(title) for title in VERDICT_TITLES}
_FIELDS: Final[Mapping[str, str]] = {
    **{title_key(title): field for field, titles in ORGANISATION_TITLES.items() for title in titles},
    **{title_key(title): one.code for one in STANDARD.values() for title in (*one.titles, one.code)},
    **{title_key(title): field for field, titles in TITLES.items() for title in (*titles, field)},
}
