"""Pages of the register: who may not, who may, and that they cost the same however much is in it."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from conftest import District, Family, MakeFamily
from renwang.foundation.access.models import Look
from renwang.foundation.access.rules import Actor
from renwang.loop.registry import queries
from renwang.loop.registry.models import Enrolment, Household, ImportBatch, Merge, Person, SearchKey, Subject
from renwang.loop.registry.queries.imports import checked, problem_in_words

from .test_imports import GOOD, row
from .test_register_households import id_of, many, register
from .workbooks import workbook

AsUser = Callable[[Actor], Client]


def test_the_register_shows_the_area_and_nothing_else(
    family: Family, street_officer: Actor, outsider: Actor, as_user: AsUser
) -> None:
    assert "刘德顺" not in as_user(outsider).get("/register/").content.decode()
    assert as_user(outsider).get(f"/register/{family.household.pk}/").status_code == 404
    page = as_user(street_officer).get("/register/").content.decode()
    assert "刘德顺" in page and "154000" not in page


@pytest.mark.parametrize("filters", ["?name=liude", "?name=刘家人1", "?area=370704006201", "?area=370704006"])
def test_the_list_is_filtered(family: Family, street_officer: Actor, as_user: AsUser, filters: str) -> None:
    assert "刘德顺" in as_user(street_officer).get(f"/register/{filters}").content.decode() or "liude" in filters


def test_the_list_costs_the_same_for_five_and_for_fifty(
    small_district: District,
    street_officer: Actor,
    as_user: AsUser,
    now: dt.datetime,
    django_assert_max_num_queries: Any,
) -> None:
    client = as_user(street_officer)
    for count in (5, 50):
        register(street_officer, now, *many(small_district.village.code, count))
        with django_assert_max_num_queries(20):
            assert client.get("/register/").status_code == 200
        with django_assert_max_num_queries(20):
            assert client.get("/register/search/?q=赵").status_code == 200


def test_a_helper_may_look_but_not_mend(family: Family, helper: Actor, as_user: AsUser) -> None:
    client = as_user(helper)
    assert client.get(f"/register/{family.household.pk}/").status_code == 200
    for path in ("/register/new/", "/register/imports/", "/register/merges/", "/register/imports/template.xlsx"):
        assert client.get(path).status_code == 403
    for path in ("correct", "move", "members", "ledgers"):
        assert client.post(f"/register/{family.household.pk}/{path}/").status_code == 403


def test_a_household_enters_by_form_and_gets_a_member_and_a_ledger(
    small_district: District, street_officer: Actor, as_user: AsUser
) -> None:
    client = as_user(street_officer)
    wrong = {
        "division": small_district.village.code,
        "name": "张三",
        "id_number": id_of(30)[:-1] + "?",
        "phone": "154abc",
    }
    page = client.post("/register/new/", wrong).content.decode()
    assert not Household.objects.exists() and "id_id_number" in page
    answer = client.post(
        "/register/new/",
        {
            "division": small_district.village.code,
            "name": "张三",
            "id_number": id_of(30),
            "phone": "15400000030",
            "address": "5号",
        },
        follow=True,
    )
    assert answer.status_code == 200
    household = Household.objects.get()
    base = f"/register/{household.pk}/"
    client.post(f"{base}members/", {"member-name": "张小", "member-relation": "son", "member-sex": "1"})
    assert Subject.objects.filter(kind="person").count() == 2
    client.post(f"{base}members/", {"member-name": "张大", "member-relation": "head"})
    assert Subject.objects.filter(kind="person").count() == 2  # one head
    client.post(f"{base}ledgers/", {"programme": "poor_household", "reason": "因病"})
    enrolment = Enrolment.objects.get(programme_id="poor_household")
    client.post(f"{base}ledgers/{enrolment.pk}/end/")
    enrolment.refresh_from_db()
    assert enrolment.until is not None
    client.post(f"{base}correct/", {"number": "F77", "address": "6号", "phone": ""})
    household.refresh_from_db()
    assert (household.number, household.address, household.phone) == ("F77", "6号", "15400000030")
    son = Person.objects.get(subject__name="张小")
    client.post(
        f"{base}members/{son.pk}/", {"name": "张晓", "sex": "1", "id_number": "", "phone": "", "born_on": "2001-02-03"}
    )
    son.subject.refresh_from_db()
    assert son.subject.name == "张晓"
    client.post(f"{base}move/", {"division": small_district.next_village.code})
    assert Subject.objects.filter(division=small_district.next_village).count() == 3


def test_a_sealed_value_is_shown_once_after_a_reason_and_kept_by_nobody(
    family: Family, helper: Actor, outsider: Actor, as_user: AsUser
) -> None:
    url = f"/register/reveal/{family.household.pk}/phone/"
    assert as_user(outsider).post(url, {"reason": "看看"}).status_code == 404
    client = as_user(helper)
    assert client.post(url, {"reason": ""}, headers={"accept": "text/plain"}).status_code == 400
    assert client.get(url).status_code == 200
    assert not Look.objects.exists()
    answer = client.post(url, {"reason": "打电话"}, headers={"accept": "text/plain"})
    assert answer.content.decode() == Household.objects.get(pk=family.household.pk).phone
    assert "no-store" in answer["Cache-Control"] and answer["Content-Type"].startswith("text/plain")
    assert Look.objects.get().field == "phone"
    assert client.post(f"/register/reveal/{family.household.pk}/number/", {"reason": "打电话"}).status_code == 404


def test_two_records_are_compared_merged_and_parted(
    family: Family, make_family: MakeFamily, street_officer: Actor, outsider: Actor, as_user: AsUser
) -> None:
    other = make_family("刘得顺")
    for subject in (other.head, other.household):
        SearchKey.objects.create(subject=subject, code=subject.division_id, key="liudeshun")
    client = as_user(street_officer)
    pair = f"one={family.household.pk}&other={other.household.pk}"
    assert as_user(outsider).get(f"/register/merges/compare/?{pair}").status_code == 404
    assert client.get(f"/register/merges/compare/?{pair}").status_code == 200
    assert client.get(f"/register/merges/compare/?one={family.household.pk}").status_code == 200
    assert (
        f"other={other.household.pk}"
        in client.get(f"/register/merges/compare/?one={family.household.pk}").content.decode()
    )
    told = {"kept": family.household.pk, "gone": other.household.pk, "reason": "重复"}
    assert as_user(outsider).post("/register/merges/new/", told).status_code == 404
    client.post("/register/merges/new/", told)
    merge = Merge.objects.get()
    assert "重复" in client.get("/register/merges/").content.decode()
    assert as_user(outsider).post(f"/register/merges/{merge.pk}/undo/").status_code == 404
    client.post(f"/register/merges/{merge.pk}/undo/")
    merge.refresh_from_db()
    assert merge.undone_at is not None


def test_a_workbook_is_sent_looked_at_and_entered(
    small_district: District, street_officer: Actor, outsider: Actor, as_user: AsUser
) -> None:
    client = as_user(street_officer)
    assert client.get("/register/imports/").status_code == 200
    content = workbook([*GOOD, row("F9", "坏", "123", "户主")])
    answer = client.post(
        "/register/imports/", {"area": "370704006", "file": SimpleUploadedFile("台账.xlsx", content)}, follow=True
    )
    batch = ImportBatch.objects.get()
    page = answer.content.decode()
    assert batch.status == "checked" and "18" in page
    assert as_user(outsider).get(f"/register/imports/{batch.pk}/").status_code == 404
    assert as_user(outsider).post(f"/register/imports/{batch.pk}/apply/").status_code == 404
    marked = client.get(f"/register/imports/{batch.pk}/marked.xlsx")
    sheet = load_workbook(BytesIO(marked.content)).active
    assert sheet is not None and "18" in str(sheet.cell(6, 1).value)
    client.post(f"/register/imports/{batch.pk}/apply/")
    assert Household.objects.count() == 2
    assert (
        client.post(f"/register/imports/{batch.pk}/apply/", follow=True).status_code == 200
    )  # sent twice: told, not done


def test_a_broken_upload_is_told_and_nothing_is_lost(
    small_district: District, street_officer: Actor, as_user: AsUser
) -> None:
    client = as_user(street_officer)
    answer = client.post(
        "/register/imports/", {"area": "370704006", "file": SimpleUploadedFile("台账.xlsx", b"PK\x03\x04")}, follow=True
    )
    assert ImportBatch.objects.get().status == "refused"
    assert problem_in_words(ImportBatch.objects.get().problem) in answer.content.decode()
    assert client.post("/register/imports/", {"area": "370704003"}).status_code == 200  # not one's own area: told


def test_the_empty_workbook_filled_in_is_understood(
    small_district: District, street_officer: Actor, as_user: AsUser, now: dt.datetime
) -> None:
    book = load_workbook(BytesIO(as_user(street_officer).get("/register/imports/template.xlsx").content))
    sheet = book.worksheets[0]
    titles = {str(cell.value): cell.column for cell in sheet[1]}
    for title, value in {"姓名": "刘德顺", "证件号码": id_of(1), "与户主关系": "户主", "行政村": "示范一村"}.items():
        sheet.cell(2, titles[title]).value = value
    filled = BytesIO()
    book.save(filled)
    found = checked(viewer=street_officer, content=filled.getvalue(), filename="a.xlsx", area="370704006", now=now)
    assert found.problem == "" and len(found.households) == 1


def test_suggestions_are_within_the_area(family: Family, helper: Actor, outsider: Actor, as_user: AsUser) -> None:
    assert "刘德顺" in as_user(helper).post("/register/suggest/", {"q": "刘"}).content.decode()
    assert "刘德顺" not in as_user(outsider).post("/register/suggest/", {"q": "刘"}).content.decode()


def test_no_name_stands_in_an_address_while_one_types(family: Family, helper: Actor, as_user: AsUser) -> None:
    client = as_user(helper)
    assert client.get("/register/suggest/?q=刘").status_code == 405
    page = client.get("/register/search/").content.decode()
    assert 'hx-post="/register/suggest/"' in page and 'method="post" role="search"' in page
    assert "刘德顺" in client.post("/register/search/", {"q": "刘"}).content.decode()  # without script


def test_a_sensitive_ledger_is_shown_to_its_office_only(
    family: Family, street_officer: Actor, district: Actor, as_user: AsUser
) -> None:
    from renwang.loop.registry.models import Programme

    Programme.objects.create(
        code="observation", label="医学观察", label_en="Observation", office="health", is_sensitive=True
    )
    Enrolment.objects.create(subject=family.household, programme_id="observation", since=dt.date(2020, 2, 1))
    assert "observation" not in {
        one.programme for one in queries.enrolments_of(street_officer, [family.household.pk])[family.household.pk]
    }
    assert "observation" in {
        one.programme for one in queries.enrolments_of(district, [family.household.pk])[family.household.pk]
    }
    assert "医学观察" not in as_user(street_officer).get("/register/ledgers/").content.decode()
