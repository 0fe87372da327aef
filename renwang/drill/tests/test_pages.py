"""The drill reads pages as a person does."""

from renwang.drill.pages import draft_in, form_in, version_in

PAGE = """
<form method="get"><input name="q" value="no"></form>
<form class="rw-form" method="post" novalidate><input type="hidden" name="version" value="3">
<input type="text" name="title" value="今日 &amp; 明日"><textarea name="lead">
一行
二行 {cases.open}</textarea>
<input type="checkbox" name="left_out"><input type="checkbox" name="kept" checked>
<select name="kind"><option value="a">A</option><option value="b" selected>B</option></select></form>
<form method="post" action="/x/"><input name="other" value="7"></form>
"""


def test_a_form_is_read_as_a_browser_would_send_it() -> None:
    assert form_in(PAGE) == {
        "version": "3",
        "title": "今日 & 明日",
        "lead": "一行\n二行 {cases.open}",
        "kept": "on",
        "kind": "b",
    }
    assert form_in(PAGE, "/x/") == {"other": "7"}
    assert form_in(PAGE, "/none/") == {}


def test_a_draft_and_its_version_are_found_where_there_is_one() -> None:
    listed = '<ul class="bul-list"><li><a href="/bulletins/12/">x</a></li><li><a href="/bulletins/11/">y</a></li></ul>'
    assert (draft_in(listed), draft_in("<p>nothing</p>")) == (12, 0)
    assert (version_in(PAGE), version_in("<p>published</p>")) == (3, 0)
