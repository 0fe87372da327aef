"""The list of staff who come back: read as any ledger of persons is, with three columns of its own and what it must tell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.engine.masks import mask_phone
from renwang.foundation.sheets.engine import title_key
from renwang.loop.registry.rules import Verdict
from renwang.loop.registry.rules.labels import field_label
from renwang.loop.registry.rules.particulars import Holds, told_of
from renwang.loop.registry.rules.places import Places
from renwang.loop.registry.rules.reading import Layout, Reading, Wrong
from renwang.loop.registry.rules.recognising import Guess
from renwang.loop.registry.rules.verdicts import say

# What a ledger of persons has no word for. The first title that a list has counts, the others are its own business.
TITLES: Final[Mapping[str, Sequence[str]]] = {
    "comes_from": ("来自", "返岗出发地", "出发地", "来源地", "从何地返回", "返程地", "comes from"),
    "risk": (
        "14天内是否到过重点地区", "是否到过重点地区", "近14天是否到过重点地区", "重点地区旅居史", "14天内是否到过疫区", "是否到过疫区",
        "旅居史", "risk area",
    ),
    "dormitory": ("是否住宿舍", "住宿舍", "是否住宿", "是否住厂", "住厂", "dormitory"),
}  # fmt: skip
LABELS: Final = {
    "comes_from": _("Comes from"),
    "risk": _("In a risk area in the last 14 days"),
    "dormitory": _("Lives in the dormitory"),
}
COLUMNS: Final = ("姓名", "身份证号", "手机号", "来自", "14天内是否到过重点地区", "是否住宿舍")
# What is asked of anybody; who is whose head, and in which village of the district, is not asked of staff.
_OF_PERSONS: Final = frozenset({"name", "id_number", "sex", "born_on", "phone"})
_WHENCE: Final = ("province", "city", "county", "township", "village", "address")
_YES_NO: Final = frozenset({"risk", "dormitory"})
_NOWHERE: Final = Places({}, {}, {}, frozenset())
LEAVE: Final = "leave"  # what a firm chooses for those who are not in the file; else they stay


@dataclass(frozen=True, slots=True)
class StaffIn:
    """One member of staff as the list tells. ``was_in_risk_area`` is None where nothing was said of it."""

    name: str
    id_number: str
    phone: str
    comes_from: str = ""
    was_in_risk_area: bool | None = None
    in_dormitory: bool = False


def settled(titles: Sequence[str]) -> dict[str, str]:
    """Return which of a sheet's titles are the three columns of our own: title as compared → field, as `opened` asks."""
    keys = {title_key(title): title_key(title) for title in titles}
    keys = {title_key(title.rsplit("/", 1)[-1]): title_key(title) for title in titles} | keys
    found: dict[str, str] = {}
    for field, words in TITLES.items():
        first = next((keys[key] for word in words if (key := title_key(word)) in keys), None)
        if first is not None:
            found.setdefault(first, field)
    return found


def label_of(field: str) -> str:
    """Return what a column is called: by this programme where it is its own, else as the register calls it."""
    return str(LABELS[field]) if field in LABELS else field_label(field)


def layout_of(guesses: Sequence[Guess], year: int | None) -> Layout:
    """Return where the fields of a list of staff stand."""
    fields = {guess.field: guess.place for guess in guesses if guess.field in _OF_PERSONS}
    beyond = [
        (guess.field, guess.place, (Holds.YES_NO if guess.field in _YES_NO else Holds.TEXT).value, False)
        for guess in guesses
        if guess.field in TITLES or guess.field in _WHENCE
    ]
    return Layout(fields, beyond, year, persons_only=True)


def reading(today: date) -> Reading:
    """Return the register's own reading of persons, for whom no village of the district is asked."""
    return Reading(_NOWHERE, today=today, default_ledger="")


def staff_of(read: Reading) -> tuple[list[tuple[int, StaffIn]], list[Wrong]]:
    """Return the good rows by number, and what is wrong with the others: by the register, and by what a list of staff must tell."""
    good: list[tuple[int, StaffIn]] = []
    lacking: list[Wrong] = []
    for household, numbers, _last in read.households():
        (person,), (row,) = household.members, numbers
        told = told_of(person.particulars)
        faults = list(_lacking(row, person.id_number, person.phone, told))
        lacking += faults
        if not faults:
            good.append((row, _staff(person.name, person.id_number, person.phone, told)))
    return good, [*read.wrong, *lacking]


def _lacking(row: int, id_number: str, phone: str, told: Mapping[str, str]) -> Iterable[Wrong]:
    if not id_number:
        yield Wrong(row, "id_number", say("needs_id"))
    if not phone:
        yield Wrong(row, "phone", say("needs_phone"))
    for field in sorted(_YES_NO):
        if told.get(field, "") not in ("", "是", "否"):
            yield Wrong(row, field, say("yes_or_no"))


def _staff(name: str, id_number: str, phone: str, told: Mapping[str, str]) -> StaffIn:
    whence = told.get("comes_from") or "".join(dict.fromkeys(filter(None, (told.get(part, "") for part in _WHENCE))))
    risk = told.get("risk", "")
    return StaffIn(
        name=name[:40],
        id_number=id_number,
        phone=phone,
        comes_from=whence[:80],
        was_in_risk_area=None if not risk else risk == "是",
        in_dormitory=told.get("dormitory") == "是",
    )


def completed(told: StaffIn, known: StaffIn) -> StaffIn:
    """Return what is known after something was told: where a list says nothing, what was said before stays."""
    return replace(
        told,
        comes_from=told.comes_from or known.comes_from,
        was_in_risk_area=known.was_in_risk_area if told.was_in_risk_area is None else told.was_in_risk_area,
    )


def verdict_on(told: StaffIn, known: StaffIn | None) -> tuple[Verdict, str]:
    """Return what becomes of one good row, and what changes: lines of field, old, new, parted by tabs, phones masked."""
    if known is None:
        return Verdict.NEW, ""
    old, new = _shown(known), _shown(completed(told, known))
    changed = [name for name, value in new.items() if value != old[name]]
    if not changed and told.phone == known.phone:
        return Verdict.UNCHANGED, ""
    if told.phone != known.phone and "phone" not in changed:
        changed.append("phone")  # masked the two look alike
    return Verdict.CHANGED, "\n".join(f"{name}\t{old[name]}\t{new[name]}" for name in changed)


def _shown(one: StaffIn) -> dict[str, str]:
    risk = {None: "", True: "是", False: "否"}[one.was_in_risk_area]
    return {
        "name": one.name,
        "phone": mask_phone(one.phone),
        "comes_from": one.comes_from,
        "risk": risk,
        "dormitory": "是" if one.in_dormitory else "否",
    }
