"""Names as people search for them: characters, pinyin, initials. Surnames are read as surnames.

`pypinyin` reads characters as in running text, so 曾 comes out as ceng and 解 as jie; the tables below say how they are read
as surnames (现代汉语词典, 通用规范汉字字典). Where families differ, every reading is a key, the commonest first.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from pypinyin import Style, pinyin

# Characters that are read otherwise as a surname. 覃 is Qin in the south and Tan elsewhere, and so on.
SURNAMES: dict[str, tuple[str, ...]] = {
    "曾": ("zeng",), "解": ("xie",), "仇": ("qiu",), "单": ("shan",), "查": ("zha",), "区": ("ou",), "盖": ("ge", "gai"),
    "任": ("ren",), "华": ("hua",), "朴": ("piao",), "召": ("shao",), "覃": ("qin", "tan"), "翟": ("zhai", "di"),
    "尹": ("yin",), "缪": ("miao",), "宓": ("mi", "fu"), "纪": ("ji",), "燕": ("yan",), "晏": ("yan",), "应": ("ying",),
    "种": ("chong",), "重": ("chong",), "秘": ("bi",), "冼": ("xian",), "洗": ("xian",), "折": ("she",),
    "黑": ("he", "hei"), "员": ("yun",), "贠": ("yun",), "郇": ("xun", "huan"), "乜": ("nie",), "乐": ("yue", "le"),
    "隗": ("wei", "kui"), "佴": ("nai",), "能": ("nai",), "牟": ("mu", "mou"), "逄": ("pang",), "逢": ("feng", "pang"), "句": ("gou",),
    "勾": ("gou",), "钭": ("tou",), "角": ("jue",), "哈": ("ha",), "藏": ("zang",), "晁": ("chao",), "么": ("yao",),
    "幺": ("yao",), "车": ("che",), "亓": ("qi",), "祭": ("zhai",), "那": ("na",), "宁": ("ning",), "甯": ("ning",),
    "过": ("guo",), "葛": ("ge",), "令": ("ling",), "都": ("du",), "柏": ("bai", "bo"), "卜": ("bu",), "贾": ("jia",),
    "薄": ("bo",), "褚": ("chu",), "谌": ("chen", "shen"), "沈": ("shen",), "参": ("shen",), "洪": ("hong",), "郗": ("xi", "chi"),
    "郝": ("hao",), "邢": ("xing",), "尉": ("wei",), "尧": ("yao",), "於": ("yu",), "余": ("yu",), "俞": ("yu",), "喻": ("yu",),
    "长": ("chang",), "行": ("xing",), "石": ("shi",), "盛": ("sheng",), "相": ("xiang",), "繁": ("po",), "撒": ("sa",),
    "会": ("gui",), "适": ("kuo",), "瞿": ("qu",), "阚": ("kan",), "訾": ("zi",), "仝": ("tong",), "阙": ("que",), "麦": ("mai",),
    "占": ("zhan",), "臧": ("zang",), "费": ("fei", "bi"), "郦": ("li",), "茹": ("ru",), "强": ("qiang",), "降": ("jiang",),
    "曲": ("qu",), "屈": ("qu",), "奇": ("qi",), "观": ("guan",), "冠": ("guan",), "干": ("gan",), "朝": ("chao",), "少": ("shao",),
    "吕": ("lv",), "闾": ("lv",), "率": ("shuai",), "莘": ("shen", "xin"), "蕃": ("pi",), "谷": ("gu",),
    "眭": ("sui",), "僪": ("yu",), "嵇": ("ji",), "宿": ("su",), "戚": ("qi",), "芮": ("rui",), "粘": ("nian",), "褶": ("zhe",),
}  # fmt: skip

COMPOUND: dict[str, tuple[str, ...]] = {
    "欧阳": ("ouyang",), "司马": ("sima",), "上官": ("shangguan",), "诸葛": ("zhuge",), "尉迟": ("yuchi",), "万俟": ("moqi",),
    "单于": ("chanyu",), "长孙": ("zhangsun",), "宇文": ("yuwen",), "司徒": ("situ",), "司空": ("sikong",), "夏侯": ("xiahou",),
    "皇甫": ("huangfu",), "公孙": ("gongsun",), "令狐": ("linghu",), "慕容": ("murong",), "东方": ("dongfang",),
    "独孤": ("dugu",), "南宫": ("nangong",), "西门": ("ximen",), "端木": ("duanmu",), "百里": ("baili",), "呼延": ("huyan",),
    "轩辕": ("xuanyuan",), "太史": ("taishi",), "申屠": ("shentu",), "澹台": ("tantai",), "公冶": ("gongye",),
    "宗政": ("zongzheng",), "濮阳": ("puyang",), "淳于": ("chunyu",), "赫连": ("helian",), "拓跋": ("tuoba",), "完颜": ("wanyan",),
    "钟离": ("zhongli",), "闻人": ("wenren",), "鲜于": ("xianyu",), "闾丘": ("lvqiu",), "司寇": ("sikou",), "亓官": ("qiguan",),
    "子车": ("ziju",), "颛孙": ("zhuansun",), "东郭": ("dongguo",), "梁丘": ("liangqiu",), "左丘": ("zuoqiu",),
    "羊舌": ("yangshe",), "第五": ("diwu",), "纳兰": ("nalan",), "叶赫": ("yehe",), "爱新觉罗": ("aixinjueluo",),
    "贺兰": ("helan",), "哥舒": ("geshu",), "屈突": ("qutu",), "段干": ("duangan",),
}  # fmt: skip

# Syllables of a compound surname, for its initials: 欧阳 is "oy".
_COMPOUND_INITIALS: dict[str, str] = {
    name: "".join(p[0][0] for p in pinyin(name, style=Style.NORMAL)) for name in COMPOUND
} | {"尉迟": "yc", "万俟": "mq", "单于": "cy", "长孙": "zs", "澹台": "tt", "子车": "zj"}

_DOTS = re.compile(r"\s*[·•・‧∙⋅．.]\s*")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af〇]")
_MOST_READINGS = 4


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its normal form. Parts of a minority or foreign name stand in `given`, with `·` between them."""

    full: str
    surname: str
    given: str


