"""Invented villages, and the ledger a second office would keep of them: labelled records to train and to test on.

Names are drawn from published frequencies (`data/surnames.csv`, `data/given_characters.csv`: sources in their heads). What makes
linking hard in a village is drawn too: one clan gives many their surname, brothers and sisters share a character, two of a village
bear one name, twins share all but a character, families share a phone, and a cadre's phone stands on many rows.

Every error has its own probability (`Mix`); training and test differ in seed and in the mix. The confusions by shape come from another
table (`data/look_alike_typos.txt`) than the one the engine has, so that it meets some it does not know.
"""

import csv
import datetime as dt
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path

from pypinyin import Style, lazy_pinyin, pinyin

from renwang.loop.registry.engine.identifiers import make_resident_id
from renwang.loop.registry.engine.linkage import Candidate

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


@dataclass(frozen=True, slots=True)
class Mix:
    """How often each thing goes wrong in a record of the second ledger."""

    look_alike: float = 0.03
    sound_alike: float = 0.04
    characters_swapped: float = 0.006
    character_missing: float = 0.008
    nickname: float = 0.006
    pinyin: float = 0.004
    other_name: float = 0.004  # a former name or a slip: nothing of the given name is right
    id_missing: float = 0.2
    id_typo: float = 0.03
    id_of_kin: float = 0.004  # the number of somebody of the household
    phone_missing: float = 0.2
    phone_other: float = 0.12
    phone_typo: float = 0.02
    phone_of_kin: float = 0.12
    born_missing: float = 0.1
    born_swapped: float = 0.01
    born_digit: float = 0.02
    born_lunar: float = 0.02
    born_year_only: float = 0.02
    address_missing: float = 0.1
    address_short: float = 0.1
    moved: float = 0.03
    number_missing: float = 0.3
    sex_missing: float = 0.1
    sex_wrong: float = 0.004
    born_wrong: float = 0.006  # an age once told, or somebody else's day
    kin_left_out: float = 0.25  # of each who lives there
    kin_other: float = 0.02  # the household was split, or is another office's idea of one


TRAINING = Mix()
CHECKING = Mix(
    look_alike=0.02,
    sound_alike=0.05,
    id_missing=0.3,
    phone_other=0.18,
    born_missing=0.06,
    address_missing=0.2,
    number_missing=0.5,
    born_wrong=0.01,
    sex_wrong=0.002,
    kin_left_out=0.4,
)
TESTING = Mix(
    look_alike=0.05, sound_alike=0.03, characters_swapped=0.01, character_missing=0.012, nickname=0.01, pinyin=0.008, other_name=0.003,
    id_missing=0.15, id_typo=0.05, id_of_kin=0.002, phone_missing=0.3, phone_other=0.08, phone_typo=0.03, phone_of_kin=0.2, born_missing=0.05,
    born_swapped=0.02, born_digit=0.03, born_lunar=0.01, born_year_only=0.01, address_missing=0.15, address_short=0.2, moved=0.05,
    number_missing=0.4, sex_missing=0.05, sex_wrong=0.006, born_wrong=0.004, kin_left_out=0.15, kin_other=0.04,
)  # fmt: skip


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


@dataclass(slots=True)
class Ledgers:
    """Two ledgers and the truth: who stands on each line."""

    left: list[Candidate]
    right: list[Candidate]
    left_of: list[int]
    right_of: list[int]

    def truth(self) -> set[tuple[int, int]]:
        """Return the positions (left, right) that are one human being."""
        at: dict[int, list[int]] = defaultdict(list)
        for place, pid in enumerate(self.left_of):
            at[pid].append(place)
        return {(place, other) for other, pid in enumerate(self.right_of) for place in at.get(pid, ())}


def ledgers(
    people: int, seed: int, mix: Mix, *, overlap: float = 0.6, columns: Sequence[str] = (), own_numbers: bool = False
) -> Ledgers:
    """Return a clean-ish register and a second office's ledger: part of its people, and others of the same villages.

    ``columns``: of which ones nothing is known in the second ledger (`id_number`, `phones`, `born`, `address`, `place`, `household`).
    ``own_numbers``: the second office numbers its households by itself.
    """
    chance = random.Random(seed)
    humans = _villages(int(people * 1.35), chance)
    first, second = [], []
    for human in humans:
        where = chance.random()
        is_known = where < 1 / 1.35
        if is_known:
            first.append(human)
        if (is_known and chance.random() < overlap) or (not is_known and chance.random() < 0.6):
            second.append(human)
    slight = Mix(**{f.name: getattr(mix, f.name) / 6 for f in fields(Mix)})
    left = [_told(human, chance, slight, f"A{i}") for i, human in enumerate(first)]
    chance.shuffle(second)
    right = [_told(human, chance, mix, f"B{i}") for i, human in enumerate(second)]
    if own_numbers:
        right = [replace(one, household=f"B{hash_of(one.household)}") if one.household else one for one in right]
    if columns:
        empty = {name: () if name == "phones" else "" for name in columns}
        right = [_without(one, empty) for one in right]
    return Ledgers(left, right, [one.pid for one in first], [one.pid for one in second])


