"""The pages: who may not, what is empty, how many queries, then what they show and do."""

import io
import uuid
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from conftest import District, MakeUser
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.foundation.documents.engine import NoChineseFont, faces
from renwang.loop.registry.models import Division
from renwang.loop.rounds.models import Round
from renwang.programmes.command import actions, queries
from renwang.programmes.command.models import Attachment, Copy, Directive, Report
from renwang.programmes.command.rules import CopyStatus
from renwang.programmes.command.views import errands, paper

from .conftest import CopyOf

pytestmark = pytest.mark.django_db
Told = Callable[..., dict[str, Any]]
STREET, VILLAGE, NEXT_VILLAGE = "370704006", "370704006201", "370704006202"


@pytest.fixture(autouse=True)
def at_ten(now: datetime, settings: Any) -> Any:
    """Every page is asked for at ten in the morning, in English, the second factor shown."""
    settings.RENWANG_SECOND_FACTOR = False
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def enter() -> Callable[[str], Client]:
    """Return a function that signs somebody in."""

    def entered(username: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
        client.cookies["renwang_language"] = "en"
        return client

    return entered


Enter = Callable[[str], Client]


def typed(now: datetime, **changes: Any) -> dict[str, Any]:
    """Return what the form of a new directive sends."""
    return {
        "submission_id": str(uuid.uuid4()),
        "number": "坊防指发〔2020〕9号",
        "title": "消毒",
        "text": "各村统一消毒。",
        "office": "command",
        "urgency": "urgent",
        "area": "370704",
        "unit": ["all:streets", f"village:{VILLAGE}"],
        "acknowledge_by": "2020-02-17T14:00",
        "cadence": "once",
        "report_by": "2020-02-18T17:00",
        "figure_0": "消毒面积",
        "unit_0": "平方米",
        "kind_0": "decimal",
    } | changes


# --- who may not --------------------------------------------------------------------------------------------------------


def test_an_account_that_is_no_unit_is_told_so_and_has_no_entry_in_the_navigation(
    helper: Actor, make_user: MakeUser, enter: Enter
) -> None:
    make_user("nobody")
    for name in ("helper", "nobody"):
        page = enter(name).get("/directives/")
        assert page.status_code == 403 and 'href="/directives/"' not in page.content.decode()


def test_a_unit_without_a_directive_reads_what_the_page_is_for(cadre: Actor, enter: Enter) -> None:
    page = enter("cadre").get("/directives/").content.decode()
    assert "No directive has come to your unit" in page and "New directive" not in page


def test_strangers_find_no_copy_no_report_no_file_and_no_sheet(
    make_user: MakeUser,
    small_district: District,
    directive: Directive,
    cadre: Actor,
    copy_of: CopyOf,
    enter: Enter,
    now: datetime,
    told: Told,
) -> None:
    make_user("far", village_cadre=small_district.far_village.code)
    village = copy_of(VILLAGE)
    actions.acknowledge(actor=cadre, now=now, copy_id=village.pk)
    actions.report(actor=cadre, now=now, copy_id=village.pk, **told())
    file = Attachment.objects.get(directive=directive)
    stranger = enter("far")
    for path in (
        f"/directives/{directive.pk}/",
        f"/directives/{directive.pk}/paper/",
        f"/directives/copies/{village.pk}/",
        f"/directives/files/{file.pk}/",
    ):
        assert stranger.get(path).status_code == 404, path
    assert stranger.post(f"/directives/copies/{village.pk}/acknowledge/").status_code == 404
    assert directive.title not in stranger.get("/directives/").content.decode()


def test_a_street_does_not_see_the_copies_of_others_nor_their_files(
    directive: Directive, street_officer: Actor, cadre: Actor, copy_of: CopyOf, enter: Enter, told: Told, now: datetime
) -> None:
    village = copy_of(VILLAGE)
    actions.acknowledge(actor=cadre, now=now, copy_id=village.pk)
    sent = told(files=[_file("现场.txt")])
    actions.report(actor=cadre, now=now, copy_id=village.pk, **sent)
    file = Attachment.objects.get(report__copy=village)
    assert enter("street").get(f"/directives/copies/{village.pk}/").status_code == 404
    assert enter("street").get(f"/directives/files/{file.pk}/").status_code == 404
    assert enter("cadre").get(f"/directives/files/{file.pk}/").content == b"x"


def _file(label: str, content: bytes = b"x") -> Any:
    from renwang.programmes.command.rules import FileTold

    return FileTold(label, content)


# --- files and paper ----------------------------------------------------------------------------------------------------


def test_a_file_is_handed_out_as_a_download_that_no_browser_runs(
    directive: Directive, cadre: Actor, enter: Enter
) -> None:
    answer = enter("cadre").get(f"/directives/files/{Attachment.objects.get().pk}/")
    assert answer.content == "姓名,电话".encode()
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Type"] == "text/plain" and "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_directive_is_a_document_to_pin_to_a_wall(
    directive: Directive, cadre: Actor, enter: Enter, language: str
) -> None:
    try:
        faces()
    except NoChineseFont:
        pytest.skip("no Chinese font is installed")
    client = enter("cadre")
    client.cookies["renwang_language"] = language
    answer = client.get(f"/directives/{directive.pk}/paper/")
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF-")
    assert "%E5%9D%8A" in answer["Content-Disposition"]


def test_without_a_font_the_page_says_why_there_is_no_document(
    directive: Directive, cadre: Actor, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_told: Any) -> None:
        raise NoChineseFont

    monkeypatch.setattr(paper, "faces", none)
    page = enter("cadre").get(f"/directives/{directive.pk}/paper/", follow=True)
    assert "no font with Chinese characters" in page.content.decode()


# --- writing and issuing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"unit": []}, "Choose at least one unit"),
        ({"unit": ["street:999"]}, "999"),
        ({"title": ""}, "This field is required"),
        ({"acknowledge_by": "0001-01-01T00:00"}, "too far off"),
        ({"acknowledge_by": "2020-02-16T10:00"}, "has passed already"),
        ({"cadence": "none"}, "Figures come with reports"),
        ({"report_by": ""}, "Say by when the first report is due"),
        ({"office": "health"}, "health"),
    ],
)
def test_a_form_that_is_not_fit_says_what_is_wrong_and_keeps_what_was_typed(
    district: Actor, enter: Enter, now: datetime, changes: dict[str, Any], said: str
) -> None:
    page = enter("district").post("/directives/new/", typed(now, **changes))
    text = page.content.decode()
    assert page.status_code == 422 and said in text and "各村统一消毒。" in text
    assert not Directive.objects.exists()


