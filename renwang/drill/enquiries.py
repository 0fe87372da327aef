"""What the offices of the invented district ask, of whom, and how often."""

from collections.abc import Callable
from datetime import date, timedelta

from renwang.loop.rounds import kinds
from renwang.loop.rounds.actions import RoundDraft
from renwang.loop.rounds.rules import AnswerKind, Cadence, OwnQuestion, Step

from .cast import DISTRICT

QUESTIONS: dict[str, list[OwnQuestion]] = {
    "relief": [
        OwnQuestion(
            "work_away",
            "今年是否打算外出务工？",
            "Does anybody plan to work away this year?",
            AnswerKind.CHOICE,
            ("已外出", "打算外出", "在家就业", "不打算"),
        ),
        OwnQuestion(
            "has_trade",
            "是否愿意发展产业（大棚、养殖等）？",
            "Would you take up a trade (greenhouse, livestock)?",
        ),
    ],
    "civil": [
        OwnQuestion(
            "alone",
            "家中是否有无人照护的老人、儿童或残疾人？",
            "Is an old person, a child or a disabled person without care?",
            yes_opens="caregiver_absent",
        ),
        OwnQuestion("coal_safe", "取暖炉是否装有烟囱和报警器？", "Does the stove have a flue and an alarm?"),
    ],
    "education": [
        OwnQuestion(
            "device",
            "孩子用什么上网课？",
            "What does the child learn online with?",
            AnswerKind.CHOICE,
            ("电脑", "平板", "手机", "电视", "没有"),
        ),
    ],
}


def _steps() -> tuple[Step, ...]:
    """By message first; who has not answered by eleven is called, and who is not reached so is visited."""
    return (kinds.get("sms").step(tries=1, wait_minutes=180), *_by_people())


def _by_people() -> tuple[Step, ...]:
    return (kinds.get("call").step(tries=2, wait_minutes=75), kinds.get("visit").step(tries=1, wait_minutes=240))


def _daily(first: date, second: date, today: date) -> RoundDraft:
    """Everybody, every day: the health office's screening."""
    return RoundDraft(
        title="疫情每日健康排查",
        office="health",
        area=DISTRICT,
        opens_on=first,
        closes_on=today + timedelta(days=11),
        cadence=Cadence.DAILY,
        everybody=True,
        modes=_steps(),
    )


def _observed(first: date, second: date, today: date) -> RoundDraft:
    """Who is under medical observation at home: two temperatures a day."""
    return RoundDraft(
        title="居家医学观察（一日两测）",
        office="health",
        area=DISTRICT,
        opens_on=first,
        closes_on=today + timedelta(days=14),
        cadence=Cadence.TWICE,
        programmes=("observation",),
        asks_travel=False,
        asks_contacts=False,
        asks_needs=True,
        modes=_by_people(),
    )


def _wishes(first: date, second: date, today: date) -> RoundDraft:
    """The poor, once: the relief office's survey, which shares the day's contact with the screening."""
    return RoundDraft(
        title="贫困户务工和产业意愿调查",
        office="relief",
        area=DISTRICT,
        opens_on=first,
        closes_on=today + timedelta(days=4),
        cadence=Cadence.ONCE,
        programmes=("poor_household",),
        asks_travel=True,
        asks_contacts=False,
        asks_health=False,
        questions=("work_away", "has_trade"),
        modes=_steps(),
    )


def _care(first: date, second: date, today: date) -> RoundDraft:
    """The weakest, once: is there somebody to care for them?"""
    return RoundDraft(
        title="困难群众照护情况询问",
        office="civil",
        area=DISTRICT,
        opens_on=min(second, today),
        closes_on=today + timedelta(days=3),
        cadence=Cadence.ONCE,
        programmes=("minimum_living", "lives_alone", "disabled"),
        asks_travel=False,
        asks_contacts=False,
        asks_health=False,
        questions=("alone",),
        modes=_steps(),
    )


def _coal(first: date, second: date, today: date) -> RoundDraft:
    """Older people living alone, on the first two days; closed since."""
    return RoundDraft(
        title="独居老人取暖安全询问",
        office="civil",
        area=DISTRICT,
        opens_on=first,
        closes_on=today,
        cadence=Cadence.ONCE,
        programmes=("lives_alone",),
        asks_travel=False,
        asks_contacts=False,
        asks_health=False,
        asks_needs=True,
        questions=("coal_safe",),
        modes=_steps(),
    )


def _devices(first: date, second: date, today: date) -> RoundDraft:
    """A draft that the education office has not opened yet."""
    return RoundDraft(
        title="贫困学生网课设备摸底",
        office="education",
        area=DISTRICT,
        opens_on=today + timedelta(days=1),
        closes_on=today + timedelta(days=5),
        cadence=Cadence.ONCE,
        programmes=("poor_student",),
        asks_travel=False,
        asks_contacts=False,
        asks_health=False,
        asks_needs=False,
        questions=("device",),
        modes=_steps(),
    )


# Key → from (first day, second day, today) to the draft; in the order in which they are opened.
DRAFTS: dict[str, Callable[[date, date, date], RoundDraft]] = {
    "daily": _daily,
    "observed": _observed,
    "wishes": _wishes,
    "care": _care,
    "coal": _coal,
    "devices": _devices,
}
