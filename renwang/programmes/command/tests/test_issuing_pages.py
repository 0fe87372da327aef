"""The pages of whoever issues: the form, what it refuses, and how far the units are."""

import io
import uuid
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from conftest import District
from renwang.foundation.access.rules import Actor
from renwang.loop.registry.models import Division
from renwang.loop.rounds.models import Round
from renwang.programmes.command import actions, queries
from renwang.programmes.command.models import Copy, Directive

from .conftest import CopyOf, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]
Told = Callable[..., dict[str, Any]]
STREET, VILLAGE, NEXT_VILLAGE = "370704006", "370704006201", "370704006202"


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


def test_units_come_page_by_page_and_the_totals_are_those_of_all(
    district: Actor, directive: Directive, small_district: District, enter: Enter, now: datetime
) -> None:
    add_villages(small_district, directive, now, 40)
    client, seen = enter("district"), []
    for number, size in ((1, 30), (2, 14), (3, 14)):  # behind the last page is the last page
        page = client.get(f"/directives/{directive.pk}/?show=waiting&page={number}")
        assert len(page.context["matrix"]) == size and page.context["shown"].tally.sent == 44
        seen += [one["row"].copy.pk for one in page.context["matrix"]] if number < 3 else []
    assert len(set(seen)) == 44
    first = client.get(f"/directives/{directive.pk}/?show=waiting").content.decode()
    assert "?show=waiting&amp;page=2" in first and "1–30 of 44" in first
    assert client.get(f"/directives/{directive.pk}/?page=x").status_code == 200


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