def test_a_disguised_file_is_refused_in_words(district: Actor, enter: Enter, now: datetime) -> None:
    disguised = SimpleUploadedFile("通知.pdf", b"<script>alert(1)</script>")
    page = enter("district").post("/directives/new/", typed(now, attachments=[disguised]))
    assert page.status_code == 422 and "is not what its name says" in page.content.decode()


def test_a_form_sent_twice_issues_one_directive_to_the_ticked_units(
    district: Actor, enter: Enter, now: datetime
) -> None:
    told, client = typed(now), enter("district")
    for _ in range(2):
        book = io.BytesIO()
        with zipfile.ZipFile(book, "w") as archive:
            archive.writestr("xl/workbook.xml", "")
        told["attachments"] = [SimpleUploadedFile("表.xlsx", book.getvalue()), SimpleUploadedFile("说明.txt", b"a")]
        answer = client.post("/directives/new/", told)
        assert answer.status_code == 302
    made = Directive.objects.get()
    assert sorted(copy.unit.key for copy in made.copies.all()) == [
        "street:370704003",
        "street:370704006",
        f"village:{VILLAGE}",
    ]
    assert made.attachments.count() == 2
    assert [(one.label, one.unit, one.kind) for one in made.figures.all()] == [("消毒面积", "平方米", "decimal")]