def hash_of(number: str) -> int:
    """Return another number for a household, always the same."""
    return int(number) * 2_654_435_761 % 99_999_989


def _without(one: Candidate, empty: dict[str, object]) -> Candidate:
    told = {f.name: getattr(one, f.name) for f in fields(Candidate)} | empty
    if "household" in empty:
        told["kin"] = ()
    return Candidate(**told)


# --- who there is ------------------------------------------------------------------------------------------------------


@cache
def _surnames() -> tuple[tuple[str, ...], tuple[float, ...]]:
    return _table("surnames.csv", 400)


@cache
def _characters() -> tuple[tuple[str, ...], tuple[float, ...]]:
    return _table("given_characters.csv", 1800)


def _table(name: str, most: int) -> tuple[tuple[str, ...], tuple[float, ...]]:
    with (DATA / name).open(encoding="utf-8") as lines:
        rows = [row for row in csv.reader(lines) if row and not row[0].startswith("#")][1 : most + 1]
    return tuple(row[0] for row in rows), tuple(float(row[1]) for row in rows)


def _villages(people: int, chance: random.Random) -> list[Human]:
    humans: list[Human] = []
    village = 0
    surnames, characters = _Drawn(_surnames(), chance), _Drawn(_characters(), chance)
    while len(humans) < people:
        village += 1
        clan = surnames.one()
        place = f"990704{1 + village // 60:03d}{1 + village % 60:03d}"
        name = f"{clan}家{chance.choice(('庄', '村', '屯', '埠', '坡'))}村"
        road = f"潍坊市坊子区{STREETS[village // 60 % len(STREETS)]}街道{name}"
        cadre = _phone(chance)
        for number in range(chance.randint(60, 220)):
            home = Home(f"{place}{number:04d}", place, f"{road}{1 + number % 7}组{number + 1}号", _phone(chance))
            _fill(home, clan if chance.random() < 0.45 else surnames.one(), humans, chance, surnames, characters, cadre)
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
            _phone(chance) if (age := YEAR - born.year) >= 16 and age < 75 and chance.random() < 0.75 else home.phone
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

    join(surname, "1" if chance.random() < 0.85 else "2", _day(YEAR - head_age, chance))
    if chance.random() < 0.75:
        join(surnames.one(), "2", _day(YEAR - head_age + chance.randint(-2, 4), chance))
    children = chance.choices((0, 1, 2, 3), (0.3, 0.35, 0.25, 0.1))[0]
    year = YEAR - head_age + chance.randint(22, 28)
    for _child in range(children):
        if year > YEAR:
            break
        born = _day(year, chance)
        for _same_day in range(2 if chance.random() < 0.02 else 1):
            join(surname, chance.choice("12"), born, shared if chance.random() < 0.5 else "")
        year += chance.randint(1, 5)
    if chance.random() < 0.25:
        join(surname, chance.choice("12"), _day(YEAR - head_age - chance.randint(20, 30), chance))


def _day(year: int, chance: random.Random) -> dt.date:
    return dt.date(max(year, 1922), 1, 1) + dt.timedelta(days=chance.randrange(365))


def _phone(chance: random.Random) -> str:
    return f"1{chance.choice('356789')}{chance.randrange(10**9):09d}"


# --- how it was written down -------------------------------------------------------------------------------------------


@cache
def _by_shape() -> dict[str, str]:
    groups = (DATA / "look_alike_typos.txt").read_text(encoding="utf-8").splitlines()
    alike: dict[str, str] = {}
    for group in groups:
        if not group.startswith("#"):
            for char in group:
                alike[char] = alike.get(char, "") + group.replace(char, "")
    return alike


@cache
def _by_sound() -> dict[str, str]:
    """Characters of names that are read the same, with or without the tone."""
    names = {*_characters()[0], *(s for s in _surnames()[0] if len(s) == 1)}
    groups: dict[str, str] = defaultdict(str)
    for char in sorted(names):
        groups[pinyin(char, style=Style.NORMAL)[0][0]] += char
    return {char: group.replace(char, "") for group in groups.values() for char in group if len(group) > 1}