def normal_name(text: str) -> str:
    """One spelling of a name: full-width forms plain, one kind of dot, no spaces between characters."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("\u200b", "")
    if _HAN.search(plain):
        plain = re.sub(r"\s+", "", _DOTS.sub("·", plain)).strip("·")
    else:
        plain = re.sub(r"\s+", " ", plain)
    # What stood apart may be one character now: a letter and the mark that belongs above it.
    return unicodedata.normalize("NFKC", plain)


def split_name(text: str) -> Name:
    """Surname and given name. Names with `·` and Latin names have no surname that could be told apart safely."""
    full = normal_name(text)
    if not _HAN.match(full) or "·" in full:
        return Name(full, "", full)
    for length in (4, 2):
        if len(full) > length and full[:length] in COMPOUND:
            return Name(full, full[:length], full[length:])
    return Name(full, full[:1], full[1:])


def name_pinyin(text: str) -> str:
    """The commonest reading, for sorting and display: 曾国藩 → `zeng guofan`, ü written v."""
    name = split_name(text)
    given = "".join(_read(c)[0] for c in name.given if c != "·") if _HAN.search(name.given) else name.given.lower()
    return f"{_surname_readings(name.surname)[0][0]} {given}".strip()


def name_initials(text: str) -> str:
    """The first letters of the commonest reading: 欧阳修 → `oyx`."""
    name = split_name(text)
    if not _HAN.search(name.full):
        return "".join(part[0] for part in re.split(r"[\s\-']+", name.full.lower()) if part)
    return _surname_readings(name.surname)[0][1] + "".join(_read(c)[0][:1] for c in name.given if c != "·")


def search_keys(text: str) -> set[str]:
    """Everything under which a person may be looked for, in lower case: the name, the given name, pinyin of both,
    initials; for a name in parts also each part. Empty for an empty name."""
    name = split_name(text)
    if not name.full:
        return set()
    if not _HAN.search(name.full):
        return _latin_keys(name.full)
    keys = {name.full.lower(), name.given.lower()}
    for piece in name.given.split("·"):
        keys |= {piece.lower(), "".join([_read(c)[0] for c in piece])}
    plain = name.given.replace("·", "")
    keys.add(plain.lower())
    if "·" in name.full:
        keys.add(name.full.replace("·", "").lower())
    surnames = _surname_readings(name.surname)
    for sounds in product(*[_read(c) for c in plain]) if _few(plain) else [tuple(_read(c)[0] for c in plain)]:
        given, initials = "".join(sounds), "".join([s[:1] for s in sounds])
        keys.add(given)
        for sound, letters in surnames:
            keys.add(sound + given)
            keys.add(letters + initials)
    keys |= {key.replace("v", "u") for key in keys if "v" in key and key.isascii()}  # lv is typed lu as often
    keys.discard("")
    return keys


def query_key(text: str) -> str:
    """What a searcher typed, in the form of the keys: lower case, `lü` as `lv`, no spaces, apostrophes or tone marks."""
    plain = normal_name(text).lower()
    if _HAN.search(plain):
        return plain
    return _without_marks(plain.replace("ü", "v").replace("u:", "v")).replace(" ", "").replace("'", "")


@lru_cache(maxsize=65_536)
def _read(char: str) -> tuple[str, ...]:
    """The reading in a given name. A second one joins only for characters that are common in names both ways."""
    if char in _GIVEN:
        return _GIVEN[char]
    if not _HAN.match(char):
        return (char.lower(),)
    return (pinyin(char, style=Style.NORMAL)[0][0],)


# Characters of given names that are heard both ways, or that pypinyin alone reads otherwise than names do.
_GIVEN: dict[str, tuple[str, ...]] = {
    "乐": ("le", "yue"), "长": ("chang", "zhang"), "朝": ("chao", "zhao"), "重": ("chong", "zhong"), "行": ("xing", "hang"),
    "茜": ("qian", "xi"), "娜": ("na", "nuo"), "莎": ("sha", "suo"), "曾": ("zeng", "ceng"), "盛": ("sheng",), "藏": ("cang", "zang"),
    "晟": ("sheng", "cheng"), "柏": ("bai", "bo"), "传": ("chuan",), "调": ("tiao", "diao"), "少": ("shao",), "都": ("du",),
    "单": ("dan", "shan"), "大": ("da",), "石": ("shi",), "兴": ("xing",), "降": ("xiang", "jiang"), "会": ("hui",), "洗": ("xi",),
    "朴": ("pu",), "思": ("si",), "尉": ("wei",), "还": ("huan",), "好": ("hao",), "地": ("di",), "得": ("de",), "强": ("qiang",),
    "车": ("che",), "谷": ("gu",), "若": ("ruo",), "觉": ("jue",), "隽": ("jun", "juan"), "婼": ("ruo",), "荨": ("xun", "qian"),
}  # fmt: skip


@lru_cache(maxsize=8_192)
def _surname_readings(surname: str) -> tuple[tuple[str, str], ...]:
    """Pairs (sound, initials) of a surname, the commonest first."""
    if not surname:
        return (("", ""),)
    if surname in COMPOUND:
        return tuple((sound, _COMPOUND_INITIALS[surname]) for sound in COMPOUND[surname])
    sounds = SURNAMES.get(surname) or (pinyin(surname, style=Style.NORMAL)[0][0],)
    return tuple((sound, sound[:1]) for sound in sounds)


def _few(text: str) -> bool:
    count = 1
    for char in text:
        count *= len(_read(char))
    return count <= _MOST_READINGS


def _latin_keys(full: str) -> set[str]:
    """Latin names are found by the whole, by each word, without spaces, and by initials; with or without marks."""
    lower = full.lower()
    keys = set()
    for form in (lower, _without_marks(lower)):
        words = [w for w in re.split(r"[\s\-'’.,·]+", form) if w]
        keys |= {form, "".join(words), "".join(w[0] for w in words), *words}
    keys.discard("")
    return keys


def _without_marks(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
