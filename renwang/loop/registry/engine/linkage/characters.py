"""A Chinese name as it sounds and as it looks: the strings by which two spellings of one name are found."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from pypinyin import Style, pinyin

from ..names import COMPOUND, SURNAMES, normal_name, split_name

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af〇]")
# What speakers of many regions do not tell apart: 平翘舌 (zh z), 鼻边音 (n l), 前后鼻音 (n ng), h f.
_SAME_SOUND = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"), ("hu", "f"))
# 小王, 老李, 阿珍: one of these before a single character is a way of calling somebody, not a surname.
_CALLED = "小老阿"


@dataclass(frozen=True, slots=True)
class Sounds:
    """One name, in every form that is compared. Empty strings for an empty name."""

    name: str  # normal form, without dots
    toned: str  # "zhang1 wei3"
    plain: str  # "zhang wei": surname, then the given name in one word
    folded: str  # "zan wei": what sounds alike in dialects is written alike
    sorted: str  # its words in alphabetical order: parts that were swapped
    part: str  # every character replaced by the one that stands for those sharing its larger part
    stroke: str  # every character replaced by the one that stands for those differing in a stroke
    letters: str  # its characters in order of their code: characters that were swapped
    surname: str  # the surname's folded sound
    last: str  # the last syllable's folded sound
    given: str  # the given name in characters
    called: str  # of 小明, 老王, 阿珍 the one character that tells something, else empty


@lru_cache(maxsize=262_144)
def sounds(text: str) -> Sounds:
    """Return one name in every form that is compared."""
    full = normal_name(text)
    if not full:
        return Sounds(*[""] * 12)
    if not _HAN.search(full):
        return _latin_sounds(full)
    name = split_name(full)
    plain = full.replace("·", "")
    tones = [_toned(char) for char in plain]
    bare = [tone.rstrip("012345") for tone in tones]
    surname = _surname_sound(name.surname, bare)
    size = len(name.surname)
    given = "".join(bare[size:])
    folded = [_folded(sound) for sound in ([surname] if size else []) + bare[size:]]
    words = [surname, given] if size else bare
    called = full[1] if len(full) == 2 and full[0] in _CALLED else ""
    if len(full) == 2 and full[0] == full[1]:
        called = full[0]  # 婷婷
    parts, strokes = _classes()
    return Sounds(
        name=plain,
        toned=" ".join(tones),
        plain=" ".join(word for word in words if word),
        folded=" ".join(folded),
        sorted=" ".join(sorted(word for word in words if word)),
        part="".join(parts.get(char, char) for char in plain),
        stroke="".join(strokes.get(char, char) for char in plain),
        letters="".join(sorted(plain)),
        surname=folded[0],
        last=folded[-1],
        given=name.given.replace("·", "") if size else "",
        called=called,
    )


def _latin_sounds(full: str) -> Sounds:
    """A name in letters, perhaps the pinyin of one in characters: compared by its plain words."""
    words = words_of(full)
    joined = " ".join(words)
    folded = [_folded(word) for word in words] or [""]
    return Sounds(
        name=joined, toned=joined, plain=joined, folded=" ".join(folded), sorted=" ".join(sorted(words)), part=joined,
        stroke=joined, letters="".join(sorted(joined.replace(" ", ""))), surname=folded[0], last=folded[-1], given="", called="",
    )  # fmt: skip


def words_of(text: str) -> list[str]:
    """Return the words of a text in letters: lower case, without marks, ü written v."""
    lower = text.lower().replace("ü", "v").replace("u:", "v")
    marks = "".join(c for c in unicodedata.normalize("NFD", lower) if not unicodedata.combining(c))
    return [word for word in re.split(r"[^0-9a-z\u3400-\u9fff]+", marks.replace("'", "").replace("’", "")) if word]


@cache
def _toned(char: str) -> str:
    return pinyin(char, style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False)[0][0]


def _surname_sound(surname: str, bare: list[str]) -> str:
    if surname in COMPOUND:
        return COMPOUND[surname][0]
    if surname in SURNAMES:
        return SURNAMES[surname][0]
    return bare[0] if surname else ""


@cache
def _folded(sound: str) -> str:
    for long, short in _SAME_SOUND:
        sound = sound.replace(long, short)
    return "l" + sound[1:] if sound[:1] == "n" else sound


@cache
def _classes() -> tuple[dict[str, str], dict[str, str]]:
    """Return for each character the first of those that share its part, and the first of those differing in a stroke."""
    parts: dict[str, str] = {}
    strokes: dict[str, str] = {}
    text = (resources.files(__package__) / "data" / "alike.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        kind, _tab, members = line.partition("\t")
        table = {"part": parts, "stroke": strokes}.get(kind)
        if table is not None:
            table.update(dict.fromkeys(members, members[0]))
    return parts, strokes
