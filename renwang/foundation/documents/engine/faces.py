"""Which fonts there are to set Chinese with."""

import functools
from dataclasses import dataclass

import typst

from .faults import NoChineseFont

# By preference; free ones first, then what Windows and macOS carry. Serif for what is read, sans for titles and tables.
SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "Songti SC", "SimSun", "FangSong", "STSong")
SANS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "SimHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
)
# For names with characters that the above lack.
RARE = (
    "Noto Serif CJK TC",
    "Noto Serif CJK JP",
    "Noto Sans CJK TC",
    "Noto Sans CJK JP",
    "HanaMinA",
    "HanaMinB",
    "SimSun-ExtB",
)


@dataclass(frozen=True)
class Faces:
    """The families a document is set in, best first, and where typst finds them."""

    serif: tuple[str, ...]
    sans: tuple[str, ...]
    found: typst.Fonts


@functools.cache
def faces(folder: str = "", *, of_system: bool = True) -> Faces:
    """Return the fonts of the system and of a folder of one's own; raises NoChineseFont. Looked for once (0.1 s)."""
    found = typst.Fonts(
        include_system_fonts=of_system, include_embedded_fonts=False, font_paths=[folder] if folder else []
    )
    known = set(found.families())
    serif = tuple(name for name in SERIF if name in known)
    sans = tuple(name for name in SANS if name in known)
    rare = tuple(name for name in RARE if name in known)
    if not serif and not sans:
        raise NoChineseFont
    return Faces(serif=serif + sans + rare, sans=sans + serif + rare, found=found)
