"""The figures of a play as a table for people, Chinese and English side by side."""

from collections.abc import Iterator, Mapping

from .cast import PASSWORD, SHOWN
from .figures import Figures

Line = tuple[str, str, int | float]
WIDE = 44
MODES = {
    "sms": ("短信", "by short message"),
    "call": ("电话", "by call"),
    "visit": ("上门", "by visit"),
    "self_report": ("自报链接", "by their own link"),
}
FINDINGS = {
    "fever": ("发热", "fever"),
    "symptoms": ("不适", "symptoms"),
    "risk_travel": ("风险地区返回", "back from a risk area"),
    "exposure": ("接触风险", "met somebody ill"),
    "needs_food": ("缺粮", "food"),
    "needs_medicine": ("缺药", "medicine"),
    "needs_heating": ("缺煤取暖", "heating"),
    "needs_repair": ("房屋水电维修", "repair"),
    "caregiver_absent": ("无人照护", "nobody to care"),
    "needs_other": ("其他困难", "other needs"),
}
CASES = {
    "opened": ("已立案", "opened"),
    "met": ("已解决", "met"),
    "verified": ("住户已确认", "verified by the household"),
    "overdue": ("逾期未解决", "overdue now"),
}
MESSAGES = {
    "sent": ("已发出", "sent"),
    "delivered": ("已送达", "delivered"),
    "failed": ("失败", "failed"),
    "not_needed": ("未发即撤回", "taken back before they went out"),
}


def table(told: Figures) -> str:
    """Return the figures, one a line."""
    return "\n".join(_written(line) for line in _lines(told)) + "\n"


def _lines(told: Figures) -> Iterator[Line | tuple[str, str]]:
    yield "住户", "households", told.households
    yield "联系（户×次）", "asked: households × slots of a day", told.asked
    yield "其中一次之内重复询问", "of these asked twice in one slot", told.double_asked
    yield "答复", "answered"
    yield from _named(told.answered, MODES)
    yield "未联系到", "unreached", told.unreached
    yield "情况", "findings"
    yield from _named(told.findings, FINDINGS)
    yield "个案", "cases"
    yield from _named(told.cases, CASES)
    yield "短信", "short messages"
    yield from _named(told.messages, MESSAGES)
    yield "工作人员用时（分钟）", "minutes of helpers", told.helper_minutes
    yield "推演用时（秒）", "seconds it took to play", told.wall_seconds


def _named(counts: Mapping[str, int], names: Mapping[str, tuple[str, str]]) -> Iterator[Line]:
    for code, count in counts.items():
        zh, en = names.get(code, (code, code))
        yield f"  {zh}", f"  {en}", count


def _written(line: Line | tuple[str, str]) -> str:
    head = _filled(line[0], 24) + _filled(line[1], WIDE)
    if len(line) == 2:
        return head.rstrip()
    value = line[2]
    return head + (f"{value:>10,.1f}" if isinstance(value, float) else f"{value:>10,}").replace(",", " ")


def _filled(text: str, width: int) -> str:
    """Return a text filled up to a width on a screen, where a Chinese character takes two places."""
    return text + " " * max(width - sum(2 if ord(sign) > 0x2E7F else 1 for sign in text), 1)


def accounts() -> str:
    """Return the accounts that may be looked with, Chinese and English."""
    lines = ["", f"演示账号 Demo accounts   密码 password: {PASSWORD}", ""]
    for one in SHOWN:
        lines.append(f"  {one.username:<11}{one.role[0]} · {one.area[0]}：{one.look_at[0]}")
        lines.append(f"  {'':<11}{one.role[1]}, {one.area[1]}: {one.look_at[1]}")
    lines += [
        "",
        "区级账号登录时需要动态码；演示中登录页面直接显示当前动态码。",
        "District accounts need a one-time code; in the demo the page shows the current one.",
        "",
    ]
    return "\n".join(lines)
