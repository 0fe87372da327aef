"""Invented villages: who lives there, by published frequencies of names, and by what makes linking hard in a village.

Names are drawn from `data/surnames.csv` and `data/given_characters.csv` (sources in their heads). One clan gives many their surname,
brothers and sisters share a character, two of a village bear one name, twins share all but a character, families share a phone, and a
cadre's phone stands on many rows.
"""

import csv
import datetime as dt
import random
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from renwang.loop.registry.engine.identifiers import make_resident_id

DATA = Path(__file__).resolve().parent / "data"
# Uyghur and Tibetan names in Chinese characters, whose parts stand on either side of the dot.
MINORITY = [
    "买买提",
    "阿卜杜拉",
    "吐尔逊",
    "艾尼瓦尔",
    "阿依古丽",
    "古丽娜尔",
    "玉素甫",
    "艾合买提",
    "帕提古丽",
    "热依汗",
    "努尔麦麦提",
    "木合塔尔",
    "依明",
    "阿不力孜",
    "库尔班",
    "肉孜",
    "热合曼",
    "海热提",
    "迪丽努尔",
    "阿米娜",
    "扎西",
    "卓玛",
    "次仁",
    "央金",
    "多吉",
    "格桑",
    "平措",
    "德吉",
]
STREETS = ["九龙", "凤凰", "坊城", "坊安", "黄旗堡", "太保庄", "王家庄", "眉村", "清池", "南流", "涌泉", "马司"]
YEAR = 2020
# Given names that very many bear, by generation, after the name reports of the Ministry of Public Security of 2019 and 2020:
# with one surname for half a village, they are how two of one village come to bear one name.
COMMON: tuple[tuple[int, str, str], ...] = (
    (
        1960,
        "建国 建华 国强 志强 德胜 建军 福生 玉田 国华 文明 军 明",
        "秀英 桂英 秀兰 玉兰 桂兰 秀珍 玉珍 凤英 玉英 玉梅 淑珍 淑英",
    ),
    (
        1980,
        "伟 强 军 勇 建军 志强 建平 海军 明 刚 杰 涛 建国 建华",
        "芳 丽 敏 艳 秀英 红 霞 丽娜 秀梅 小红 桂芳 英 静 玲",
    ),
    (2000, "伟 磊 超 洋 鹏 杰 涛 浩 强 勇 俊杰 宇", "静 娜 婷婷 婷 丽 敏 倩 雪 颖 燕 佳 欣"),
    (
        2021,
        "浩宇 子轩 宇轩 浩然 梓豪 宇航 子墨 俊杰 博文 一鸣 奕辰",
        "梓涵 欣怡 一诺 诗涵 雨桐 子涵 可欣 佳怡 梦瑶 依诺 欣妍",
    ),
)
HOW_COMMON = 0.22


@dataclass(slots=True)
class Human:
    """One invented person, as they are."""

    pid: int
    name: str
    sex: str
    born: dt.date
    id_number: str
    phone: str
    home: "Home"


@dataclass(slots=True)
class Home:
    """One invented household."""

    number: str
    place: str
    address: str
    phone: str
    members: list[Human] = field(default_factory=list)


@cache
def surnames() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return the surnames with how often each is borne."""
    return _table("surnames.csv", 400)


@cache
def characters() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return the characters of given names with how often each stands."""
    return _table("given_characters.csv", 1800)


def _table(name: str, most: int) -> tuple[tuple[str, ...], tuple[float, ...]]:
    with (DATA / name).open(encoding="utf-8") as lines:
        rows = [row for row in csv.reader(lines) if row and not row[0].startswith("#")][1 : most + 1]
    return tuple(row[0] for row in rows), tuple(float(row[1]) for row in rows)


