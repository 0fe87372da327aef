"""What a column holds, told from its cells alone: ID numbers, phones, names, days, sexes, divisions, numbers, text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from renwang.foundation.sheets.engine.cells import LostDigits, Value, as_text
from renwang.foundation.sheets.engine.dates import read_day
from renwang.foundation.sheets.engine.numbers import read_number

from .identifiers import read_credit_code, read_phones, read_resident_id
from .names import COMPOUND

# The hundred commonest surnames (公安部《二〇二〇年全国姓名报告》), nearly nine tenths of all people.
SURNAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊"
    "秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_NAME: Final = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{2,10}·[\u3400-\u9fff·]{2,12}")
_PLACE: Final = re.compile(r"[\u3400-\u9fff0-9]{1,12}(?:村|社区|居委会|村委会|街道|街道办事处|镇|乡|庄|屯|寨|里)")
_YES_NO: Final = frozenset({"是", "否", "有", "无", "已", "未", "y", "n", "yes", "no", "√", "×", "✓"})
_SEXES: Final = frozenset({"男", "女", "男性", "女性"})
_RELATIONS: Final = frozenset(
    [
        "户主",
        "配偶",
        "之子",
        "之女",
        "之父",
        "之母",
        "之儿媳",
        "之女婿",
        "之孙子",
        "之孙女",
        "妻",
        "夫",
        "长子",
        "次子",
        "长女",
        "次女",
        "儿子",
        "女儿",
        "父亲",
        "母亲",
        "儿媳",
        "孙子",
        "孙女",
    ]
)
SURE: Final = 0.8


class Content(StrEnum):
    """What most cells of a column are."""

    ID_NUMBER = "id_number"
    CREDIT_CODE = "credit_code"
    PHONE = "phone"
    NAME = "name"
    SEX = "sex"
    RELATION = "relation"
    PLACE = "place"
    DAY = "day"
    YES_NO = "yes_no"
    NUMBER = "number"
    TEXT = "text"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a column holds, which share of its cells says so, and whether digits of some were lost by Excel."""

    content: Content
    share: float
    lost_digits: bool = False


def look_at(cells: Sequence[Value], *, is_place: Callable[[str], bool] = lambda _name: False) -> Seen:
    """Return what the cells of one column hold; some dozen are enough. `is_place` knows the divisions of the district."""
    told = [(cell, as_text(cell)) for cell in cells if cell is not None and as_text(cell) != ""]
    if not told:
        return Seen(Content.EMPTY, 1.0)
    lost = any(isinstance(text, LostDigits) for _cell, text in told)
    for content, fits in _LOOKS:
        share = sum(fits(cell, str(text)) for cell, text in told) / len(told)
        if share >= SURE:
            return Seen(content, share, lost)
    share = sum(is_place(str(text)) or bool(_PLACE.fullmatch(str(text))) for _cell, text in told) / len(told)
    if share >= SURE:
        return Seen(Content.PLACE, share, lost)
    share = sum(_is_name(str(text)) for _cell, text in told) / len(told)
    # One word over and over (汉族, 初中) is a choice, not a column of names.
    if share >= SURE and len({text for _cell, text in told}) * 2 > len(told):
        return Seen(Content.NAME, share, lost)
    share = sum(read_number(cell) is not None for cell, _text in told) / len(told)
    return Seen(Content.NUMBER if share >= SURE else Content.TEXT, share, lost)


def _is_id(cell: Value, text: str) -> bool:
    return len(text) in (15, 18, 20) and read_resident_id(text[:18]).is_valid


def _is_phone(cell: Value, text: str) -> bool:
    found = read_phones(text) if len(text) >= 7 else []
    return bool(found) and found[0].is_valid


def _is_day(cell: Value, text: str) -> bool:
    # A bare number may count anything; as a day counts only what was written as one.
    if isinstance(cell, int | float) or (text.isdigit() and len(text) != 8):
        return False
    return read_day(cell, year=2000) is not None


def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and (text[0] in SURNAMES or text[:2] in COMPOUND or "·" in text)


_LOOKS: Final[tuple[tuple[Content, Callable[[Value, str], bool]], ...]] = (
    (Content.SEX, lambda _cell, text: text in _SEXES),
    (Content.YES_NO, lambda _cell, text: text.casefold() in _YES_NO),
    (Content.ID_NUMBER, _is_id),
    (Content.CREDIT_CODE, lambda _cell, text: len(text) == 18 and read_credit_code(text).is_valid),
    (Content.PHONE, _is_phone),
    (Content.RELATION, lambda _cell, text: text in _RELATIONS),
    (Content.DAY, _is_day),
)
