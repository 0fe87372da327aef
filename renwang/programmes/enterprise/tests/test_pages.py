"""Pages: workbooks of enterprises with faults, a firm's letter, the gate's code, the three lists; each sees only what is theirs."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Border, Side

from conftest import District
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.models import Entry
from renwang.loop.cases.models import Case
from renwang.programmes.enterprise import actions, forms, queries
from renwang.programmes.enterprise.models import CheckPhoto, Enterprise, Filing, GateShift, Seat

from .conftest import MakeSeat, code


@pytest.fixture
def browser(settings: Any) -> Callable[[User], Client]:
    """Return a function that signs somebody in, the second factor aside."""
    settings.RENWANG_SECOND_FACTOR = False

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def clerk(office: Actor, browser: Callable[[User], Client]) -> Client:
    """The industry office, in a browser."""
    return browser(User.objects.get(pk=office.user_id))


@pytest.fixture
def owner(firm: Enterprise, make_seat: MakeSeat, browser: Callable[[User], Client]) -> Client:
    """Who speaks for the mill, in a browser."""
    return browser(make_seat(firm))


def workbook(*rows: tuple[object, ...]) -> BytesIO:
    book = Workbook()
    page: Any = book.active
    page.append(["企业名称", "统一社会信用代码", "所属镇街", "行业代码", "是否规上", "职工人数", "联系电话"])
    for row in rows:
        page.append(list(row))
    out = BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "企业.xlsx"
    return out


def test_a_workbook_with_faults_enters_nothing_and_names_each_row(clerk: Client, small_district: District) -> None:
    wrong = code(1)[:-1] + ("0" if code(1)[-1] != "0" else "1")
    file = workbook(
        ("甲厂", wrong, "九龙街道", "C17", "是", 10, ""),
        ("乙厂", code(2), "火星镇", "C17", "是", 10, ""),
        ("丙厂", code(3), "九龙街道", "C99", "否", 10, ""),
        ("丁厂", code(4), "九龙街道", "C17", "否", "很多", ""),
        ("戊厂", code(5), "九龙街道", "C17", "否", 10, ""),
        ("戊厂二", code(5), "九龙街道", "C17", "否", 10, ""),
    )
    answer = clerk.post(reverse("enterprise:import"), {"file": file})
    text = answer.content.decode()
    assert answer.status_code == 422
    for part in (code(1)[-1], "火星镇", "C99", "很多"):
        assert part in text
    assert len(answer.context["faults"]) == 5
    assert not Enterprise.objects.exists()


@pytest.mark.parametrize(("column", "value"), [(4, "大概是"), (5, "很多")])
def test_what_a_workbook_does_not_say_clearly_is_asked_about(
    clerk: Client, small_district: District, column: int, value: str
) -> None:
    row: list[object] = ["新厂", code(7), small_district.village.code, "C17", "是", 30, "15400000009"]
    row[column] = value
    answer = clerk.post(reverse("enterprise:import"), {"file": workbook(tuple(row))})
    assert answer.status_code == 422 and value in answer.content.decode()
    assert not Enterprise.objects.exists()


def test_a_workbook_that_is_too_large_is_not_read(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "LARGEST_WORKBOOK", 1000)
    answer = clerk.post(reverse("enterprise:import"), {"file": SimpleUploadedFile("a.csv", b"x" * 1001)})
    assert answer.status_code == 422 and not Enterprise.objects.exists()


def test_a_good_workbook_enters_all_and_sent_again_changes_nothing(clerk: Client, small_district: District) -> None:
    rows = [(f"厂{n}", code(n), "九龙街道", "C17", "是", 10 + n, "") for n in range(5)]
    for _time in range(2):
        assert clerk.post(reverse("enterprise:import"), {"file": workbook(*rows)}).status_code == 302
    assert Enterprise.objects.count() == 5


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"", b"PK\x03\x04broken"])
def test_what_is_no_workbook_is_told_in_words(clerk: Client, owner: Client, firm: Enterprise, content: bytes) -> None:
    file = BytesIO(content)
    file.name = "a.xlsx"
    assert clerk.post(reverse("enterprise:import"), {"file": file}).status_code == 422
    file.seek(0)
    assert owner.post(reverse("enterprise:staff", args=[firm.pk]), {"file": file}).status_code == 302


def test_a_firm_opens_its_own_pages_and_no_others(owner: Client, firm: Enterprise, other_firm: Enterprise) -> None:
    assert owner.get(reverse("enterprise:own_list"))["Location"] == reverse("enterprise:own", args=[firm.pk])
    for name in ("own", "filing", "gate", "letter", "staff_template"):
        assert owner.get(reverse(f"enterprise:{name}", args=[firm.pk])).status_code == 200
        assert owner.get(reverse(f"enterprise:{name}", args=[other_firm.pk])).status_code == 404
    for name in ("board", "list", "filings", "three_lists", "power", "gates", "readings", "day"):
        assert owner.get(reverse(f"enterprise:{name}")).status_code == 403
    for address in ("/register/", "/cases/", "/search/?q=x", "/my/", "/economy/"):
        assert owner.get(address).status_code in (403, 404)


def test_the_letter_is_a_pdf_for_the_firm_its_cadre_and_the_office(
    owner: Client, clerk: Client, firm: Enterprise, cadre_user: User, cadre: Actor, browser: Callable[[User], Client]
) -> None:
    for client in (owner, clerk, browser(cadre_user)):
        answer = client.get(reverse("enterprise:letter", args=[firm.pk]))
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF-")


def test_the_code_at_the_gate_works_without_login_and_tells_who_must_stay_outside(firm: Enterprise) -> None:
    address = reverse("enterprise:gate_self", args=[queries.gate_token(firm.pk)])
    client = Client(enforce_csrf_checks=True)
    assert client.get(address).status_code == 200
    assert client.get(reverse("enterprise:gate_self", args=["forged"])).status_code == 410
    for wrong in ({"degrees": "hot"}, {"degrees": "99"}, {"degrees": "nan"}, {"who": ""}):
        told = {"submission_id": uuid4(), "who": "工号7", "degrees": "36.5"} | wrong
        assert client.post(address, told).status_code == 422
    good = client.post(address, {"submission_id": uuid4(), "who": "工号7", "degrees": "36.5", "has_mask": "on"})
    hot = client.post(address, {"submission_id": uuid4(), "who": "工号8", "degrees": "38,2"})
    assert b"good" in good.content and b"wrong" in hot.content
    row = GateShift.objects.get()
    assert (row.people, row.fevers) == (2, 1)


def test_a_gate_is_told_by_count_or_by_roll_and_faults_keep_what_was_typed(owner: Client, firm: Enterprise) -> None:
    address, day = reverse("enterprise:gate", args=[firm.pk]), timezone.localdate().isoformat()
    base = {"day": day, "shift": "morning", "is_disinfected": "on"}
    bad = owner.post(address, {**base, "submission_id": uuid4(), "people": "5", "measured": "9"})
    assert bad.status_code == 422
    assert owner.post(address, {**base, "submission_id": uuid4()}).status_code == 422
    assert owner.post(address, {**base, "submission_id": uuid4(), "people": "80"}).status_code == 302
    roll = {**base, "submission_id": uuid4(), "roll": "王工 36.5\n李师傅 37.9"}
    assert owner.post(address, roll).status_code == 302
    assert sorted(GateShift.objects.values_list("how", "people", "fevers")) == [("count", 80, 0), ("roll", 2, 1)]


def test_of_too_many_photos_only_as_many_are_read_as_show_that_they_are_too_many(
    clerk: Client, firm: Enterprise, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    seen = actions.check_site

    def noted(**told: Any) -> Any:
        read.append(len(told["photos"]))
        return seen(**told)

    monkeypatch.setattr(actions, "check_site", noted)
    told = {
        "submission_id": uuid4(), "gate_disinfection": "yes", "gate_temperature": "yes", "stock_days": 5, "isolation_room": "yes",
        "canteen": "none", "posters": "yes",
        "photos": [SimpleUploadedFile(f"{n}.jpg", b"\xff\xd8\xff" + b"0" * 50) for n in range(30)],
    }  # fmt: skip
    assert clerk.post(reverse("enterprise:check", args=[firm.pk]), told).status_code == 422
    assert read == [5] and not CheckPhoto.objects.exists()


def test_a_photo_is_opened_by_whoever_sees_the_firm_as_an_office_and_by_nobody_else(
    clerk: Client, outsider: Actor, way: Any, cadre: Actor, browser: Callable[[User], Client]
) -> None:
    jpeg = b"\xff\xd8\xff" + b"0" * 100
    way.accept()
    way.check(cadre, photos=[jpeg])
    address = reverse("enterprise:photo", args=[CheckPhoto.objects.get().pk])
    strangers = [browser(User.objects.get(pk=one.user_id)) for one in (way.boss, outsider)]
    for client in (*strangers, Client()):
        assert client.get(address).status_code in (302, 403, 404)
    answer = clerk.get(address)
    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (200, "image/jpeg", jpeg)


def test_an_officer_sees_the_firms_of_the_own_street_only(
    firm: Enterprise, other_firm: Enterprise, street_officer: Actor, browser: Callable[[User], Client]
) -> None:
    client = browser(User.objects.get(pk=street_officer.user_id))
    text = client.get(reverse("enterprise:list")).content.decode()
    assert "示范纺织厂" in text and "外乡机械厂" not in text
    assert client.get(reverse("enterprise:page", args=[other_firm.pk])).status_code == 404
    assert "外乡机械厂" not in client.get(reverse("enterprise:list") + "?area=370704003").content.decode()


def test_the_list_is_narrowed_and_every_board_figure_leads_to_rows(
    clerk: Client, firm: Enterprise, other_firm: Enterprise
) -> None:
    for query, wanted in (
        ("text=纺织", {"示范纺织厂"}),
        ("industry=C34", {"外乡机械厂"}),
        ("size=designated", {"示范纺织厂"}),
        ("status=none", {"示范纺织厂", "外乡机械厂"}),
        ("status=resumed", set()),
        ("status=to_check", set()),
        ("cadre=none", {"示范纺织厂", "外乡机械厂"}),
        ("area=370704003", {"外乡机械厂"}),
    ):
        text = clerk.get(f"{reverse('enterprise:list')}?{query}").content.decode()
        assert {name for name in ("示范纺织厂", "外乡机械厂") if name in text} == wanted, query
    assert clerk.get(reverse("enterprise:board")).status_code == 200


def test_the_three_lists_and_the_cases_page_show_the_clocks(clerk: Client, boss: Actor, firm: Enterprise) -> None:
    made = actions.ask_for(
        actor=boss, now=timezone.now(), enterprise_id=firm.pk, kind="enterprise.policy", detail={"what": "社保缓缴"}
    )
    assert "社保缓缴" in clerk.get(reverse("enterprise:three_lists")).content.decode()
    page = clerk.get(reverse("cases:page", args=[made.case_id])).content.decode()
    assert reverse("enterprise:answer_request", args=[made.case_id]) in page
    sent = clerk.post(reverse("enterprise:answer_request", args=[made.case_id]), {"answer": "可以缓缴三个月"})
    assert sent.status_code == 302 and Case.objects.get(pk=made.case_id).status == "met"


def own_form(*titles: str, filled: str = "") -> SimpleUploadedFile:
    """Return an office's own form: a heading over all columns, titles, three framed rows, and who signs below."""
    book = Workbook()
    page: Any = book.active
    page["A1"] = "复工复产企业问题、责任、措施清单"
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(titles))
    for place, title in enumerate(titles, 1):
        page.cell(2, place, title)
    for row in (3, 4, 5):
        for place in range(1, len(titles) + 1):
            page.cell(row, place).border = Border(*[Side(style="thin")] * 4)
    if filled:
        page.cell(3, 2, filled)
        page.cell(3, 3, filled)
    page.cell(6, 1, "填表人：")
    out = BytesIO()
    book.save(out)
    return SimpleUploadedFile("三清单.xlsx", out.getvalue())


