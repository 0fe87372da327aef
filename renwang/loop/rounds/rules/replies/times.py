"""On which day something told was: only what can be counted, never guessed."""

import re
from datetime import date, timedelta

from .reading import NUMERAL, number_of

_AGO = {
    "大前天": 3,
    "前天": 2,
    "昨天": 1,
    "昨晚": 1,
    "昨日": 1,
    "昨": 1,
    "今天": 0,
    "今早": 0,
    "今日": 0,
    "刚刚": 0,
    "yesterday": 1,
    "today": 0,
}
WHEN = re.compile(
    rf"(?P<word>{'|'.join(_AGO)})"
    rf"|(?:有|已经|已|都|快)*(?P<days>{NUMERAL}) ?(?:天|days?)(?:前|多|之前|以前|了| ago)*"
    rf"|(?P<weeks>{NUMERAL}|上)(?:个)?(?:周|星期|礼拜|weeks?)(?:前|了| ago)*"
    r"|(?:(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})月)(?:份)?(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})(?:号|日)?|(?P<only>\d{1,2}|[一二三四五六七八九十]{1,3})(?:号|日)"
)


def day_told(text: str, today: date) -> date | None:
    """Return the day a text names, never one that is still to come; None where it names none or cannot be counted."""
    for found in WHEN.finditer(text):
        if found["word"]:
            return today - timedelta(days=_AGO[found["word"]])
        if found["days"]:
            ago = number_of(found["days"])
            if ago is not None and ago <= 60:
                return today - timedelta(days=ago)
        if found["month"] or found["only"]:
            return _on(found, today)
    return None


def _on(found: re.Match[str], today: date) -> date | None:
    day = number_of(found["day"] or found["only"]) or 0
    month = number_of(found["month"]) if found["month"] else today.month
    for back in range(2):
        try:
            told = date(today.year - (back if found["month"] else 0), month or 0, day)
        except ValueError:
            return None
        if told <= today:
            return told
        if not found["month"]:
            month = today.month - 1 or None
    return None