def test_the_form_counts_the_units_and_names_those_where_nobody_has_an_account(
    district: Actor, cadre: Actor, enter: Enter
) -> None:
    page = enter("district").post("/directives/preview/", {"area": "370704", "unit": ["all:villages"]})
    text = page.content.decode()
    assert "3 units" in text and "1 person sees it at once" in text and "Demo Village 2" in text
    assert "Demo Village 1" not in text


def test_the_number_of_the_next_directive_stands_in_the_form(
    district: Actor, directive: Directive, enter: Enter
) -> None:
    assert "坊防指发〔2020〕5号" in enter("district").get("/directives/new/").content.decode()


def test_a_directive_is_superseded_with_its_text_units_and_figures_at_hand(
    district: Actor, health: Actor, directive: Directive, cadre: Actor, copy_of: CopyOf, enter: Enter, now: datetime
) -> None:
    path = f"/directives/new/?supersedes={directive.pk}"
    assert enter("health").get(path).status_code == 404
    page = enter("district").get(path).content.decode()
    assert directive.text in page and f'value="village:{VILLAGE}" checked' in page and "返乡人员" in page
    told = typed(now, supersedes=directive.pk)
    assert enter("district").post("/directives/new/", told).status_code == 422  # no reason
    done = enter("district").post("/directives/new/", told | {"reason": "日期写错"}, follow=True)
    assert done.status_code == 200 and Directive.objects.count() == 2
    old = enter("cadre").get(f"/directives/copies/{copy_of(VILLAGE).pk}/").content.decode()
    assert "日期写错" in old and "坊防指发〔2020〕9号" in old and "Acknowledge</button>" not in old


# --- the issuer's page --------------------------------------------------------------------------------------------------


def add_villages(district: District, directive: Directive, now: datetime, count: int) -> None:
    for n in range(count):
        code = f"3707040063{n:02d}"
        Division.objects.create(code=code, name=f"增村{n}", level=district.village.level, parent=district.street)
        Copy.objects.create(directive=directive, kind="village", division_id=code, sent_at=now)


@pytest.mark.parametrize("count", [5, 50])
def test_the_pages_take_the_same_queries_for_five_units_and_fifty(
    count: int,
    district: Actor,
    directive: Directive,
    small_district: District,
    enter: Enter,
    now: datetime,
    django_assert_max_num_queries: Any,
) -> None:
    add_villages(small_district, directive, now, count)
    client = enter("district")
    with django_assert_max_num_queries(32):
        assert client.get(f"/directives/{directive.pk}/").status_code == 200
    with django_assert_max_num_queries(20):
        assert client.get("/directives/").status_code == 200
    with django_assert_max_num_queries(20):
        assert client.get("/directives/new/").status_code == 200


def test_every_figure_of_the_issuers_page_opens_exactly_its_rows(
    district: Actor, cadre: Actor, directive: Directive, copy_of: CopyOf, told: Told, enter: Enter, now: datetime
) -> None:
    actions.acknowledge(actor=cadre, now=now, copy_id=copy_of(VILLAGE).pk)
    actions.report(actor=cadre, now=now, copy_id=copy_of(VILLAGE).pk, **told(1286))
    client = enter("district")
    with time_machine.travel(now + timedelta(hours=5), tick=False):
        for show, names in {
            "waiting": {"Fenghuang", "Jiulong", "Health office"},
            "late": {"Fenghuang", "Jiulong", "Health office"},
            "reported": {"Demo Village 1"},
            "done": set(),
            "nonsense": {"Fenghuang", "Jiulong", "Health office", "Demo Village 1"},
        }.items():
            page = client.get(f"/directives/{directive.pk}/?show={show}")
            assert {one["row"].name for one in page.context["matrix"]} == names, show
        text = page.content.decode()
        assert "1 286" in text.replace("\u2009", " ")
        rows = dict(page.context["totals"])
        assert rows["返乡人员"] == 1286 and rows["排查率"] is None  # shares do not add up
        listed = client.get("/directives/").context["rows"][0]["tally"]
        assert (listed.sent, listed.waiting, listed.late) == (4, 3, 3)


