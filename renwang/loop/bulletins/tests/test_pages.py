"""What readers see: figures that open for those who may, small numbers that nobody can tell."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from conftest import District
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.bulletins import actions, queries
from renwang.loop.bulletins.models import Bulletin
from renwang.loop.bulletins.rules import Shown
from renwang.loop.bulletins.views import reading
from renwang.loop.indicators.tests.conftest import TODAY, Lived

pytestmark = pytest.mark.django_db


def entered(actor: Actor, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(pk=actor.user_id), backend="django.contrib.auth.backends.ModelBackend")
    return client


def words_of(page: queries.PageView) -> str:
    """Return all that stands on a page."""
    said = [page.title, *(queries.plain(part) for part in page.lead)]
    for section in page.sections:
        said += [section.heading, *(queries.plain(part) for part in section.paragraphs)]
        said += [f"{name} {[chip.words for chip in chips]}" for name, chips in section.rows]
    return "\n".join(said)


def test_a_draft_is_read_by_who_edits_it_and_nobody_else(
    draft: Bulletin, helper: Actor, outsider: Actor, office: Actor
) -> None:
    for viewer in (helper, outsider):
        assert queries.bulletin_seen(viewer=viewer, bulletin_id=draft.pk) is None
        assert entered(viewer).get(reverse("bulletins:page", args=[draft.pk])).status_code == 404
        assert entered(viewer).get(reverse("bulletins:pdf", args=[draft.pk])).status_code == 404
    assert queries.bulletin_seen(viewer=office, bulletin_id=draft.pk) == draft


def test_what_is_published_tells_no_number_from_one_to_four(published: Bulletin) -> None:
    small = [row for row in published.figures.all() if row.unit != "hours" and 0 < row.numerator < 5]
    assert small
    assert all(row.numerator_shown != Shown.OPEN for row in small)
    for language in ("zh-hans", "en"):
        text = re.sub(r"<5|17|2020|Village \d|2月", "", words_of(queries.page_of(published, language=language)))
        assert not re.findall(r"(?<![\d≥.])[1-4](?![\d.])", text), text


def test_a_draft_shows_its_editors_every_number_and_how_it_will_be_published(draft: Bulletin) -> None:
    whole = words_of(queries.page_of(draft, language="en"))
    masked = words_of(queries.page_of(draft, language="en", as_published=True))
    assert "<5" not in whole and "<5" in masked


def test_the_page_is_told_in_both_languages(published: Bulletin, helper: Actor) -> None:
    browser = entered(helper)
    chinese = browser.get(reverse("bulletins:page", args=[published.pk]), {"language": "zh-hans"}).content.decode()
    english = browser.get(reverse("bulletins:page", args=[published.pk]), {"language": "en"}).content.decode()
    assert "今日应联系" in chinese and "households to be asked" in english
    assert "今日应联系" not in english


def test_every_figure_of_a_bulletin_opens_to_its_rows_for_those_who_may_see_them(
    published: Bulletin, district: Actor, helper: Actor, lived: Lived
) -> None:
    with time_machine.travel(lived.now):
        page = entered(district).get(reverse("bulletins:page", args=[published.pk])).content.decode()
        links = set(re.findall(r'href="(/bulletins/figures/\d+/[^"]*)"', page))
        assert len(links) > 10
        browser = entered(district)
        for address in links:
            opened = browser.get(address.replace("&amp;", "&"))
            row, part = opened.context["figure"], "of" if "part=of" in address else ""
            counted = {"hours": row.denominator, "percent": row.denominator if part else row.numerator}
            assert opened.context["page"].total == counted.get(row.unit, row.numerator)
            assert len(opened.context["lines"]) == opened.context["page"].total
        # A helper reads the bulletin and opens nothing.
        assert (
            "/bulletins/figures/"
            not in entered(helper).get(reverse("bulletins:page", args=[published.pk])).content.decode()
        )
        refused = entered(helper).get(next(iter(links)))
        assert refused.status_code == 403 and "not yours to see" in refused.content.decode()


def test_the_pdf_is_made_in_both_languages(published: Bulletin, helper: Actor) -> None:
    for language in ("zh-hans", "en"):
        answer = entered(helper).get(reverse("bulletins:pdf", args=[published.pk]), {"language": language})
        if answer.status_code == 503:
            pytest.skip("no Chinese font is installed")
        assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
        assert answer.content == entered(helper).get(answer.request["PATH_INFO"], {"language": language}).content


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("is_out", [True, False])
def test_what_is_printed_tells_no_number_from_one_to_four(
    draft: Bulletin,
    office: Actor,
    district: Actor,
    lived: Lived,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    is_out: bool,
) -> None:
    """On paper, in either language, and of a draft that its editors see with every number."""
    if is_out:
        actions.publish_bulletin(actor=district, now=lived.now, bulletin_id=draft.pk, version=draft.version)
    printed: list[dict[str, Any]] = []

    def typeset(_template: str, data: dict[str, Any], **_how: Any) -> bytes:
        printed.append(data)
        return b"%PDF-"

    monkeypatch.setattr(reading, "pdf_of", typeset)
    assert entered(office).get(reverse("bulletins:pdf", args=[draft.pk]), {"language": language}).status_code == 200
    (data,) = printed
    cells = [cell for section in data["sections"] for row in section["rows"] for cell in row[1:]]
    text = " ".join([*data["lead"], *(one for section in data["sections"] for one in section["text"]), *cells])
    assert "<5" in text
    assert not re.findall(r"(?<![\d≥.<])[1-4](?![\d.])", text), text


def test_a_bulletin_keeps_the_name_its_area_had(published: Bulletin, helper: Actor, small_district: District) -> None:
    small_district.root.name, small_district.root.name_en = "新坊区", "New Fang"
    small_district.root.save()
    for language, name in (("zh-hans", "坊子区"), ("en", "Fangzi")):
        page = entered(helper).get(reverse("bulletins:page", args=[published.pk]), {"language": language})
        assert page.context["words"]["issuer"].startswith(name)


def test_the_bulletin_of_an_earlier_day_is_drafted_from_the_list(
    kept: object, office: Actor, lived: Lived, small_district: District
) -> None:
    with time_machine.travel(lived.now + dt.timedelta(hours=10)):
        browser = entered(office)
        assert f'value="{TODAY + dt.timedelta(days=1)}"' in browser.get(reverse("bulletins:list")).content.decode()
        fields = {"area": small_district.root.code, "day": TODAY.isoformat()}
        drafted = browser.post(reverse("bulletins:draft"), fields, follow=True)
        assert "Drafted from the figures of the day" in drafted.content.decode()
        again = browser.post(reverse("bulletins:draft"), fields, follow=True)
        assert "has been begun already" in again.content.decode()
        empty = browser.post(reverse("bulletins:draft"), {"area": small_district.root.code}, follow=True)
        assert "has not been counted yet" in empty.content.decode()
        refused = browser.post(reverse("bulletins:draft"), fields | {"day": "2031-01-01"}, follow=True)
        assert "one of the last two weeks" in refused.content.decode()
    assert list(Bulletin.objects.order_by("day").values_list("day", flat=True)) == [TODAY, TODAY + dt.timedelta(days=1)]


def test_a_character_no_font_has_is_refused_in_words(draft: Bulletin, office: Actor, lived: Lived) -> None:
    Bulletin.objects.filter(pk=draft.pk).update(lead="今日 \U0001f600 通报")
    answer = entered(office).get(reverse("bulletins:pdf", args=[draft.pk]))
    assert answer.status_code == 503 and "There is no PDF" in answer.content.decode()


def test_an_editor_writes_and_somebody_else_publishes(
    draft: Bulletin, office: Actor, district: Actor, lived: Lived
) -> None:
    with time_machine.travel(lived.now):
        browser = entered(office)
        form = browser.get(reverse("bulletins:edit", args=[draft.pk]))
        assert "{cases.open}" in form.content.decode()
        sent = {
            "title": "新标题",
            "title_en": "",
            "lead": "开头 {cases.open} 件",
            "lead_en": "",
            "version": draft.version,
        }
        for section in draft.sections.all():
            sent |= {f"s{section.pk}-heading": section.heading, f"s{section.pk}-text": "共 {cases.open} 件，昨天 12 件"}
        answer = browser.post(reverse("bulletins:edit", args=[draft.pk]), sent, follow=True)
        assert "do not follow their figures" in answer.content.decode() and "新标题" in answer.content.decode()
        draft.refresh_from_db()
        own = entered(office).post(reverse("bulletins:publish", args=[draft.pk]), {"version": draft.version})
        assert own.status_code == 403
        entered(district).post(reverse("bulletins:publish", args=[draft.pk]), {"version": draft.version})
    draft.refresh_from_db()
    assert draft.status == "published"
    assert entered(office).get(reverse("bulletins:edit", args=[draft.pk])).status_code == 404


@pytest.mark.parametrize("broken", [{"lead": "{moon}"}, {"title": ""}, {"version": "0"}, {"version": "77"}])
def test_a_form_that_cannot_be_kept_comes_back_with_its_words(
    draft: Bulletin, office: Actor, lived: Lived, broken: dict[str, str]
) -> None:
    with time_machine.travel(lived.now):
        sent = {"title": "写了很久的标题", "lead": "", "version": draft.version} | broken
        for section in draft.sections.all():
            sent |= {f"s{section.pk}-heading": section.heading, f"s{section.pk}-text": "写了很久的正文"}
        answer = entered(office).post(reverse("bulletins:edit", args=[draft.pk]), sent)
    assert answer.status_code == 200 and "写了很久的正文" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.version == 1


def test_the_list_shows_drafts_to_their_editors_only(draft: Bulletin, office: Actor, helper: Actor) -> None:
    assert draft.title_en in entered(office).get(reverse("bulletins:list")).content.decode()
    assert draft.title_en not in entered(helper).get(reverse("bulletins:list")).content.decode()


def test_a_correction_is_announced_on_what_it_corrects(published: Bulletin, district: Actor, lived: Lived) -> None:
    with time_machine.travel(lived.now):
        entered(district).post(reverse("bulletins:correct", args=[published.pk]), {"reason": "更正覆盖率"})
        row = Bulletin.objects.get(corrects=published)
        actions.publish_bulletin(actor=Actor.system(), now=lived.now, bulletin_id=row.pk, version=row.version)
        old = entered(district).get(reverse("bulletins:page", args=[published.pk])).content.decode()
        new = entered(district).get(reverse("bulletins:page", args=[row.pk])).content.decode()
    assert "This bulletin was corrected" in old and reverse("bulletins:page", args=[row.pk]) in old
    assert "更正覆盖率" in new
    assert TODAY.isoformat() in new
