"""Lists of divisions: refused line by line, then placed below their parents."""

import pytest

from renwang.loop.registry.engine.divisions import DivisionFault, demo_district, parent_of, read_divisions, trimmed


def line(code: str, name: str = "n", **more: str) -> dict[str, str]:
    return {"code": code, "name": name, **more}


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([line("")], DivisionFault.NO_CODE),
        ([line("3707-坊")], DivisionFault.BAD_CODE),
        ([line("3707", "")], DivisionFault.NO_NAME),
        ([line("3707"), line("370700000000")], DivisionFault.TWICE),
        ([line("3707"), line("420103")], DivisionFault.NO_PARENT),
        ([line("3707", level="shire")], DivisionFault.BAD_LEVEL),
        ([line("3707"), line("370704", level="province")], DivisionFault.BAD_LEVEL),
        ([line("3707", lon="119.1")], DivisionFault.BAD_PLACE),
        ([line("3707", lon="36.6", lat="119.1")], DivisionFault.BAD_PLACE),
    ],
)
def test_a_bad_line_is_refused_with_its_reason(lines: list[dict[str, str]], fault: DivisionFault) -> None:
    result = read_divisions(lines)
    assert [(e.line, e.fault) for e in result.errors] == [(len(lines) + 1, fault)]
    assert len(result.rows) == len(lines) - 1


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("370000000000", "37"),
        ("370700000000", "3707"),
        ("370704000000", "370704"),
        ("370704003000", "370704003"),
        ("370704003200", "370704003200"),
        ("370704", "370704"),
        ("370700", "3707"),
        ("310100000000.0", "3101"),
        ("370704X01", "370704X01"),
    ],
)
def test_a_national_code_loses_its_empty_groups_and_nothing_else(code: str, short: str) -> None:
    assert trimmed(code) == short


def test_children_find_their_parents_in_any_order() -> None:
    result = read_divisions([line("370704003201"), line("370704003000"), line("370704000000")])
    assert [(r.code, r.level, r.parent) for r in result.rows] == [
        ("370704", "district", ""),
        ("370704003", "street", "370704"),
        ("370704003201", "village", "370704003"),
    ]


def test_a_missing_level_between_is_bridged() -> None:
    assert parent_of("370704003201", {"37", "370704"}) == "370704"


def test_codes_of_another_country_get_their_level_by_depth() -> None:
    result = read_divisions([line("NP"), line("NP03"), line("NP0327"), line("NP032705")])
    assert [r.level for r in result.rows] == ["country", "province", "city", "district"]


def test_a_list_may_hang_below_what_is_known() -> None:
    result = read_divisions([line("370704006201")], known={"370704": "district", "370704006": "street"})
    assert [r.parent for r in result.rows] == ["370704006"]


def test_the_demo_district_is_whole() -> None:
    result = demo_district()
    assert not result.errors
    streets = [r for r in result.rows if r.level == "street"]
    assert [r.code for r in streets if not r.is_internal] == [f"37070400{i}" for i in range(3, 10)]
    assert [(r.code, r.name) for r in streets if r.is_internal] == [("370704X01", "坊子工业发展区")]
    villages = [r for r in result.rows if r.level == "village"]
    assert len({r.name for r in villages}) == len(villages) == 40
    assert all(r.is_demo and r.is_internal and r.lon and r.lat for r in villages)