def test_totals_take_the_latest_standing_report_of_each_unit(
    district: Actor,
    cadre: Actor,
    street_officer: Actor,
    directive: Directive,
    copy_of: CopyOf,
    told: Told,
    now: datetime,
) -> None:
    for actor, code in ((cadre, VILLAGE), (street_officer, STREET)):
        actions.acknowledge(actor=actor, now=now, copy_id=copy_of(code).pk)
    wrong = actions.report(actor=cadre, now=now, copy_id=copy_of(VILLAGE).pk, **told(999))
    actions.report(actor=cadre, now=now, copy_id=copy_of(VILLAGE).pk, **told(40, corrects_id=wrong.report_id))
    back = actions.report(actor=street_officer, now=now, copy_id=copy_of(STREET).pk, **told(7))
    shown = queries.drawn(directive, directive.copies.all(), viewer=district, now=now)
    assert sorted(queries.totals(shown.rows).values()) == [47, 197]
    actions.return_report(actor=district, now=now, report_id=back.report_id, reason="请核对")
    shown = queries.drawn(directive, directive.copies.all(), viewer=district, now=now)
    assert 40 in queries.totals(shown.rows).values()


def test_the_issuer_reminds_withdraws_and_starts_a_round_from_the_page(
    district: Actor, directive: Directive, copy_of: CopyOf, enter: Enter
) -> None:
    client, path = enter("district"), f"/directives/{directive.pk}"
    some = client.post(f"{path}/remind/", {"copy": [copy_of(VILLAGE).pk, "x"]}, follow=True)
    assert "1 unit was reminded" in some.content.decode()
    assert "3 units were reminded" in client.post(f"{path}/remind/", follow=True).content.decode()
    assert "within the last half hour" in client.post(f"{path}/remind/", follow=True).content.decode()
    for _ in range(2):
        assert client.post(f"{path}/round/", follow=True).status_code == 200
    made = Round.objects.get()
    assert f"/rounds/{made.pk}/" in client.get(f"{path}/").content.decode()
    assert "Say why" in client.post(f"{path}/withdraw/", {"reason": ""}, follow=True).content.decode()
    client.post(f"{path}/withdraw/", {"reason": "不用了"})
    page = client.get(f"{path}/").content.decode()
    assert "不用了" in page and "Remind" not in page.split("</header>")[-1].split("<footer")[0].replace("Reminded", "")


# --- the unit's page ----------------------------------------------------------------------------------------------------


def test_a_unit_acknowledges_reports_and_corrects_on_its_page(
    cadre: Actor, directive: Directive, copy_of: CopyOf, told: Told, enter: Enter
) -> None:
    client, path = enter("cadre"), f"/directives/copies/{copy_of(VILLAGE).pk}/"
    assert client.get(f"/directives/{directive.pk}/")["Location"] == path
    before = client.get(path).content.decode()
    assert "Acknowledge</button>" in before and 'id="report"' not in before
    for _ in range(2):
        assert client.post(f"{path}acknowledge/").status_code == 302
    keys = [f"figure_{key}" for key in told()["figures"]]
    sent: dict[str, Any] = {"submission_id": str(uuid.uuid4()), "text": "已入户", keys[0]: "4x", keys[1]: "98.5"}
    wrong = client.post(f"{path}report/", sent)
    assert wrong.status_code == 422 and "已入户" in wrong.content.decode()
    sent[keys[0]] = "43"
    photo = SimpleUploadedFile("现场.jpg", b"\xff\xd8\xff\xe0")
    for _ in range(2):
        photo.seek(0)
        assert client.post(f"{path}report/", sent | {"attachments": [photo]}).status_code == 302
    given = Report.objects.get()
    assert given.attachments.get().label == "现场.jpg" and copy_of(VILLAGE).status == CopyStatus.IN_PROGRESS
    form = client.get(f"{path}?correct={given.pk}").content.decode()
    assert "Correct the report" in form and 'value="43"' in form
    more = sent | {"submission_id": str(uuid.uuid4()), "corrects": given.pk, keys[0]: "44"}
    client.post(f"{path}report/", more)
    after = client.get(path).content.decode()
    assert "corrected since" in after and Report.objects.count() == 2


