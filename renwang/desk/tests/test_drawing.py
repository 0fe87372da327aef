"""The drawings tell the truth: they begin at zero and leave nothing out."""

from renwang.desk import drawing


def test_bars_begin_at_zero_and_the_highest_fills_the_height() -> None:
    low, high = drawing.spark_bars([50, 100], height=28)
    assert high.height == 28
    assert low.height == 14
    assert low.y + low.height == high.y + high.height == 28
    assert high.kind == "last"


def test_a_missing_value_is_a_gap_and_not_a_zero() -> None:
    assert [bar.kind for bar in drawing.spark_bars([1, None, 2])] == ["", "none", "last"]


def test_no_bar_leaves_its_ground() -> None:
    assert drawing.share_of(120, 100) == 100
    assert drawing.share_of(-3, 100) == 0
    assert drawing.share_of(None, 100) == 0
    assert drawing.share_of(5, 0) == 0


def test_the_shade_follows_the_share() -> None:
    assert [drawing.shade(share) for share in (None, 0, 0.5, 0.7, 0.85, 0.95)] == ["sx", "s0", "s1", "s2", "s3", "s4"]


def test_tiles_stand_in_reading_order_or_where_they_are_told() -> None:
    placed, width, height = drawing.tiles(
        [{"label": "甲", "share": 1}, {"label": "乙", "row": 2, "column": 0}], 1, 96, 60, 4
    )
    assert [(tile.x, tile.y) for tile in placed] == [(0, 0), (0, 128)]
    assert (width, height) == (96, 188)


def test_a_long_label_is_cut_by_its_breadth() -> None:
    labels = ["黄旗堡街道办事处", "Jiulong", "Hongzhuanxiang"]
    placed, _, _ = drawing.tiles([{"label": label} for label in labels], 2, 96, 60, 4)
    assert [tile.label for tile in placed] == ["黄旗堡街道办…", "Jiulong", "Hongzhuanxiang"]
    assert [tile.tight for tile in placed] == [True, False, True]  # drawn narrower, never over the neighbour
