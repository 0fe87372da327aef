"""Reading the list of staff who come back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from renwang.loop.registry.engine.identifiers import Fault, read_phone, read_resident_id

TITLES: Mapping[str, frozenset[str]] = {
    "name": frozenset({"姓名", "员工姓名", "name"}),
    "id_number": frozenset({"身份证号", "身份证号码", "公民身份号码", "证件号码", "ID number"}),
    "phone": frozenset({"手机号", "联系电话", "电话", "手机号码", "phone"}),
    "comes_from": frozenset({"来自", "返岗出发地", "现住址", "来源地", "出发地", "comes from"}),
    "risk": frozenset({"14天内是否到过重点地区", "是否到过重点地区", "重点地区旅居史", "risk area"}),
    "dormitory": frozenset({"是否住宿舍", "住宿舍", "住厂", "dormitory"}),
}
COLUMNS = ("姓名", "身份证号", "手机号", "来自", "14天内是否到过重点地区", "是否住宿舍")
YES = frozenset({"是", "有", "y", "yes", "1", "√", "true"})
NO = frozenset({"否", "无", "没有", "n", "no", "0", "", "false"})


@dataclass(frozen=True)
class StaffIn:
    """One member of staff as the list tells."""

    row_no: int
    name: str
    id_number: str
    phone: str
    comes_from: str
    was_in_risk_area: bool
    in_dormitory: bool


@dataclass(frozen=True)
class StaffFaultIn:
    """What is wrong with one row: field and reason, never the value."""

    row_no: int
    field: str
    message: str


def read_staff(
    rows: Iterable[tuple[int, Mapping[str, str]]], *, today: date
) -> tuple[list[StaffIn], list[StaffFaultIn]]:
    """Return the good rows, and what is wrong with the others. A person twice is wrong the second time."""
    good: list[StaffIn] = []
    wrong: list[StaffFaultIn] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        faults = list(_faults(number, row, seen, today))
        if faults:
            wrong += faults
            continue
        identity = read_resident_id(row.get("id_number", ""), today=today).value
        seen[identity] = number
        good.append(
            StaffIn(
                row_no=number,
                name=row.get("name", "").strip()[:40],
                id_number=identity,
                phone=read_phone(row.get("phone", "")).value,
                comes_from=row.get("comes_from", "").strip()[:80],
                was_in_risk_area=row.get("risk", "").strip().lower() in YES,
                in_dormitory=row.get("dormitory", "").strip().lower() in YES,
            )
        )
    return good, wrong


def _faults(number: int, row: Mapping[str, str], seen: Mapping[str, int], today: date) -> Iterable[StaffFaultIn]:
    if not row.get("name", "").strip():
        yield StaffFaultIn(number, "name", _("The name is missing."))
    identity = read_resident_id(row.get("id_number", ""), today=today)
    if identity.fault is Fault.EMPTY:
        yield StaffFaultIn(number, "id_number", _("The ID number is missing."))
    elif not identity.is_valid:
        yield StaffFaultIn(number, "id_number", _("The ID number is wrong. Compare it with the card."))
    elif identity.value in seen:
        yield StaffFaultIn(
            number, "id_number", _("The same person stands in row %(row)d already.") % {"row": seen[identity.value]}
        )
    if not read_phone(row.get("phone", "")).is_valid:
        yield StaffFaultIn(number, "phone", _("The phone number is missing or wrong."))
    for field in ("risk", "dormitory"):
        if row.get(field, "").strip().lower() not in YES | NO:
            yield StaffFaultIn(number, field, _("Write yes or no."))
