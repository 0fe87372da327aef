"""What ledgers tell beyond the register's own columns: the national poverty register's columns, and any office's own.

Sources: 《贫困户登记表》(2014), the export columns of the national system. The numbers that code bases give to these values
differ everywhere, so the words are kept as told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from renwang.foundation.sheets.engine.cells import LostDigits, Value, as_text
from renwang.foundation.sheets.engine.dates import read_day
from renwang.foundation.sheets.engine.numbers import read_number


class Holds(StrEnum):
    """What kind of value an attribute has."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Particular:
    """A column that many ledgers have: its code, its titles (the first is shown), what it holds, and of whom it tells."""

    code: str
    titles: tuple[str, ...]
    holds: Holds = Holds.TEXT
    of_household: bool = False


def _of(code: str, titles: str, holds: Holds = Holds.TEXT, *, home: bool = False) -> Particular:
    return Particular(code, tuple(titles.split()), holds, home)


STANDARD: Final[Mapping[str, Particular]] = {
    one.code: one
    for one in (
        _of("hamlet", "自然村 村民小组 组 村组 小组", home=True),
        _of("person_number", "人编号 人员编号 人编码"),
        _of("household_size", "人数 家庭人口 家庭人口数 家庭人数 人口数 户人口", Holds.NUMBER, home=True),
        _of("ethnicity", "民族"),
        _of("education", "文化程度 学历 受教育程度"),
        _of("school_state", "在校生状况 在校生情况 是否在校生 在校学生 就读情况"),
        _of("school", "学校 就读学校 学校名称"),
        _of("health", "健康状况 身体状况 健康情况"),
        _of("illness", "患病情况 疾病名称 病种 所患疾病 慢性病"),
        _of("disability", "残疾类别 残疾类型 残疾等级 残疾情况"),
        _of("labour", "劳动技能 劳动能力 劳动力情况"),
        _of("work_state", "务工状况 务工情况 就业情况 是否务工"),
        _of("work_place", "务工地点 务工所在地 务工地址 务工区域"),
        _of("work_employer", "务工企业名称 务工单位 工作单位"),
        _of("work_months", "务工时间(月) 务工月数 务工时间", Holds.NUMBER),
        _of("serious_illness_insurance", "是否参加大病保险 大病保险 参加大病医疗", Holds.YES_NO),
        _of("medical_insurance", "是否参加城乡居民基本医疗保险 新农合 是否参加新农合 城乡居民医保 基本医疗保险", Holds.YES_NO),
        _of("pension_insurance", "是否参加城乡居民基本养老保险 城乡居民养老保险 养老保险", Holds.YES_NO),
        _of("other_reasons", "其他致贫原因 致贫原因2 次要致贫原因", home=True),
        _of("criterion", "识别标准", home=True),
        _of("unsafe_house", "危房户 是否危房户 是否危房", Holds.YES_NO, home=True),
        _of("safe_water", "是否解决安全饮用水 安全饮水 是否饮水安全", Holds.YES_NO, home=True),
        _of("house_area", "住房面积 房屋面积", Holds.NUMBER, home=True),
        _of("house_structure", "房屋结构 主要结构", home=True),
        _of("income_per_head", "人均纯收入 家庭人均纯收入 人均收入", Holds.NUMBER, home=True),
        _of("income", "家庭总收入 总收入 年收入", Holds.NUMBER, home=True),
        _of("net_income", "家庭纯收入 纯收入 年纯收入", Holds.NUMBER, home=True),
        _of("bank", "开户银行 开户行", home=True),
        _of("bank_account", "银行账号 银行卡号 一卡通账号 账号", home=True),
        _of("person_since", "人员识别时间", Holds.DAY),
        _of("risk_kind", "监测对象类别", home=True),
        _of("risk_cleared", "风险是否消除 风险是否已消除", Holds.YES_NO, home=True),
        _of("risk_since", "风险识别时间", Holds.DAY, home=True),
        _of("risk_cleared_on", "风险消除时间", Holds.DAY, home=True),
        _of("out_of_poverty", "脱贫年度 脱贫时间 脱贫状态", home=True),
        _of("politics", "政治面貌"),
        _of("marriage", "婚姻状况"),
        _of("helper_name", "帮扶责任人 帮扶人 帮扶干部 包户干部"),
        _of("helper_phone", "帮扶责任人电话 帮扶人电话 帮扶责任人联系电话 帮扶人联系电话"),
        _of("remarks", "备注 说明"),
    )
}  # fmt: skip
_YES: Final = frozenset({"是", "有", "已", "y", "yes", "true", "√", "✓", "1"})
_NO: Final = frozenset({"否", "无", "没有", "未", "n", "no", "false", "×", "0"})
# What is said where there is nothing to say.
NOTHING: Final = frozenset({"", "/", "-", "—", "――", "无", "N/A", "n/a", "#N/A", "空", "暂无"})


def read_particular(value: Value | LostDigits, holds: str, *, year: int | None = None) -> tuple[str, bool]:
    """Return a value as it is kept (a number plain, a day as 2020-02-03, 是 or 否, else as told) and whether it was understood.

    What cannot be read as its kind is kept as told: an office's own column is not judged by us.
    """
    told = value if isinstance(value, LostDigits) else as_text(value)
    if isinstance(told, LostDigits):
        return "", False
    if told in NOTHING and holds != Holds.YES_NO:
        return "", True
    if holds == Holds.NUMBER:
        number = read_number(value if isinstance(value, int | float) else told)
        return (
            (told, False) if number is None else (f"{number:.12g}" if isinstance(number, float) else str(number), True)
        )
    if holds == Holds.DAY:
        day = read_day(value if not isinstance(value, LostDigits) else None, year=year)
        return (told, False) if day is None else (day.day.isoformat(), True)
    if holds == Holds.YES_NO:
        plain = told.casefold()
        return ("是", True) if plain in _YES else ("否", True) if plain in _NO else (told, plain == "")
    return told, True


def told_of(text: str) -> dict[str, str]:
    """Return what is kept of somebody, by code."""
    return dict(line.split("\t", 1) for line in text.split("\n") if "\t" in line)


def joined(before: str, told: str) -> str:
    """Return what is kept after something was told: a column that was not told stays, one that was told is written over."""
    both = {**told_of(before), **told_of(told)}
    return "\n".join(f"{code}\t{both[code]}" for code in sorted(both))
