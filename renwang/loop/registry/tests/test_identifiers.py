"""Identifiers are refused with a reason, then read, then normal."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renwang.loop.registry.engine.identifiers import (
    Fault,
    make_credit_code,
    make_resident_id,
    read_credit_code,
    read_phone,
    read_phones,
    read_resident_id,
)

days = st.dates(date(1900, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("text", "fault", "expected"),
    [
        ("", Fault.EMPTY, ""),
        ("1101051949123100", Fault.BAD_LENGTH, "18"),
        ("11010519491231O02X", Fault.BAD_CHARACTER, "0-9 X"),
        ("110105194912310021", Fault.BAD_CHECK_DIGIT, "X"),
        ("110105194913310020", Fault.BAD_DATE, "YYYYMMDD"),
        ("010105194912310020", Fault.BAD_AREA, ""),
    ],
)
def test_a_wrong_resident_id_is_refused_with_its_reason(text: str, fault: Fault, expected: str) -> None:
    verdict = read_resident_id(text)
    assert (verdict.fault, verdict.expected) == (fault, expected)


def test_a_birth_date_still_to_come_is_refused() -> None:
    number = make_resident_id("990704", date(2021, 1, 1), 0, "1")
    assert read_resident_id(number, today=date(2020, 2, 17)).fault is Fault.BAD_DATE


@pytest.mark.parametrize(
    ("text", "born_on", "sex"),
    [("11010519491231002X", date(1949, 12, 31), "2"), ("440524188001010014", date(1880, 1, 1), "1")],
)
def test_the_examples_of_the_standard_are_read(text: str, born_on: date, sex: str) -> None:
    number = read_resident_id(text)
    assert (number.is_valid, number.born_on, number.sex) == (True, born_on, sex)


def test_full_width_spaces_and_a_small_x_do_not_matter() -> None:
    assert read_resident_id(" １１０１０５ 19491231 002x ").value == "11010519491231002X"


def test_the_old_number_of_fifteen_digits_becomes_eighteen() -> None:
    number = read_resident_id("110105491231002")
    assert (number.value, number.was_short, number.is_valid) == ("11010519491231002X", True, True)


@given(days, st.integers(0, 499), st.sampled_from("12"))
def test_a_made_number_reads_back_and_any_one_wrong_digit_is_found(born_on: date, seq: int, sex: str) -> None:
    number = make_resident_id("990704", born_on, seq, sex)
    read = read_resident_id(number)
    assert (read.is_valid, read.area, read.born_on, read.sex) == (True, "990704", born_on, sex)
    for i in range(17):
        wrong = number[:i] + str((int(number[i]) + 1) % 10) + number[i + 1 :]
        assert not read_resident_id(wrong).is_valid


def test_the_age_counts_birthdays() -> None:
    number = read_resident_id(make_resident_id("990704", date(1950, 2, 18), 1, "2"))
    assert (number.age_on(date(2020, 2, 17)), number.age_on(date(2020, 2, 18))) == (69, 70)


@pytest.mark.parametrize(
    ("text", "fault", "expected"),
    [
        ("", Fault.EMPTY, ""),
        ("91350100M000100Y4", Fault.BAD_LENGTH, "18"),
        ("91350100M000100I43", Fault.BAD_CHARACTER, "0123456789ABCDEFGHJKLMNPQRTUWXY"),
        ("91350100M000100Y4Z", Fault.BAD_CHARACTER, "0123456789ABCDEFGHJKLMNPQRTUWXY"),
        ("91350100M000100Y44", Fault.BAD_CHECK_DIGIT, "3"),
        ("Q1350100M000100Y43", Fault.BAD_AUTHORITY, "123456789ANY"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_its_reason(text: str, fault: Fault, expected: str) -> None:
    verdict = read_credit_code(text)
    assert (verdict.fault, verdict.expected) == (fault, expected)


def test_the_check_digit_of_the_organisation_within_is_checked_too() -> None:
    from renwang.loop.registry.engine.identifiers import credit_check_character

    body = "91350100M000100Y5"
    verdict = read_credit_code(body + credit_check_character(body))
    assert (verdict.fault, verdict.expected) == (Fault.BAD_ORGANISATION_CHECK_DIGIT, "4")


@pytest.mark.parametrize("text", ["91350100M000100Y43", "91110000600037341L", " 91350100m000100y43 "])
def test_right_credit_codes_are_read(text: str) -> None:
    assert read_credit_code(text).is_valid


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8))
def test_a_made_credit_code_reads_back(organisation: str) -> None:
    assert read_credit_code(make_credit_code("990704", organisation)).is_valid


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.EMPTY),
        ("1540000000", Fault.BAD_LENGTH),
        ("154000000011", Fault.BAD_LENGTH),
        ("12400000001", Fault.NOT_A_PHONE),
        ("154O0000001", Fault.BAD_CHARACTER),
        ("7661234", Fault.NO_AREA_CODE),
        ("0536-12", Fault.NOT_A_PHONE),
        ("无", Fault.BAD_CHARACTER),
    ],
)
def test_a_wrong_phone_is_refused_with_its_reason(text: str, fault: Fault) -> None:
    assert read_phone(text).fault is fault


@pytest.mark.parametrize(
    ("text", "value", "is_mobile"),
    [
        ("154 0000 0001", "15400000001", True),
        ("+86 154-0000-0001", "15400000001", True),
        ("8615400000001", "15400000001", True),
        ("015400000001", "15400000001", True),
        ("手机：15400000001", "15400000001", True),
        ("15400000001.0", "15400000001", True),
        ("１５４００００００01", "15400000001", True),
        ("0536-7661234", "0536-7661234", False),
        ("(0536) 7661234", "0536-7661234", False),
        ("05367661234转801", "0536-7661234-801", False),
        ("0536-7661234-801", "0536-7661234-801", False),
        ("010-62345678", "010-62345678", False),
        ("+86 536 7661234", "0536-7661234", False),
    ],
)
def test_phones_of_every_spelling_get_one_form(text: str, value: str, is_mobile: bool) -> None:
    phone = read_phone(text)
    assert (phone.fault, phone.value, phone.is_mobile) == (None, value, is_mobile)


def test_a_landline_is_completed_with_the_area_code_of_the_place() -> None:
    assert read_phone("7661234", area_code="0536").value == "0536-7661234"


@pytest.mark.parametrize(
    "cell",
    [
        "15400000001/15400000002",
        "15400000001、15400000002",
        "15400000001 15400000002",
        "15400000001；15400000002；15400000001",
        "1540000000115400000002",
        "15400000001\n15400000002",
        "15400000001或15400000002",
    ],
)
def test_several_phones_in_one_cell_are_told_apart(cell: str) -> None:
    assert [p.value for p in read_phones(cell)] == ["15400000001", "15400000002"]


def test_a_wrong_phone_beside_a_right_one_is_reported_and_does_not_hide_it() -> None:
    first, second = read_phones("1540000000/0536-7661234")
    assert (first.fault, second.value) == (Fault.BAD_LENGTH, "0536-7661234")


@given(st.text(max_size=40))
def test_whatever_is_typed_gets_a_verdict_and_never_an_exception(text: str) -> None:
    assert read_resident_id(text).fault is not Fault.EMPTY or not read_resident_id(text).value
    assert read_credit_code(text).fault is not Fault.EMPTY or not read_credit_code(text).value
    assert all(phone.value or phone.fault is not None for phone in read_phones(text))
