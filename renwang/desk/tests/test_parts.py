"""Every part of a page renders, in both languages, without a word or style the browser would refuse."""

import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import SafeString

from renwang.desk.context import frame
from renwang.desk.tests.sample import sample

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "circle", "path", "rect"}


def drawn(source: str, **values: Any) -> str:
    return Template("{% load i18n renwang_ui %}" + source).render(Context(sample() | values))


def request_of(may: bool) -> Any:
    request = RequestFactory().get("/?sort=due&page=3&area=370704")
    request.actor = SimpleNamespace(user_id=1, name="王某梅", grants=(), may_anywhere=lambda permission: may)  # type: ignore[attr-defined]
    return request


class Balance(HTMLParser):
    """Notices an element that is not closed, a doubled id, and what a strict content policy refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name == "style" or name.startswith("on") or (value or "").startswith("javascript:"):
                self.wrong.append(f"<{tag} {name}>")
        if tag == "style" or (tag == "script" and "src" not in dict(attrs)):
            self.wrong.append(f"<{tag}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")


def check(page: str) -> None:
    balance = Balance()
    balance.feed(page)
    assert balance.wrong == []
    assert balance.open == []
    assert len(balance.ids) == len(set(balance.ids)), "an id stands twice"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_style_guide_shows_every_part(language: str) -> None:
    with translation.override(language):
        page = get_template("desk/styleguide.html").template.render(  # type: ignore[attr-defined]
            Context(sample() | {"request": request_of(may=True), "actor": request_of(may=True).actor})
        )
    check(page)
    assert ("韧网" in page) == (language == "zh-hans")


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "403_csrf", "offline", "bare", "phone", "board", "door"])
def test_pages_render_even_without_a_request(name: str) -> None:
    check(render_to_string(f"{name}.html"))


def test_the_residents_page_is_light_and_asks_nothing_of_the_browser() -> None:
    path = finders.find("renwang/bare.css")
    assert path
    css = Path(str(path)).read_text(encoding="utf-8")
    assert "var(" not in css
    assert "grid" not in re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    assert "flex" not in re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    page = render_to_string("bare.html")
    assert "<script" not in page
    assert len(page) + len(css) < 30_000


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/register/imports/7/", "/register/imports/"),
        ("/register/doubts/", "/register/doubts/"),
        ("/register/doubts/3/", "/register/doubts/"),
        ("/register/3/", "/register/"),
        ("/looks/mine/", "/looks/mine/"),
    ],
)
def test_navigation_marks_one_entry_the_nearest(path: str, entry: str) -> None:
    request = request_of(True)
    request.path = path
    here = drawn("{% navigation as groups %}{% for g in groups %}{% for e in g.entries %}{% if e.here %}{{ e.href }};{% endif %}{% endfor %}{% endfor %}", request=request)  # fmt: skip
    assert here == f"{entry};"


def test_a_badge_that_was_drawn_before_lends_its_safety_to_no_other() -> None:
    assert "<b>x</b>" in drawn("{% badge word %}", word=SafeString("<b>x</b>"))
    assert "<b>" not in drawn("{% badge word %}", word="<b>x</b>")


def test_the_district_is_called_in_the_readers_language_and_by_its_own_name_where_it_has_no_other(
    settings: Any,
) -> None:
    def name(language: str) -> str:
        with translation.override(language):
            return str(frame(request_of(True))["district_name"])

    settings.DISTRICT_NAME_EN = "Fangzi District"
    assert (name("zh-hans"), name("en")) == (settings.DISTRICT_NAME, "Fangzi District")
    settings.DISTRICT_NAME_EN = ""
    assert name("en") == settings.DISTRICT_NAME


def test_navigation_hides_what_the_actor_may_not_and_what_does_not_exist_yet() -> None:
    shown = drawn(
        "{% navigation as groups %}{% for g in groups %}{% for e in g.entries %}{{ e.href }} {% endfor %}{% endfor %}",
        request=request_of(may=False),
    )
    assert shown.split() == ["/bulletins/", "/looks/mine/", "/password/"]  # what everybody who is signed in may do


def test_a_status_always_has_an_icon_and_a_word() -> None:
    badge = drawn('{% badge "立即处理" "act" %}')
    assert "<use href=" in badge
    assert "立即处理" in badge


def test_a_clock_says_overdue_soon_and_later() -> None:
    with translation.override("zh-hans"):
        assert "超时 2 小时" in drawn("{% clock overdue %}")
        assert "仅剩 1 小时" in drawn("{% clock soon %}")
        assert "还剩 30 小时" in drawn("{% clock later %}")
        assert "已完成" in drawn("{% clock overdue settled_at=yesterday %}")
        assert "无时限" in drawn("{% clock nothing %}")
        assert "2月17日 08:42" in drawn("{% clock overdue %}")


def test_sorting_and_turning_pages_keep_the_filters() -> None:
    request = request_of(may=True)
    head = drawn('{% th "due" "时限" sort="due" %}', request=request)
    assert 'aria-sort="ascending"' in head
    assert "area=370704" in head
    assert "sort=-due" in head
    assert "page=" not in head
    pages = drawn("{% pagination page %}", request=request)
    assert "page=1" in pages
    assert "page=3" in pages
    assert "sort=due" in pages
    keyset = drawn("{% pagination keyset 1287 %}", request=request)
    assert "after=8050" in keyset
    assert "before=" not in keyset


def test_an_error_is_tied_to_its_field_and_summed_up_on_top() -> None:
    field = drawn("{% field form.name %}")
    assert 'aria-describedby="id_name-help id_name-error"' in field
    assert 'aria-invalid="true"' in field
    assert 'id="id_name-error"' in field
    assert 'href="#id_name"' in drawn("{% error_summary form %}")


def test_what_a_user_typed_is_never_markup() -> None:
    evil = "<script>alert(1)</script>"
    parts = "{% badge v %}{% figure v v note=v %}{% subject_line v detail=v place=v %}{% empty_state v v %}{% masked v '/x/' v %}{% notice v %}{% icon v v %}{% tile_map c %}{% bars b %}{% timeline e %}"
    cells, rows = [{"label": evil, "share": 1, "detail": evil}], [{"label": evil, "value": 1, "note": evil}]
    assert "<script" not in drawn(
        parts, v=evil, c=cells, b=rows, e=[{"at": sample()["now"], "title": evil, "text": evil}]
    )


def test_a_long_select_marks_what_is_chosen_and_trusts_no_name() -> None:
    drawn_options = drawn("{% options pairs 7 %}", pairs=[(7, "九龙街道"), ("x", '<b>"坊"</b>')])
    assert '<option value="7" selected>九龙街道</option>' in drawn_options
    assert '<option value="x">&lt;b&gt;&quot;坊&quot;&lt;/b&gt;</option>' in drawn_options
    assert "selected" not in drawn("{% options pairs %}", pairs=[("", "全部"), (7, "九龙街道")])


def test_a_box_wraps_what_stands_in_it_and_names_a_wrong_parameter() -> None:
    table = drawn('{% data_table "t" "名单" total=3 %}<tbody><tr><td>甲</td></tr></tbody>{% end_data_table %}')
    assert "<td>甲</td>" in table
    assert 'aria-label="名单"' in table
    with pytest.raises(TemplateSyntaxError, match="Give name=value"):
        drawn('{% data_table "t" "x" "y" %}{% end_data_table %}')


def test_a_finished_job_stops_asking() -> None:
    assert "hx-get" in drawn('{% progress "导入" 3 10 url="/p/" %}')
    assert "hx-get" not in drawn('{% progress "导入" 10 10 url="/p/" %}')


def test_what_a_view_calls_page_does_not_slip_into_a_table() -> None:
    table = drawn(
        '{% data_table "t" "名单" chooser=False %}<tbody><tr><td>{{ total }}</td></tr></tbody>{% end_data_table %}',
        total=9,
    )
    assert "<td>9</td>" in table
    assert "rw-pages" not in table
    assert "rw-table-tools" not in table