def _told(human: Human, chance: random.Random, mix: Mix, own_id: str) -> Candidate:
    home, random_ = human.home, chance.random
    is_moved = random_() < mix.moved
    born = _told_born(human, chance, mix)
    address = "" if random_() < mix.address_missing else home.address
    if address and random_() < mix.address_short:
        address = address.split("街道")[-1] if random_() < 0.7 else address.split("组")[0][:-1]
    place, number = home.place, "" if random_() < mix.number_missing else home.number
    if is_moved:
        village = chance.randint(1, 40)
        place, number = f"990704{1 + village // 60:03d}{1 + village % 60:03d}", ""
        address = (
            f"潍坊市坊子区凤凰街道新村{chance.randint(1, 30)}号楼{chance.randint(1, 4)}单元{chance.randint(101, 606)}"
        )
    kin = tuple(one.name for one in home.members if one is not human and random_() >= mix.kin_left_out)
    if random_() < mix.kin_other:
        kin = tuple("".join(chance.choices(*_characters(), k=3)) for _one in range(chance.randint(1, 3)))
    sex = "" if random_() < mix.sex_missing else human.sex
    return Candidate(
        id=own_id,
        name=_told_name(human, chance, mix),
        id_number=_told_id(human, chance, mix),
        phones=_told_phone(human, chance, mix),
        born=born,
        sex={"1": "2", "2": "1"}[sex] if sex and random_() < mix.sex_wrong else sex,
        address=address,
        place=place,
        household=number,
        kin=() if is_moved and random_() < 0.7 else kin,
    )


def _told_name(human: Human, chance: random.Random, mix: Mix) -> str:
    name = human.name
    if "·" in name:
        if chance.random() < 0.4:
            return name.replace("·", chance.choice(("", " ", ".", "•")))
        return name
    for table, how_often in ((_by_shape(), mix.look_alike), (_by_sound(), mix.sound_alike)):
        if chance.random() < how_often:
            place = chance.randrange(1 if chance.random() < 0.85 else 0, len(name))
            if others := table.get(name[place]):
                name = name[:place] + chance.choice(others) + name[place + 1 :]
    dice = chance.random()
    if dice < mix.characters_swapped and len(name) == 3:
        return name[0] + name[2] + name[1]
    if (dice := dice - mix.characters_swapped) < mix.character_missing and len(name) == 3:
        return name[0] + chance.choice(name[1:])
    if (dice := dice - mix.character_missing) < mix.nickname and len(name) > 1:
        return chance.choice((f"小{name[-1]}", f"老{name[0]}", f"阿{name[-1]}", name[1:]))
    if (dice := dice - mix.nickname) < mix.pinyin:
        words = [lazy_pinyin(name[0])[0].title(), "".join(lazy_pinyin(name[1:])).title()]
        return " ".join(words if chance.random() < 0.6 else reversed(words))
    if dice - mix.pinyin < mix.other_name:
        return name[0] + "".join(chance.choices(*_characters(), k=chance.choice((1, 2))))
    return name


def _told_id(human: Human, chance: random.Random, mix: Mix) -> str:
    if chance.random() < mix.id_missing:
        return ""
    number = human.id_number
    if chance.random() < mix.id_of_kin and len(human.home.members) > 1:
        return chance.choice([one for one in human.home.members if one is not human]).id_number
    if chance.random() < mix.id_typo:
        place = chance.randrange(17)
        if chance.random() < 0.3 and place < 16:
            return number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        if chance.random() < 0.2:
            return number[:place] + number[place + 1 :]
        return number[:place] + str((int(number[place]) + chance.randint(1, 9)) % 10) + number[place + 1 :]
    return number


def _told_phone(human: Human, chance: random.Random, mix: Mix) -> tuple[str, ...]:
    if chance.random() < mix.phone_missing:
        return ()
    phone = human.phone
    if chance.random() < mix.phone_other:
        phone = _phone(chance)
    elif chance.random() < mix.phone_of_kin:
        phone = chance.choice(human.home.members).phone
    if chance.random() < mix.phone_typo:
        place = chance.randrange(3, 11)
        phone = phone[:place] + str((int(phone[place]) + chance.randint(1, 9)) % 10) + phone[place + 1 :]
    return (phone, human.home.phone) if chance.random() < 0.1 and phone != human.home.phone else (phone,)


def _told_born(human: Human, chance: random.Random, mix: Mix) -> str:
    born, dice = human.born, chance.random()
    told = f"{born:%Y%m%d}"
    if dice < mix.born_missing:
        return ""
    if (dice := dice - mix.born_missing) < mix.born_swapped and born.day <= 12:
        return f"{born:%Y%d%m}"
    if (dice := dice - mix.born_swapped) < mix.born_digit:
        place = chance.choice((3, 5, 6, 7))
        return told[:place] + str((int(told[place]) + chance.randint(1, 9)) % 10) + told[place + 1 :]
    if (dice := dice - mix.born_digit) < mix.born_lunar:
        return f"{born - dt.timedelta(days=chance.randint(20, 50)):%Y%m%d}"
    if (dice := dice - mix.born_lunar) < mix.born_year_only:
        return told[:4]
    if dice - mix.born_year_only < mix.born_wrong:
        return f"{_day(born.year + chance.randint(-6, 6), chance):%Y%m%d}"
    return told
