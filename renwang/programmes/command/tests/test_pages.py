"""The pages: who may not, what is empty, how many queries, then what they show and do."""

import sys
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from conftest import District, MakeUser
from renwang.foundation.access.rules import Actor
from renwang.foundation.documents.engine import NoChineseFont, faces
from renwang.programmes.command import actions, queries
from renwang.programmes.command.models import Attachment, Copy, Directive, Report
from renwang.programmes.command.rules import CopyStatus
from renwang.programmes.command.views import errands, paper

from .conftest import CopyOf, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]
Told = Callable[..., dict[str, Any]]
STREET, VILLAGE, NEXT_VILLAGE = "370704006", "370704006201", "370704006202"


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


def test_what_owes_nothing_any_more_does_not_push_out_what_is_new(
    district: Actor, cadre: Actor, draft: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[queries.errands.__module__], "MOST", 2)
    for n in range(3):
        hours = timedelta(hours=1 + n)
        plain = {"cadence": "none", "report_by": None, "figures": (), "acknowledge_by": now + hours}
        told = draft(number=f"{n}号", **plain)
        done = actions.issue_directive(actor=district, now=now, draft=told, submission_id=uuid.uuid4())
        if n < 2:
            copy = Copy.objects.get(directive_id=done.directive_id, kind="village")
            actions.acknowledge(actor=cadre, now=now, copy_id=copy.pk)
    (owed,) = queries.errands(viewer=cadre, now=now).own
    assert owed.copy.directive.number == "2号"


def test_an_old_directive_with_late_units_is_not_forgotten_for_newer_ones(
    district: Actor, directive: Directive, draft: Any, now: datetime
) -> None:
    plain = {"cadence": "none", "report_by": None, "figures": (), "acknowledge_by": now + timedelta(days=3)}
    for n in range(61):
        told = draft(number=f"{n}号", **plain)
        actions.issue_directive(actor=district, now=now + timedelta(minutes=n), draft=told, submission_id=uuid.uuid4())
    assert queries.errands(viewer=district, now=now + timedelta(hours=2)).others == []
    ((late, tally),) = queries.errands(viewer=district, now=now + timedelta(hours=5)).others
    assert (late, tally.late) == (directive, 4)


def test_what_is_most_urgent_comes_first_however_much_is_owed(
    district: Actor, health: Actor, draft: Any, now: datetime
) -> None:
    for n in range(61):
        told = draft(number=f"{n}号", acknowledge_by=now + timedelta(hours=70 - n), report_by=now + timedelta(hours=80))
        actions.issue_directive(actor=district, now=now, draft=told, submission_id=uuid.uuid4())
    own = queries.errands(viewer=health, now=now + timedelta(hours=10, minutes=30)).own
    assert len(own) == 61 and own[0].copy.directive.number == "60号" and own[0].duty.is_late
