"""Every pair of colours that carries words is legible: the ratio is computed from the tokens themselves, in both themes."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parent.parent / "static" / "renwang" / "renwang.css").read_text(encoding="utf-8")

GROUNDS = ("paper", "surface", "surface-2")
SAID = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3", "accent", "accent-strong", "act") for ground in GROUNDS),
    ("late", "surface"),
    ("verified", "surface"),
    ("ink", "surface-3"),
    ("ink", "accent-soft"),
    ("accent", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    *((meaning, f"{meaning}-soft") for meaning in ("act", "late", "verified", "doing", "quiet")),
    *(("ink", f"{meaning}-soft") for meaning in ("act", "late", "verified", "doing", "quiet")),
    ("on-nav", "nav"),
    ("on-nav", "nav-2"),
    ("on-nav-2", "nav"),
    ("on-nav-2", "nav-2"),
    *(("on-step-low", f"step-{step}") for step in range(3)),
    ("on-step-3", "step-3"),
    ("on-step-4", "step-4"),
]
DRAWN = [("line-strong", "surface"), ("accent", "surface-3"), ("act", "surface")]


def tokens(theme: str) -> dict[str, str]:
    block = re.search(rf'\[data-bs-theme="{theme}"\] \{{(.*?)\}}', CSS, re.DOTALL)
    assert block is not None
    return dict(re.findall(r"--rw-([\w-]+): (#[0-9a-f]{6});", block[1]))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1…21 (WCAG 2.2, 1.4.3)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_ratio_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), SAID)
def test_words_stand_out_from_their_ground(theme: str, ink: str, ground: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), DRAWN)
def test_lines_that_carry_meaning_stand_out(theme: str, line: str, ground: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[line], colours[ground]) >= 3


def test_both_themes_name_the_same_colours() -> None:
    assert tokens("light").keys() == tokens("dark").keys()


def test_chinese_is_never_spaced_out() -> None:
    assert set(re.findall(r"letter-spacing: ([^;]+);", CSS)) == {"0 !important"}