def test_an_offices_own_form_of_the_three_lists_fills_itself(
    clerk: Client, boss: Actor, firm: Enterprise, outsider: Actor, browser: Callable[[User], Client]
) -> None:
    now = timezone.now()
    actions.ask_for(
        actor=boss, now=now, enterprise_id=firm.pk, kind="enterprise.finance", detail={"what": "原料款", "amount": 80}
    )
    address = reverse("enterprise:three_lists_form")
    for wrong in (
        own_form("姓名", "电话"),
        own_form("序号", "企业名称", "存在问题", filled="已填"),
        SimpleUploadedFile("a.xlsx", b"x"),
    ):
        answer = clerk.post(address, {"file": wrong}, follow=True)
        assert answer.redirect_chain and 'class="rw-notice' in answer.content.decode()
    assert not Entry.objects.filter(name="enterprise.take_three_lists").exists()
    titles = ("序号", "企业名称", "存在问题", "责任单位", "责任人", "完成时限", "整改措施", "领导批示")
    answer = clerk.post(address, {"file": own_form(*titles)})
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment")
    page: Any = load_workbook(BytesIO(answer.content)).worksheets[0]
    row = [page.cell(3, place).value for place in range(1, 9)]
    assert row[:4] == [1, "示范纺织厂", "80 万元 · 原料款", "金融部门"]
    assert row[5] and row[7] is None and page["A1"].value.startswith("复工复产") and page.cell(6, 1).value == "填表人："
    made: Any = load_workbook(BytesIO(clerk.get(address).content)).worksheets[0]
    assert "示范纺织厂" in [cell.value for line in made.iter_rows() for cell in line]
    assert Entry.objects.filter(name="enterprise.take_three_lists").count() == 2
    # Whoever sees nothing of the firm is given an empty list.
    other = browser(User.objects.get(pk=outsider.user_id)).get(address)
    assert "示范纺织厂" not in [
        c.value for line in load_workbook(BytesIO(other.content)).worksheets[0].iter_rows() for c in line
    ]


