"""A firm's list of staff goes the way of any ledger of persons: read, checked, shown, and only then taken."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry, Promise
from renwang.foundation.sheets.engine import SheetFault
from renwang.loop.registry.queries.imports import problem_in_words
from renwang.loop.registry.rules.verdicts import in_words
from renwang.loop.registry.tests.ledgers import book
from renwang.programmes.enterprise import actions, handlers, queries
from renwang.programmes.enterprise.actions import staff as verbs
from renwang.programmes.enterprise.models import Enterprise, StaffList, StaffRow, Worker
from renwang.programmes.enterprise.rules.enterprises import Refused, Stale
from renwang.programmes.enterprise.rules.filings import NotComplete

from .conftest import MakeSeat, Way, staff_list
from .rosters import HEAD, counts, identity, row, send, take, wrong

# ── refused ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nobody_but_the_firm_and_its_office_sends_takes_or_puts_away_a_list(
    way: Way,
    outsider: Actor,
    cadre: Actor,
    make_seat: MakeSeat,
    other_firm: Enterprise,
    as_actor: Callable[[User], Actor],
) -> None:
    send(way, staff_list())
    stranger = as_actor(make_seat(other_firm, "stranger"))
    told: dict[str, Any] = {"now": way.now, "enterprise_id": way.firm.pk}
    for actor in (outsider, cadre, stranger):
        with pytest.raises(NotAllowed):
            actions.take_staff_list(actor=actor, **told, filename="a.xlsx", content=staff_list())
        with pytest.raises(NotAllowed):
            actions.apply_staff_list(actor=actor, **told)
        with pytest.raises(NotAllowed):
            actions.discard_staff_list(actor=actor, **told)
    for actor in (way.boss, way.office):  # the worker's part is nobody else's
        with pytest.raises(NotAllowed):
            actions.enter_staff(actor=actor, now=way.now, filing_id=way.filing.pk)
    assert not Worker.objects.exists()


@pytest.mark.parametrize(
    ("content", "filename", "zh", "en"),
    [
        (b"PK\x03\x04", "a.xlsx", "损坏", "damaged"),
        (b"", "a.csv", "是空的", "nothing"),
        (book([["商品", "价格", "数量"], ["白菜", 2, 3]]), "a.xlsx", "姓名", "names"),
        (book([HEAD]), "a.xlsx", "", ""),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_the_readers_words_and_changes_nobody(
    way: Way, content: bytes, filename: str, zh: str, en: str
) -> None:
    send(way, staff_list(3))
    take(way)
    kept = send(way, content, filename)
    assert kept.status == "refused" and kept.problem
    for language, words in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            assert words in problem_in_words(kept.problem) != kept.problem
    with pytest.raises(Refused):
        take(way)
    assert Worker.objects.count() == 3


def test_a_file_beyond_the_cap_is_not_taken_in(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    from renwang.foundation.sheets.engine.caps import Caps

    monkeypatch.setattr(verbs, "DEFAULT_CAPS", Caps(zipped=100))
    with pytest.raises(SheetFault):
        send(way, staff_list())
    assert not StaffList.objects.exists()


def test_an_id_number_that_excel_cut_is_refused_explained_and_not_guessed(way: Way) -> None:
    rows = [HEAD, row(1, 身份证号=3.70704198501010e17), row(2, 身份证号="3.70704E+17"), row(3)]
    kept = send(way, book(rows))
    assert wrong() == {2: ("id_number", "lost_digits"), 3: ("id_number", "lost_digits")}
    assert counts(kept) == (1, 0, 0, 2) and take(way) == 1
    with translation.override("zh-hans"):
        chinese = in_words("lost_digits")
    with translation.override("en"):
        assert in_words("lost_digits").startswith("Its last digits are lost") and chinese != in_words("lost_digits")


def test_each_wrong_cell_is_told_as_a_code_with_its_values_and_never_with_what_stands_there(way: Way) -> None:
    bad = identity(1)[:-1] + ("0" if identity(1)[-1] != "0" else "1")
    rows = [
        HEAD,
        row(1, 身份证号=bad),
        row(2, 姓名=""),
        row(3, 身份证号=""),
        row(4, 手机号="无"),
        row(5, 手机号="1540000"),
        row(6, **{"14天内是否到过重点地区": "大概没有吧"}),
        row(7, 是否住宿舍="看情况"),
        row(8, 身份证号="", 手机号=""),
    ]
    kept = send(way, book(rows))
    assert wrong() == {
        2: ("id_number", f"id_check_digit\texpected={identity(1)[-1]}"),
        3: ("name", "no_name"),
        4: ("id_number", "needs_id"),
        5: ("phone", "needs_phone"),
        6: ("phone", "phone_length"),
        7: ("risk", "yes_or_no"),
        8: ("dormitory", "yes_or_no"),
        9: ("id_number", "needs_id\nneeds_phone"),
    }
    assert counts(kept) == (0, 0, 0, 8)
    with pytest.raises(Refused):
        take(way)


def test_whoever_stands_in_the_file_twice_is_wrong_the_second_time_also_on_another_sheet(way: Way) -> None:
    kept = send(way, book([HEAD, row(1), row(2), row(1)], sheets={"二车间": [HEAD, row(2), row(3)]}))
    assert {number % 10_000_000: message for number, (_field, message) in wrong().items()} == {
        4: "same_id\trow=2",
        2: "same_id\trow=3",
    }
    assert counts(kept) == (3, 0, 0, 2) and take(way) == 3


def test_a_filing_is_not_handed_in_while_a_list_waits_to_be_taken(way: Way) -> None:
    way.complete()
    send(way, book([HEAD, row(7)]))
    with pytest.raises(NotComplete) as refused:
        actions.file_resumption(actor=way.boss, now=way.now, enterprise_id=way.firm.pk)
    assert len(refused.value.missing) == 1
    actions.discard_staff_list(actor=way.boss, now=way.now, enterprise_id=way.firm.pk)
    actions.file_resumption(actor=way.boss, now=way.now, enterprise_id=way.firm.pk)
    for verb in (actions.apply_staff_list, actions.discard_staff_list):
        with pytest.raises(Refused):
            verb(actor=way.boss, now=way.now, enterprise_id=way.firm.pk)


# ── shown, taken, sent again ────────────────────────────────────────────────────────────────────────────────────────


def test_sent_again_each_row_is_new_changed_or_unchanged_and_nobody_leaves_unasked(way: Way) -> None:
    send(way, book([HEAD, row(1), row(2), row(3)]))
    assert take(way) == 3
    again = book([HEAD, row(1), row(2, 手机号="15499990002", 来自="武汉"), row(4)])
    kept = send(way, again)
    assert counts(kept) == (1, 1, 1, 0) and kept.leaving == 1
    changed = StaffRow.objects.get(verdict="changed")
    assert changed.detail == "comes_from\t临沂\t武汉\nphone\t154****0002\t154****0002"
    assert take(way) == 4
    assert {one.name for one in queries.known_staff(way.filing.pk)} == {"王工一", "王工二", "王工三", "王工四"}
    assert send(way, book([HEAD, row(1), row(4)])).leaving == 2
    assert take(way, others_leave=True) == 2


def test_whoever_stands_on_a_wrong_row_stays_as_they_were(way: Way) -> None:
    send(way, book([HEAD, row(1), row(2), row(3)]))
    take(way)
    kept = send(way, book([HEAD, row(1), row(2, 手机号="12"), row(3, 身份证号=3.7e17)]))
    assert (kept.rows_wrong, kept.leaving) == (2, 0)
    assert take(way, others_leave=True) == 3
    assert {one.phone for one in queries.known_staff(way.filing.pk)} == {"15400000001", "15400000002", "15400000003"}


def test_sent_twice_or_taken_twice_it_is_once_and_put_away_it_changes_nobody(way: Way) -> None:
    first, second = staff_list(3), book([HEAD, row(5)])
    send(way, first)
    again = actions.take_staff_list(
        actor=way.boss, now=way.now, enterprise_id=way.firm.pk, filename="b.xlsx", content=first
    )
    assert again.is_repeat and StaffList.objects.get().filename == "名单.xlsx"
    assert take(way) == take(way) == 3
    send(way, first)
    assert StaffList.objects.get().status == "applied"
    send(way, second)
    actions.discard_staff_list(actor=way.boss, now=way.now, enterprise_id=way.firm.pk)
    with pytest.raises(Stale):
        actions.discard_staff_list(actor=way.boss, now=way.now, enterprise_id=way.firm.pk)
    with pytest.raises(Stale):
        take(way)
    assert Worker.objects.count() == 3
    assert send(way, second).status == "checked", "what was put away may be sent again"


def test_a_large_list_is_the_workers_and_done_twice_it_is_once(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "AT_ONCE", 0)
    monkeypatch.setattr(verbs, "ROWS_AT_ONCE", 0)
    kept = send(way, staff_list(5, broken=1))
    check = Promise.objects.get(kind=actions.CHECK_STAFF)
    assert kept.status == "checking" and not StaffRow.objects.exists()
    with pytest.raises(Stale):
        take(way)
    handlers.check_staff({**check.payload, "digest": "another file"}, now=way.now)
    assert StaffList.objects.get().status == "checking"
    for _time in range(2):
        handlers.check_staff(check.payload, now=way.now)
    assert counts(StaffList.objects.get()) == (4, 0, 0, 1)
    assert take(way) == 0 and StaffList.objects.get().status == "applying"
    with pytest.raises(Stale):
        send(way, staff_list(2))
    for _time in range(2):
        handlers.enter_staff(Promise.objects.get(kind=actions.ENTER_STAFF).payload, now=way.now)
    assert Worker.objects.count() == 4 and StaffList.objects.get().status == "applied"


def test_everybody_is_sealed_and_the_ledger_names_nobody(way: Way) -> None:
    send(way, book([HEAD, row(1), row(2)]))
    take(way)
    send(way, book([HEAD, row(1, 来自="武汉")]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, id_number, phone, comes_from, was_in_risk_area FROM enterprise_worker")
        raw = b"".join(bytes(cell) for found in cursor.fetchall() for cell in found)
        cursor.execute("SELECT detail FROM enterprise_staffrow WHERE detail IS NOT NULL")
        raw += b"".join(bytes(cell) for found in cursor.fetchall() for cell in found)
        cursor.execute("SELECT blob FROM enterprise_stafflist")
        raw += b"".join(bytes(cell) for found in cursor.fetchall() for cell in found)
    for told in ("王工一", "15400000001", identity(1), "武汉", "临沂"):
        assert told.encode() not in raw
    entries = [
        (one.name, str(one.facts)) for one in Entry.objects.filter(name__startswith="enterprise.").order_by("pk")
    ]
    names = [name for name, _what in entries if "staff" in name]
    assert names.count("enterprise.take_staff_list") == 2 and names.count("enterprise.apply_staff_list") == 1
    assert not any("王工" in what or "154000" in what for _name, what in entries)


# ── on the page ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def owner(settings: Any, firm: Enterprise, make_seat: MakeSeat) -> Client:
    """Who speaks for the mill, in a browser."""
    settings.RENWANG_SECOND_FACTOR = False
    client = Client()
    client.force_login(make_seat(firm), backend="django.contrib.auth.backends.ModelBackend")
    return client


def upload(client: Client, firm: Enterprise, content: bytes) -> str:
    page = reverse("enterprise:staff", args=[firm.pk])
    answer = client.post(page, {"file": SimpleUploadedFile("名单.xlsx", content)}, follow=True)
    return str(answer.content.decode())


def test_the_page_shows_the_verdicts_before_anything_is_taken(
    owner: Client, firm: Enterprise, other_firm: Enterprise
) -> None:
    for name in ("staff", "staff_take", "staff_put_away"):
        assert owner.post(reverse(f"enterprise:{name}", args=[other_firm.pk])).status_code == 404
    text = upload(owner, firm, book([HEAD, row(1), row(2, 手机号="12")]))
    assert "第 3 行" in text and reverse("enterprise:staff_take", args=[firm.pk]) in text
    assert not Worker.objects.exists()
    assert identity(1) not in text and "15400000001" not in text
    owner.post(reverse("enterprise:staff_take", args=[firm.pk]), {"others": "stay"})
    assert Worker.objects.count() == 1
    text = upload(owner, firm, book([HEAD, row(3)]))
    assert 'value="leave"' in text
    text = upload(owner, firm, book([HEAD, row(3), *(row(4, 身份证号=f"bad{n}") for n in range(23))]))
    assert "另有 3 行有误" in text
    english = owner.get(reverse("enterprise:filing", args=[firm.pk]), headers={"accept-language": "en"})
    assert english.status_code == 200
    owner.post(reverse("enterprise:staff_take", args=[firm.pk]), {"others": "leave"})
    assert [one.id_number for one in Worker.objects.all()] == [identity(3)]
    upload(owner, firm, book([HEAD, row(4)]))
    owner.post(reverse("enterprise:staff_put_away", args=[firm.pk]))
    assert [one.id_number for one in Worker.objects.all()] == [identity(3)]


def marks(content: bytes) -> Sequence[tuple[str, list[str]]]:
    """Return of each row the verdict in front of it, and the cells that are marked."""
    page: Any = load_workbook(BytesIO(content)).active
    return [
        (str(line[0].value or ""), [cell.coordinate for cell in line[1:] if cell.comment]) for line in page.iter_rows()
    ]


def test_the_firms_own_workbook_comes_back_with_a_verdict_on_every_row_and_the_wrong_cells_marked(
    owner: Client, firm: Enterprise
) -> None:
    page = reverse("enterprise:staff_verdicts", args=[firm.pk])
    assert owner.get(page).status_code == 404
    upload(owner, firm, book([["复工人员名单"], HEAD, row(1), row(2, 手机号="12"), row(3, 是否住宿舍="看情况")]))
    answer = owner.get(page)
    assert answer.status_code == 200
    told = marks(answer.content)
    assert [cells for _words, cells in told] == [[], [], [], ["D4"], ["G5"]]
    assert told[2][0] and "11" in told[3][0]
