"""Numbers as ledgers write them: 1,200元, １２０, 3.5万, 二十三, 12 %, (500)."""

import re
from functools import lru_cache
from typing import Final

from renwang.foundation.sheets.engine.cells import Value, clean_text, half_width

_DIGITS: Final = {sign: place for place, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "○": 0, "Ｏ": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_UNITS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG: Final = {"万": 10_000, "亿": 100_000_000}
_SHORT_TENS: Final = {"廿": "二十", "卅": "三十"}
_PLAIN: Final = re.compile(
    r"(?P<minus>-|−|负)?(?:¥|￥|RMB|人民币)?(?P<number>\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)(?P<big>[万亿])?"
    r"(?P<percent>%)?(?:元|块|人|户|口|亩|斤|公斤|千克|kg|平方米|㎡|m2|岁|个月|月|天|年|次|个|名|台|只|件|套|盒|℃|°C)?",
    re.IGNORECASE,
)


def read_number(value: Value) -> float | int | None:
    """Return the number a cell tells, or None where it tells none. Units of counting and money fall away; 12 % is 0.12."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str):
        return _of_text(value)
    return None


@lru_cache(maxsize=65_536)
def _of_text(value: str) -> float | int | None:
    text = re.sub(r"\s", "", half_width(clean_text(value)).replace("，", ","))
    if text.startswith("(") and text.endswith(")"):  # how accountants write what is owed
        inner = _of_text(text[1:-1])
        return None if inner is None else -abs(inner)
    if found := _PLAIN.fullmatch(text):
        number = float(found["number"].replace(",", "")) * _BIG.get(found["big"] or "", 1)
        if found["percent"]:
            number /= 100
        number = -number if found["minus"] else number
        return int(number) if number.is_integer() and "." not in text and not found["percent"] else number
    return chinese_number(text.rstrip("元块人户口亩岁个月天年次名"))


def chinese_number(word: str) -> int | None:
    """Return a number in Chinese numerals: 二〇二〇, 二十三, 一百零五, 三万二千; None for any other word."""
    for short, long in _SHORT_TENS.items():
        word = word.replace(short, long)
    if not word or any(sign not in _DIGITS and sign not in _UNITS and sign not in _BIG for sign in word):
        return None
    if all(sign in _DIGITS for sign in word):
        return int("".join(str(_DIGITS[sign]) for sign in word))
    total = section = digit = 0
    seen = False
    for sign in word:
        if sign in _DIGITS:
            if seen and digit:
                return None  # 二三十 is no number
            digit, seen = _DIGITS[sign], True
        elif sign in _UNITS:
            section += (digit if seen and digit else 1) * _UNITS[sign]
            digit, seen = 0, False
        else:
            total = (total + section + digit) * _BIG[sign]
            section, digit, seen = 0, 0, False
    return total + section + digit
