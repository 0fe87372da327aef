"""A method is data: what differs between two published indexes is a field, and a wrong field is named."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from .. import PRESETS, Refused, preset, read_method
from ..methods import CHOICES

WHOLE = """
code = "mine"
source = "the county's own notice"
[resumed]
threshold = 25.5
comparison = ">="
[base]
from = 2019-11-01
to = 2019-11-30
days = "calendar"
[production]
numerator = "all"
[population]
size = ["designated"]
[weights]
resumption = 0.4
production = 0.6
[index]
places = 1
rounding = "down"
ceiling = 100
[gaps]
missing = "left_out"
zero_base = "resumed_if_used"
conflicting = "larger"
absurd_above = 100000
least_points = 90
"""


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("surprise = 1", "surprise"),
        ("[resumed]\nthreshhold = 30", "resumed.threshhold"),
        ('[resumed]\ncomparison = "="', "resumed.comparison"),
        ('[resumed]\nthreshold = "30"', "resumed.threshold"),
        ("[resumed]\nthreshold = 30.123", "resumed.threshold"),
        ("[base]\nfrom = 2020-01-01", "base.from"),
        ('[base]\nfrom = "soon"', "base.from"),
        ("[weights]\nresumption = 0.5\nproduction = 0.6", "weights"),
        ("[index]\nplaces = 9", "index.places"),
        ('[index]\nplaces = "two"', "index.places"),
        ("[gaps]\nleast_points = 97", "gaps.least_points"),
        ("[gaps]\nabsurd_above = 0", "gaps.absurd_above"),
        ("[base]\nwindow = 99", "base.window"),
        ("population = 3", "population"),
        ("code = 3", "code"),
        ('assumed = "all"', "assumed"),
    ],
)
def test_a_wrong_field_is_refused_by_its_name(tmp_path: Path, text: str, field: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(Refused) as refused:
        read_method(path)
    assert (refused.value.code, refused.value.values["field"]) == ("bad_method", field)


def test_a_file_that_is_no_toml_or_not_there_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("= 3")
    with pytest.raises(Refused, match="unreadable_file"):
        read_method(broken)
    with pytest.raises(Refused, match="no_file"):
        read_method(tmp_path / "nowhere.toml")
    with pytest.raises(Refused, match="unknown_method"):
        preset("mars")


def test_every_field_can_be_told_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(WHOLE)
    method = read_method(path)
    assert (method.code, method.threshold, method.comparison) == ("mine", Decimal("25.5"), ">=")
    assert (method.base_from, method.base_to, method.base_days) == (date(2019, 11, 1), date(2019, 11, 30), "calendar")
    assert method.population == {"size": ("designated",)}
    assert (method.weight_resumption, method.places, method.rounding, method.ceiling) == (
        Decimal("0.4"),
        1,
        "down",
        100,
    )
    assert (method.missing, method.zero_base, method.conflicting) == ("left_out", "resumed_if_used", "larger")
    assert method.told()["threshold"] == 25.5


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_names_its_source_and_what_is_assumed(name: str) -> None:
    method = preset(name)
    assert method.code == name
    assert method.source
    assert method.name_zh
    assert method.name_en
    assert method.assumed
    for field, allowed in CHOICES.items():
        assert getattr(method, field) in allowed


def test_the_presets_differ_where_their_sources_do() -> None:
    zhejiang, wuhan, sichuan, hangzhou = (preset(name) for name in PRESETS)
    assert (zhejiang.numerator, wuhan.numerator) == ("resumed", "all")
    assert (wuhan.comparison, sichuan.comparison) == (">=", ">")
    assert (zhejiang.base_from, zhejiang.base_to) == (date(2019, 10, 1), date(2019, 12, 31))
    assert (wuhan.base_from, wuhan.base_to) == (date(2019, 1, 1), date(2019, 6, 30))
    assert (sichuan.base_from, sichuan.base_to) == (date(2019, 12, 1), date(2019, 12, 31))
    assert sichuan.population == {"supply": ("high", "高压")}
    assert (hangzhou.base_kind, hangzhou.ceiling) == ("last_year", None)