def villages(people: int, chance: random.Random) -> list[Human]:
    """Return the people of whole villages, at least so many."""
    humans: list[Human] = []
    village = 0
    families, given = _Drawn(surnames(), chance), _Drawn(characters(), chance)
    while len(humans) < people:
        village += 1
        clan = families.one()
        place = f"990704{1 + village // 60:03d}{1 + village % 60:03d}"
        name = f"{clan}家{chance.choice(('庄', '村', '屯', '埠', '坡'))}村"
        road = f"潍坊市坊子区{STREETS[village // 60 % len(STREETS)]}街道{name}"
        cadre = phone_of(chance)
        for number in range(chance.randint(60, 220)):
            home = Home(f"{place}{number:04d}", place, f"{road}{1 + number % 7}组{number + 1}号", phone_of(chance))
            _fill(home, clan if chance.random() < 0.45 else families.one(), humans, chance, families, given, cadre)
    return humans


class _Drawn:
    """Draws from a table of frequencies, ten thousand at a time."""

    def __init__(self, table: tuple[tuple[str, ...], tuple[float, ...]], chance: random.Random) -> None:
        self.table, self.chance, self.ready = table, chance, []

    def one(self) -> str:
        if not self.ready:
            self.ready = self.chance.choices(*self.table, k=10_000)
        return self.ready.pop()


def _fill(  # noqa: C901  # a household is told from its head to its grandparents
    home: Home,
    surname: str,
    humans: list[Human],
    chance: random.Random,
    surnames: _Drawn,
    characters: _Drawn,
    cadre: str,
) -> None:
    head_age = int(chance.triangular(25, 88, 52))
    shared = characters.one()  # the character of a generation, or of brothers and sisters
    is_minority = chance.random() < 0.03

    def name(of: str, year: int, sex: str, *, generation: str = "") -> str:
        if is_minority:
            return f"{chance.choice(MINORITY)}·{chance.choice(MINORITY)}"
        if chance.random() < HOW_COMMON:
            return of + chance.choice(next(row for row in COMMON if year < row[0])[int(sex)].split())
        if chance.random() < 0.22:
            return of + characters.one()
        return of + (generation + characters.one() if generation else characters.one() + characters.one())

    def add(full: str, sex: str, born: dt.date) -> None:
        phone = (
            phone_of(chance) if (age := YEAR - born.year) >= 16 and age < 75 and chance.random() < 0.75 else home.phone
        )
        if chance.random() < 0.03:
            phone = cadre
        pid = len(humans)
        seq = chance.randrange(500)
        area = home.place[:6] if chance.random() < 0.8 else f"99{chance.randint(10, 99):02d}{chance.randint(1, 30):02d}"
        human = Human(pid, full, sex, born, make_resident_id(area, born, seq, sex), phone, home)
        humans.append(human)
        home.members.append(human)

    def join(of: str, sex: str, born: dt.date, generation: str = "") -> None:
        full = name(of, born.year, sex, generation=generation)
        # Two of one household who are written alike are given another name, or nobody could tell them apart.
        while any(one.name == full for one in home.members):
            full = of + characters.one() + characters.one()
        add(full, sex, born)

    join(surname, "1" if chance.random() < 0.85 else "2", day_of(YEAR - head_age, chance))
    if chance.random() < 0.75:
        join(surnames.one(), "2", day_of(YEAR - head_age + chance.randint(-2, 4), chance))
    children = chance.choices((0, 1, 2, 3), (0.3, 0.35, 0.25, 0.1))[0]
    year = YEAR - head_age + chance.randint(22, 28)
    for _child in range(children):
        if year > YEAR:
            break
        born = day_of(year, chance)
        for _same_day in range(2 if chance.random() < 0.02 else 1):
            join(surname, chance.choice("12"), born, shared if chance.random() < 0.5 else "")
        year += chance.randint(1, 5)
    if chance.random() < 0.25:
        join(surname, chance.choice("12"), day_of(YEAR - head_age - chance.randint(20, 30), chance))


def day_of(year: int, chance: random.Random) -> dt.date:
    """Return a day of a year."""
    return dt.date(max(year, 1922), 1, 1) + dt.timedelta(days=chance.randrange(365))


def phone_of(chance: random.Random) -> str:
    """Return a number that may be in use."""
    return f"1{chance.choice('356789')}{chance.randrange(10**9):09d}"
