"""What the figures of a day are, that they agree with the board, and who may open them."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from conftest import District
from renwang.desk.queries.board import board
from renwang.desk.queries.contacts import day_counts
from renwang.desk.queries.scope import scope_of
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.loop.cases import actions as cases
from renwang.loop.cases import queries as case_queries
from renwang.loop.cases.models import Case
from renwang.loop.indicators import kinds, queries
from renwang.loop.indicators.engine import packed, unpacked
from renwang.loop.indicators.indicators import CaseRows
from renwang.loop.indicators.models import Reckoning
from renwang.loop.indicators.rules import Change, Day, FigureIn, Part, Tally, Unit, change, in_figures, rolled_up
from renwang.loop.rounds.rules import ContactState

from .conftest import TODAY, Lived, keep
from .contract import check_figures_open


@pytest.mark.django_db
def test_a_day_comes_to_what_was_lived(kept: Reckoning, small_district: District) -> None:
    root, street = small_district.root.code, small_district.street.code
    told = queries.figures_of(kept, [root, street, small_district.village.code])
    coverage = told.of(root, "outreach.coverage")
    assert (coverage.numerator, coverage.denominator, in_figures(coverage, Unit.PERCENT)) == (4, 7, "57.1")
    assert told.of(street, "outreach.coverage").denominator == 5
    assert {one.slice: one.numerator for one in told.slices(root, "findings.count")} == {
        "fever": 1,
        "symptoms": 1,
        "needs_food": 2,
    }
    assert told.of(root, "cases.open").numerator == 2
    assert told.of(root, "cases.opened").numerator == 3
    assert told.of(root, "cases.verified").numerator == 1
    assert told.of(root, "cases.hours").value == Decimal(2), "found at ten, verified at noon"
    assert told.of(root, "outreach.modes", "call").numerator == 4
    assert sum(one.numerator for one in told.slices(root, "outreach.dispositions")) == 7


@pytest.mark.django_db
def test_the_figures_agree_with_the_board_where_they_mean_the_same(
    lived: Lived, kept: Reckoning, district: Actor, small_district: District
) -> None:
    root = small_district.root.code
    scope = scope_of(viewer=district, area=root, day=TODAY, today=TODAY)
    midnight = timezone.make_aware(dt.datetime.combine(TODAY, dt.time()))
    shown, _at = board(scope, now=lived.now, midnight=midnight)
    told = queries.figures_of(kept, [root, *(place.code for place in (small_district.street, small_district.village))])
    share = told.of(root, "outreach.coverage")
    assert (share.numerator, share.denominator) == (shown.contacts.total.reached, shown.contacts.total.asked)
    for area in (small_district.street.code, small_district.village.code):
        below = told.of(area, "outreach.coverage")
        of_board = day_counts(scope).under(area)
        assert (below.numerator, below.denominator) == (of_board.reached, of_board.asked)
    assert told.of(root, "outreach.unreached").numerator == shown.unreached
    assert told.of(root, "cases.open").numerator == shown.cases.live > 0
    assert told.of(root, "cases.overdue").numerator == shown.cases.overdue > 0
    by_kind = {one.code: (one.live, one.overdue) for one in shown.cases.by_kind}
    for one in told.slices(root, "cases.open"):
        assert by_kind[one.slice] == (one.numerator, told.of(root, "cases.overdue", one.slice).numerator)
    by_mode = {one.slice: one.numerator for one in told.slices(root, "outreach.modes")}
    assert by_mode == dict(shown.contacts.by_mode)
    assert shown.contacts.by_state[ContactState.REACHED] == told.of(root, "outreach.modes").numerator


@pytest.mark.django_db
def test_what_moved_after_the_day_is_undone_when_the_day_is_counted_later(
    lived: Lived, district: Actor, small_district: District
) -> None:
    root = small_district.root.code
    before = queries.figures_of(keep(TODAY, now=lived.now), [root]).of(root, "cases.open")
    tomorrow = lived.now + dt.timedelta(hours=12)
    still_open = Case.objects.filter(status="open").first()
    assert still_open is not None
    cases.give_up_case(actor=district, now=tomorrow, case_id=still_open.pk, seen="open", reason="住户已迁出本区")
    assert case_queries.counts(viewer=district, now=tomorrow).live == before.numerator - 1
    counted = queries.counted_day(TODAY, now=tomorrow + dt.timedelta(hours=1))
    after = next(one for one in counted.figures if (one.indicator, one.area, one.slice) == ("cases.open", root, ""))
    assert after == before


@pytest.mark.django_db
def test_rows_are_opened_by_role_and_area(
    kept: Reckoning,
    small_district: District,
    helper: Actor,
    street_officer: Actor,
    district: Actor,
    outsider: Actor,
    health_officer: Actor,
) -> None:
    def opened(viewer: Actor, code: str, area: str, slice: str = "") -> bool:
        indicator = kinds.get(code)
        try:
            queries.rows_page(viewer=viewer, reckoning=kept, indicator=indicator, area=area, slice=slice)
        except NotAllowed:
            return False
        return True

    root, street = small_district.root.code, small_district.street.code
    assert not opened(outsider, "cases.open", street)
    assert not opened(helper, "cases.open", street), "a helper sees her own people, not an area"
    assert not opened(street_officer, "cases.open", root)
    assert opened(street_officer, "cases.open", street) and opened(district, "cases.open", root)
    # Whoever has a fever is opened by those who act on it.
    assert not opened(district, "findings.count", root, "fever")
    assert not opened(health_officer, "findings.count", root, "needs_heating")
    assert not opened(health_officer, "findings.count", root), "not all kinds are hers"
    assert opened(health_officer, "findings.count", root, "fever")
    assert not opened(health_officer, "findings.count", root, "has_a_boat"), "what no need answers is not hers"
    assert opened(street_officer, "findings.count", street, "fever")
    assert not opened(street_officer, "findings.count", root, "fever")


@pytest.mark.django_db
def test_any_page_of_rows_is_a_few_queries(
    kept: Reckoning, small_district: District, district: Actor, django_assert_max_num_queries: Callable[..., object]
) -> None:
    with django_assert_max_num_queries(4):  # type: ignore[attr-defined]
        found = queries.rows_page(
            viewer=district,
            reckoning=kept,
            indicator=kinds.get("outreach.coverage"),
            area=small_district.root.code,
            part=Part.ALL,
            size=3,
            number=2,
        )
    assert (len(found.lines), found.total, found.pages) == (3, 7, 3)


@pytest.mark.django_db
def test_a_row_that_is_no_longer_kept_is_counted_and_said(kept: Reckoning, small_district: District) -> None:
    Case.objects.filter(status="open").first().delete()  # type: ignore[union-attr]
    found = queries.rows_page(
        viewer=Actor.system(), reckoning=kept, indicator=kinds.get("cases.opened"), area=small_district.root.code
    )
    assert (found.total, len(found.lines), found.gone) == (3, 2, 1)


@given(st.lists(st.integers(1, 2**62), unique=True, max_size=60))
def test_ids_come_back_as_they_were_packed(ids: list[int]) -> None:
    assert unpacked(packed(ids)) == sorted(ids)


@given(
    st.dictionaries(
        st.sampled_from(["1", "11", "12", "121", "122", "2"]), st.tuples(st.integers(0, 9), st.integers(0, 9))
    )
)
def test_every_area_is_the_sum_of_what_lies_in_it(counts: dict[str, tuple[int, int]]) -> None:
    tallies = [Tally(code, range(1, n + 1), rest=range(100, 100 + rest)) for code, (n, rest) in counts.items()]
    found = rolled_up("a.b", Unit.PERCENT, tallies, areas={"1", "11", "12", "121", "122", "2"})
    for one in found:
        inside = [pair for code, pair in counts.items() if code.startswith(one.area)]
        assert (one.numerator, one.denominator) == (sum(n for n, _ in inside), sum(n + rest for n, rest in inside))


def test_an_index_is_told_as_it_was_computed_and_never_added_up() -> None:
    tallies = [
        Tally("370704", [7, 8, 9], amount=Decimal("93.4")),
        Tally("370704006", [7], amount=Decimal("88.05")),
        Tally("370704003", [8, 9], amount=Decimal("95.1")),
    ]
    found = {one.area: one for one in rolled_up("e.power", Unit.INDEX, tallies, areas={one.area for one in tallies})}
    assert {area: (one.value, one.numerator) for area, one in found.items()} == {
        "370704": (Decimal("93.4"), 3),
        "370704006": (Decimal("88.05"), 1),
        "370704003": (Decimal("95.1"), 2),
    }
    assert in_figures(found["370704"], Unit.INDEX) == "93.4"


@pytest.mark.parametrize(
    ("unit", "figure", "told"),
    [
        (Unit.COUNT, FigureIn("a.b", "1", "", 12040), "12\u2009040"),
        (Unit.PERCENT, FigureIn("a.b", "1", "", 9999, 10000, Decimal("99.99")), "99.9"),
        (Unit.PERCENT, FigureIn("a.b", "1", "", 7, 7, Decimal(100)), "100"),
        (Unit.PERCENT, FigureIn("a.b", "1", "", 1, 90000, Decimal("0.0011")), "0.1"),
        (Unit.PERCENT, FigureIn("a.b", "1", "", 0), "–"),
        (Unit.HOURS, FigureIn("a.b", "1", "", 5400, 1, Decimal("1.5")), "1.5"),
        (Unit.AMOUNT, FigureIn("a.b", "1", "", 2, 0, Decimal("3760000.50")), "3\u2009760\u2009000.5"),
        (Unit.AMOUNT, FigureIn("a.b", "1", "", 0), "0"),
        (Unit.INDEX, FigureIn("a.b", "1", "", 0), "–"),
    ],
)
def test_a_figure_is_never_rounded_to_all_or_none(unit: Unit, figure: FigureIn, told: str) -> None:
    assert in_figures(figure, unit) == told


def test_a_change_is_good_or_bad_only_where_one_direction_is_better() -> None:
    now, then = FigureIn("a.b", "1", "", 5), FigureIn("a.b", "1", "", 8)
    assert change(now, then, Unit.COUNT, "fewer") == Change(Decimal(-3), is_good=True)
    assert change(now, then, Unit.COUNT, "more") == Change(Decimal(-3), is_good=False)
    assert change(now, then, Unit.COUNT, "") == Change(Decimal(-3), is_good=None)
    assert change(now, None, Unit.COUNT, "more") is None
    assert change(FigureIn("a.b", "1", "", 0), then, Unit.PERCENT, "more") is None


@pytest.mark.django_db
def test_an_auditor_of_another_task_has_no_figures(
    small_district: District, make_user: Callable[..., User], as_actor: Callable[[User], Actor]
) -> None:
    auditor = as_actor(make_user("auditor", auditor=small_district.root.code))
    with pytest.raises(NotAllowed):
        queries.area_seen(viewer=auditor, area=small_district.root.code, permission=queries.VIEW)


class Power(kinds.Indicator):
    """An index that a programme computed elsewhere: of the district and of one subdistrict, with the rows behind it."""

    code = "test.power"
    label = counts = method = gettext_lazy("computed at")
    inputs = (gettext_lazy("computed at"),)
    unit = Unit.INDEX
    order = 99
    rows = CaseRows

    def tallies(self, day: Day) -> list[Tally]:
        ids = list(Case.objects.order_by("pk").values_list("pk", flat=True))
        return [Tally("370704", ids, amount=Decimal("93.4")), Tally("370704006", ids[:1], amount=Decimal("88.05"))]


@pytest.mark.django_db
def test_an_index_of_a_programme_opens_to_the_rows_of_each_area_alone(
    lived: Lived, small_district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    power = Power()
    monkeypatch.setitem(kinds._indicators, power.code, power)
    kept = keep(TODAY, now=lived.now)
    assert check_figures_open(power, kept) == 2
    assert len(queries.row_ids(kept, power, "370704")) == 3
    assert len(queries.row_ids(kept, power, "370704006")) == 1
    told = queries.figures_of(kept, ["370704", "370704006", "370704006201"])
    assert told.of("370704", power.code).value == Decimal("93.4")
    assert told.of("370704006201", power.code).value is None, "where none was told there is none"
    behind = queries.rows_of_area(kept, {(power.code, "370704", ""), (power.code, "370704006", "")}, area="370704")
    assert {area: len(counted) for (_code, area, _slice), (counted, _rest) in behind.items()} == {
        "370704": 3,
        "370704006": 1,
    }
