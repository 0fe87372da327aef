"""Reading a workbook of enterprises: every fault by row, in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from renwang.foundation.sheets.engine import LostDigits, find_header, read_workbook
from renwang.loop.registry.models import Division

from ..rules.enterprises import EnterpriseIn, Refused, Site, checked

TITLES: Mapping[str, frozenset[str]] = {
    "name": frozenset({"企业名称", "单位名称", "name"}),
    "credit_code": frozenset({"统一社会信用代码", "信用代码", "credit code"}),
    "division": frozenset({"所属镇街", "镇街", "区划代码", "所在区域", "division"}),
    "industry": frozenset({"行业代码", "国民经济行业", "行业", "industry"}),
    "is_designated": frozenset({"是否规上", "规上", "designated size"}),
    "staff": frozenset({"职工人数", "员工人数", "从业人数", "staff"}),
    "address": frozenset({"地址", "详细地址", "address"}),
    "contact_name": frozenset({"联系人", "contact"}),
    "phone": frozenset({"联系电话", "手机", "phone"}),
    "site": frozenset({"场所类型", "site"}),
}
SITES: Mapping[str, Site] = {
    **dict.fromkeys(("", "工厂", "厂区", "厂房", "企业", "plant"), Site.PLANT),
    **dict.fromkeys(("工地", "建筑工地", "building", "building site"), Site.BUILDING_SITE),
    **dict.fromkeys(("商铺", "门店", "写字楼", "办公楼", "shop", "office"), Site.SHOP),
}
YES = frozenset({"是", "有", "y", "yes", "1", "√", "true"})
NO = frozenset({"否", "无", "没有", "n", "no", "0", "", "false"})
DESIGNATED = YES | {"规上", "规模以上", "规上企业"}
NOT_DESIGNATED = NO | {"规下", "规模以下", "小微"}


def enterprises_of(content: bytes, filename: str, *, today: date) -> tuple[list[EnterpriseIn], list[dict[str, Any]]]:
    """Return the enterprises of a workbook, and what is wrong by row; raises SheetFault where it is no workbook."""
    sheet = read_workbook(content, filename).sheet()
    header = find_header(sheet.rows(), TITLES)
    places = {place.name: place.code for place in Division.objects.exclude(level="village")}
    codes = set(Division.objects.values_list("code", flat=True))
    told, faults = [], []
    first_row: dict[str, int] = {}
    for row in sheet.rows(header.row):
        cells = {name: "" if isinstance(value, LostDigits) else value for name, value in header.pick(row).items()}
        place = cells.get("division", "").strip()
        code = place if place in codes else places.get(place, "")
        try:
            if not code:
                raise Refused(_("“%(place)s” is no area of the district.") % {"place": place})
            one = checked(_enterprise(cells, code))
        except Refused as problem:
            faults.append({"row": row.number, "words": str(problem)})
            continue
        if one.credit_code in first_row:
            words = _("The credit code stands in row %(row)d already.") % {"row": first_row[one.credit_code]}
            faults.append({"row": row.number, "words": words})
            continue
        first_row[one.credit_code] = row.number
        told.append(one)
    if not told and not faults:
        raise Refused(_("Below the titles there is no row."))
    return told, faults


def _is_designated(told: str) -> bool:
    plain = told.strip().lower()
    if plain not in DESIGNATED | NOT_DESIGNATED:
        raise Refused(_("Of designated size: write yes or no, not “%(told)s”.") % {"told": told})
    return plain in DESIGNATED


def _site(told: str) -> Site:
    found = SITES.get(told.strip().lower())
    if found is None:
        raise Refused(_("“%(told)s” is no kind of site: write plant, building site or shop.") % {"told": told})
    return found


def _enterprise(cells: Mapping[str, str], code: str) -> EnterpriseIn:
    staff = cells.get("staff", "").strip() or "0"
    try:
        count = int(float(staff))
    except (ValueError, OverflowError):
        raise Refused(_("“%(staff)s” is no number of staff.") % {"staff": staff}) from None
    return EnterpriseIn(
        name=cells.get("name", ""),
        division=code,
        credit_code=cells.get("credit_code", ""),
        industry=cells.get("industry", ""),
        is_designated=_is_designated(cells.get("is_designated", "")),
        staff=count,
        site=_site(cells.get("site", "")),
        address=cells.get("address", ""),
        contact_name=cells.get("contact_name", ""),
        phone=cells.get("phone", ""),
    )