def test_the_office_never_confirms_for_a_firm(clerk: Client, boss: Actor, firm: Enterprise) -> None:
    made = actions.ask_for(
        actor=boss, now=timezone.now(), enterprise_id=firm.pk, kind="enterprise.policy", detail={"what": "社保缓缴"}
    )
    clerk.post(reverse("enterprise:answer_request", args=[made.case_id]), {"answer": "可以"})
    address = reverse("enterprise:confirm", args=[firm.pk, made.case_id])
    assert clerk.post(address, {"is_met": "yes", "submission_id": uuid4()}).status_code == 404
    assert Case.objects.get(pk=made.case_id).status == "met"


def test_a_link_is_shown_once_it_is_made_and_a_seat_is_ended(
    clerk: Client, firm: Enterprise, make_seat: MakeSeat
) -> None:
    answer = clerk.post(reverse("enterprise:invite", args=[firm.pk]), {"phone": ""})
    assert b"/enterprise/invitation/" in answer.content and b"<svg" in answer.content
    assert clerk.post(reverse("enterprise:invite", args=[firm.pk]), {"phone": "12"}).status_code == 302
    make_seat(firm)
    clerk.post(reverse("enterprise:end_seat", args=[Seat.objects.get().pk]))
    assert Seat.objects.get().until is not None


def test_a_filing_is_answered_from_its_page(clerk: Client, way: Any) -> None:
    filing = way.file()
    returned = clerk.post(
        reverse("enterprise:answer_filing", args=[filing.pk]), {"answer": "return", "reason": ""}, follow=True
    )
    assert Filing.objects.get().status == "filed" and returned.status_code == 200
    clerk.post(reverse("enterprise:answer_filing", args=[filing.pk]), {"answer": "accept"})
    assert Filing.objects.get().status == "accepted"
