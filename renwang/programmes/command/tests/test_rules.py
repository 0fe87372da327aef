"""Decisions without a database: clocks, units, files, figures, numbers."""

import io
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from renwang.foundation.access.rules import Actor, GrantSeen
from renwang.programmes.command import rules
from renwang.programmes.command.engine import paper
from renwang.programmes.command.rules import (
    MOVES,
    Cadence,
    CopyStatus,
    DutyKind,
    FileTold,
    Timetable,
    Unit,
    UnitKind,
    answers_for,
    manages,
    next_number,
    smallest_area,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def packed(*names: str) -> bytes:
    """Return a zip archive that holds parts of these names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return content.getvalue()


def one_role(role: str, area: str, **more: bool) -> Actor:
    return Actor(1, "某人", (GrantSeen(role, area, **more),))


# --- clocks -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def daily(now: datetime) -> Timetable:
    """Acknowledge by two in the afternoon; reports every day at five, from today."""
    local = timezone.localtime(now)
    return Timetable(now + 4 * HOUR, Cadence.DAILY, local.replace(hour=17), (local + 3 * DAY).date())


def test_a_unit_that_has_not_acknowledged_is_late_after_the_hour_and_not_before(
    daily: Timetable, now: datetime
) -> None:
    assert not daily.duty(CopyStatus.SENT, None, now + 4 * HOUR).is_late
    duty = daily.duty(CopyStatus.SENT, None, now + 4 * HOUR + timedelta(seconds=1))
    assert duty.kind == DutyKind.ACKNOWLEDGE and duty.is_late and duty.due_at == daily.acknowledge_by


def test_a_daily_report_is_due_every_day_at_the_same_hour_until_the_last_day(daily: Timetable, now: datetime) -> None:
    first = timezone.localtime(now).date()
    before = daily.duty(CopyStatus.ACKNOWLEDGED, None, now)
    assert (before.kind, before.day, before.is_late) == (DutyKind.REPORT, first, False)
    after = daily.duty(CopyStatus.IN_PROGRESS, first, now + HOUR)
    assert (after.day, after.is_late) == (first + DAY, False)
    missed = daily.duty(CopyStatus.IN_PROGRESS, first, now + DAY + 8 * HOUR)
    assert (missed.day, missed.is_late) == (first + DAY, True)
    told_all = daily.duty(CopyStatus.IN_PROGRESS, first + 3 * DAY, now + 5 * DAY)
    assert told_all.kind == DutyKind.NOTHING
    over = daily.duty(CopyStatus.IN_PROGRESS, first + DAY, now + 9 * DAY)
    assert over.is_late and over.day == first + 3 * DAY


def test_a_report_that_is_due_only_tomorrow_does_not_press_today(daily: Timetable, now: datetime) -> None:
    today = timezone.localtime(now).date()
    assert daily.duty(CopyStatus.ACKNOWLEDGED, None, now).is_pressing(now)
    assert not daily.duty(CopyStatus.IN_PROGRESS, today, now).is_pressing(now)
    assert daily.duty(CopyStatus.RETURNED, None, now).is_pressing(now)


def test_who_is_done_owes_nothing_and_whose_report_came_back_reports_again(daily: Timetable, now: datetime) -> None:
    assert not daily.duty(CopyStatus.DONE, None, now + 2 * DAY).is_open
    assert daily.duty(CopyStatus.RETURNED, None, now).kind == DutyKind.MEND


def test_without_reports_nothing_is_owed_after_acknowledging(now: datetime) -> None:
    assert not Timetable(now + HOUR).duty(CopyStatus.ACKNOWLEDGED, None, now + DAY).is_open


def test_a_report_asked_once_is_late_until_it_comes(now: datetime) -> None:
    once = Timetable(now + HOUR, Cadence.ONCE, timezone.localtime(now + 7 * HOUR))
    assert once.duty(CopyStatus.ACKNOWLEDGED, None, now + 8 * HOUR).is_late
    assert not once.duty(CopyStatus.IN_PROGRESS, timezone.localdate(now), now + 2 * DAY).is_open


def test_a_daily_report_may_be_for_today_or_yesterday_but_not_before_the_directive(daily: Timetable) -> None:
    today = date(2020, 2, 17)
    assert daily.days_to_tell_of(today - DAY, today) == [today, today - DAY]
    assert daily.days_to_tell_of(today, today) == [today]


def test_every_status_of_a_copy_can_be_reached_and_a_done_one_only_goes_back() -> None:
    assert set(MOVES) == set(CopyStatus)
    assert set().union(*MOVES.values()) == set(CopyStatus) - {CopyStatus.SENT}
    assert MOVES[CopyStatus.DONE] == {CopyStatus.RETURNED}


# --- units and who speaks for them --------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "street", "street:370704006:health", "office:370704", "planet:3", "village"])
def test_a_key_that_names_no_unit_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Unit.parse(key)


def test_a_unit_is_told_by_its_key_and_read_from_it() -> None:
    for unit in (Unit(UnitKind.STREET, "370704006"), Unit(UnitKind.OFFICE, "370704", "health")):
        assert Unit.parse(unit.key) == unit


def test_only_the_role_of_a_unit_in_its_area_answers_for_it_and_never_by_emergency_access() -> None:
    village = Unit(UnitKind.VILLAGE, "370704006201")
    assert not answers_for(one_role("village_cadre", "370704006202"), village)
    assert not answers_for(one_role("street_officer", "370704006"), village)
    assert not answers_for(one_role("helper", "370704006201"), village)
    assert not answers_for(one_role("village_cadre", "370704006201", is_lent=True), village)
    assert answers_for(one_role("village_cadre", "370704006201"), village)
    assert answers_for(one_role("health_officer", "370704"), Unit(UnitKind.OFFICE, "370704", "health"))
    assert not answers_for(one_role("health_officer", "370704"), Unit(UnitKind.OFFICE, "370704", "relief"))


def test_an_office_steers_its_own_directives_and_the_command_those_of_its_area() -> None:
    assert not manages(one_role("relief_officer", "370704"), area="370704", office="health")
    assert not manages(one_role("street_officer", "370704006"), area="370704006", office="health")
    assert not manages(one_role("district_command", "370704006"), area="370704", office="health")
    mixed = Actor(1, "某人", (GrantSeen("district_command", "370704006"), GrantSeen("relief_officer", "370704")))
    assert not manages(mixed, area="370704", office="health")
    assert manages(one_role("health_officer", "370704"), area="370704", office="health")
    assert manages(one_role("district_command", "370704"), area="370704006", office="health")


def test_a_round_asks_the_smallest_area_that_holds_all_units() -> None:
    known = ["370704", "370704006", "370704006201"]
    assert smallest_area("370704", ["370704006201", "370704006202"], known) == "370704006"
    assert smallest_area("370704", ["370704006201", "370704003201"], known) == "370704"
    assert smallest_area("370704", [], known) == "370704"


# --- files --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("病毒.exe", b"MZ", "of a kind that is not taken"),
        ("网页.html", b"<script>", "of a kind that is not taken"),
        ("图.svg", b"<svg onload=x>", "of a kind that is not taken"),
        ("没有结尾", b"x", "of a kind that is not taken"),
        ("空.pdf", b"", "is empty"),
        ("假.pdf", b"<html>", "is not what its name says"),
        ("假.docx", packed("xl/workbook.xml"), "is not what its name says"),
        ("宏.xlsx", packed("xl/workbook.xml", "xl/vbaProject.bin"), "is not what its name says"),
        ("坏.xlsx", b"PK\x03\x04broken", "is not what its name says"),
        ("字.txt", b"\x00\x01", "is not what its name says"),
        ("大.pdf", b"%PDF-" + b"0" * rules.MOST_BYTES, "is larger than"),
    ],
)
def test_a_file_that_is_not_safe_is_refused_by_name(name: str, content: bytes, said: str) -> None:
    with translation.override("en"), pytest.raises(rules.FileRefused, match=said) as refused:
        rules.checked_file(FileTold(name, content))
    assert name in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("通知.pdf", b"%PDF-1.7"),
        ("公文.ofd", packed("OFD.xml")),
        ("表.xlsx", packed("[Content_Types].xml", "xl/workbook.xml")),
        ("文.docx", packed("word/document.xml")),
        ("照片.JPG", b"\xff\xd8\xff\xe0"),
        ("名单.csv", "姓名,村".encode("gb18030")),
    ],
)
def test_a_file_that_is_what_it_says_is_taken(name: str, content: bytes) -> None:
    assert rules.checked_file(FileTold(name, content)).label.lower() == name.lower()


def test_a_name_of_a_file_is_only_a_name() -> None:
    assert paper.clean_name("../../etc/名单.csv") == "名单.csv"
    assert paper.clean_name("C:\\照片\\现场.jpg") == "现场.jpg"
    assert paper.clean_name("a\u202egpj.exe") == "agpj.exe"
    assert paper.clean_name("长" * 300 + ".pdf") == "长" * 116 + ".pdf"


def test_more_files_than_a_form_holds_are_refused() -> None:
    with pytest.raises(rules.FileRefused):
        rules.check_files([FileTold("a.txt", b"a")] * (rules.MOST_FILES + 1))


# --- figures and numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["-1", "NaN", "Infinity", "1.5", "99999999999"])
def test_a_number_that_no_unit_can_mean_is_refused(value: str) -> None:
    with pytest.raises(rules.ReportIncomplete):
        rules.check_value("返乡人员", "whole", Decimal(value))


def test_a_missing_figure_is_named() -> None:
    with pytest.raises(rules.ReportIncomplete, match="返乡人员"):
        rules.checked_figures({1: ("返乡人员", "whole"), 2: ("消毒", "whole")}, {2: Decimal(1)})


def test_figures_nobody_asked_for_are_left_out() -> None:
    assert rules.checked_figures({1: ("返乡人员", "whole")}, {1: Decimal(3), 9: Decimal(4)}) == {1: Decimal(3)}


def test_a_reason_of_one_letter_is_none() -> None:
    with pytest.raises(rules.ReasonMissing):
        rules.check_reason(" 。 ")


def test_the_next_number_follows_the_last_and_begins_anew_with_the_year() -> None:
    assert next_number("坊防指发〔2020〕3号", 2020) == "坊防指发〔2020〕4号"
    assert next_number("坊防指发〔2020〕3号", 2021) == "坊防指发〔2021〕1号"
    assert next_number("随便写的", 2020) == ""
