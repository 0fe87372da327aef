"""The ledgers that two offices would keep of invented villages (`linkage_villages.py`): labelled records to train and to test on.

Every error has its own probability (`Mix`); training and test differ in seed and in the mix. The confusions by shape come from another
table (`data/look_alike_typos.txt`) than the one the engine has, so that it meets some it does not know.
"""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cache

from pypinyin import Style, lazy_pinyin, pinyin

from benchmarks.linkage_villages import DATA, Human, characters, day_of, phone_of, surnames, villages
from renwang.loop.registry.engine.linkage import Candidate


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
    humans = villages(int(people * 1.35), chance)
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
    names = {*characters()[0], *(s for s in surnames()[0] if len(s) == 1)}
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
        kin = tuple("".join(chance.choices(*characters(), k=3)) for _one in range(chance.randint(1, 3)))
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
        return name[0] + "".join(chance.choices(*characters(), k=chance.choice((1, 2))))
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
        phone = phone_of(chance)
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
        return f"{day_of(born.year + chance.randint(-6, 6), chance):%Y%m%d}"
    return told
