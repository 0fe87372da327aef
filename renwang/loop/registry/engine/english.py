"""A name in Latin letters for a division whose list gives none: 九龙街道 → Jiulong, 槐荫社区 → Huaiyin Community."""

import re

from pypinyin import Style, lazy_pinyin

# The word for what it is, longest first, and what stands for it in English; of a subdistrict or district the name alone is used.
_ENDINGS: tuple[tuple[str, str], ...] = (
    ("社区居民委员会", "Community"),
    ("社区居委会", "Community"),
    ("居民委员会", "Community"),
    ("村民委员会", "Village"),
    ("街道办事处", ""),
    ("居委会", "Community"),
    ("村委会", "Village"),
    ("自治区", ""),
    ("社区", "Community"),
    ("街道", ""),
    ("网格", "Grid"),
    ("村", "Village"),
    ("镇", "Town"),
    ("乡", "Township"),
    ("区", ""),
    ("县", ""),
    ("市", ""),
    ("省", ""),
)
_HAN = re.compile(r"[\u3400-\u9fff]+")


def english_name(name: str) -> str:
    """Return the name in pinyin with the English word for what it is; a name without Chinese characters stays as it is."""
    plain = name.strip()
    if not _HAN.search(plain):
        return plain
    stem, kind = plain, ""
    for ending, word in _ENDINGS:
        if plain.endswith(ending) and plain != ending:
            stem, kind = plain.removesuffix(ending).removesuffix("村") or plain, word
            break
    spelt = _HAN.sub(lambda found: f" {_spelt(found.group())} ", stem)
    return " ".join(f"{spelt} {kind}".split())[:80]


def _spelt(characters: str) -> str:
    """Return characters as one word: an apostrophe where a syllable without consonant follows (Fang'an)."""
    syllables = lazy_pinyin(characters, style=Style.NORMAL, v_to_u=True)
    word = syllables[0] + "".join(f"'{one}" if one[0] in "aoe" else one for one in syllables[1:])
    return word[:1].upper() + word[1:]