def test_a_report_that_came_back_says_why_and_the_form_begins_with_it(
    cadre: Actor, district: Actor, directive: Directive, copy_of: CopyOf, told: Told, enter: Enter, now: datetime
) -> None:
    copy = copy_of(VILLAGE)
    actions.acknowledge(actor=cadre, now=now, copy_id=copy.pk)
    given = actions.report(actor=cadre, now=now, copy_id=copy.pk, **told(43))
    answer = enter("district").post(f"/directives/reports/{given.report_id}/return/", {"reason": "与公安数据不符"})
    assert answer.status_code == 302
    page = enter("cadre").get(f"/directives/copies/{copy.pk}/").content.decode()
    assert "与公安数据不符" in page and 'value="43"' in page


def test_a_street_passes_a_directive_on_from_its_page(
    street_officer: Actor, directive: Directive, copy_of: CopyOf, enter: Enter, now: datetime
) -> None:
    client, path = enter("street"), f"/directives/copies/{copy_of(STREET).pk}/"
    early = client.post(f"{path}forward/", {"village": NEXT_VILLAGE})
    assert early.status_code == 422 and "Acknowledge the directive first" in early.content.decode()
    actions.acknowledge(actor=street_officer, now=now, copy_id=copy_of(STREET).pk)
    form = client.get(f"{path}forward/").content.decode()
    assert "Demo Village 2" in form and "1 village has it already" in form
    assert client.post(f"{path}forward/", {"village": [VILLAGE]}).status_code == 422  # it has it
    done = client.post(f"{path}forward/", {"village": NEXT_VILLAGE, "note": "今晚前"}, follow=True).content.decode()
    assert "Passed on to 1 village" in done and "Demo Village 2" in done
    assert "Every village has it" in client.get(f"{path}forward/").content.decode()


def test_numbers_that_no_key_can_be_answer_like_what_does_not_exist(district: Actor, enter: Enter) -> None:
    client = enter("district")
    assert client.get("/directives/new/?supersedes=99999999999999999999").status_code == 404
    assert client.get("/directives/999999/").status_code == 404


# --- the first page of the day ------------------------------------------------------------------------------------------


def test_a_cadre_sees_first_thing_what_is_to_be_acknowledged_and_when(
    cadre: Actor, directive: Directive, copy_of: CopyOf, enter: Enter, now: datetime
) -> None:
    for path in ("/", "/my/"):
        page = enter("cadre").get(path).content.decode()
        assert f"Acknowledge: {directive.title}" in page and f"/directives/copies/{copy_of(VILLAGE).pk}/" in page
    assert directive.title not in enter("cadre").get("/?wall=1").content.decode()


def test_the_issuer_sees_first_thing_how_many_units_are_late_and_a_helper_nothing(
    district: Actor, helper: Actor, health: Actor, directive: Directive, now: datetime
) -> None:
    later = now + timedelta(hours=5)
    assert errands.errands_of(helper, later) == []
    with translation.override("en"):
        (late,) = errands.errands_of(district, later)
    assert late.words.endswith("4 units are late") and late.href.endswith("?show=late#units")
    (own,) = errands.errands_of(health, later)  # the health office owes; it did not issue it
    assert own.meaning == "act" and own.due_at == directive.acknowledge_by


def test_more_than_a_few_errands_are_counted(district: Actor, health: Actor, draft: Any, now: datetime) -> None:
    for n in range(6):
        form = uuid.uuid4()
        actions.issue_directive(actor=district, now=now, draft=draft(number=f"{n}号"), submission_id=form)
    lines = errands.errands_of(health, now)
    assert len(lines) == 4 and "3" in lines[-1].words
