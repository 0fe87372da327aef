"""The catalogues hold every word of the sources, and the check bites."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.pofile import read_po

TEMPLATE = """{% load i18n %}
<p title="it's {{ x }}">{% translate "Call them" %} {% translate "May" context "month" %}</p>
{% blocktranslate count n=rows|length %}One household{% plural %}{{ n }} households{% endblocktranslate %}
{% blocktranslate trimmed with name=person.name %}
    {{ name }} is fine,
    100% sure
{% endblocktranslate %}
{# Translators: not a call _("no") #}
{{ _("In braces") }} {% include "x.html" with title=_("As an argument") %}
"""
SOURCE = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext_lazy
a = _("Told")
b = gettext_lazy("Lazily told")
c = ngettext("%(n)s row", "%(n)s rows", 2) % {"n": 2}
d = pgettext_lazy("a verb", "Open")
"""


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """tools/messages.py, looking at a project of one small app."""
    path = Path(__file__).resolve().parents[2] / "tools" / "messages.py"
    spec = importlib.util.spec_from_file_location("messages", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    app = tmp_path / "renwang" / "small"
    (app / "templates" / "small").mkdir(parents=True)
    (app / "apps.py").write_text(SOURCE, encoding="utf-8")
    (app / "templates" / "small" / "page.html").write_text(TEMPLATE, encoding="utf-8")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module.catalogues, "ROOT", tmp_path)
    return module


def run(tool: ModuleType, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["messages", *arguments])
    return tool.main()


def chinese(tool: ModuleType) -> Path:
    return tool.ROOT / "renwang" / "small" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def translate(tool: ModuleType, msgid: str, msgstr: str) -> None:
    path = chinese(tool)
    before = path.read_text(encoding="utf-8")
    after = before.replace(f'msgid "{msgid}"\nmsgstr ""', f'msgid "{msgid}"\nmsgstr "{msgstr}"')
    assert after != before
    path.write_text(after, encoding="utf-8")


def test_every_kind_of_call_is_found(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(tool, monkeypatch) == 0
    with chinese(tool).open("rb") as file:
        found = {(message.id, message.context) for message in read_po(file, locale="zh_Hans") if message.id}
    assert found == {
        ("Call them", None),
        ("May", "month"),
        (("One household", "%(n)s households"), None),
        ("%(name)s is fine, 100%% sure", None),
        ("In braces", None),
        ("As an argument", None),
        ("Told", None),
        ("Lazily told", None),
        (("%(n)s row", "%(n)s rows"), None),
        ("Open", "a verb"),
    }


def test_a_missing_and_an_untranslated_message_fail_the_check(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tool, monkeypatch, "--check") == 1
    assert "missing: 'Told'" in capsys.readouterr().out
    run(tool, monkeypatch)
    capsys.readouterr()
    assert run(tool, monkeypatch, "--check") == 1
    told = capsys.readouterr().out
    assert "not translated: 'Told'" in told
    assert "locale/en/" not in told, "English is its own translation"


def test_a_lost_placeholder_fails_the_check(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tool, monkeypatch)
    translate(tool, "%(name)s is fine, 100%% sure", "%(nam)s很好，100%%")
    capsys.readouterr()
    run(tool, monkeypatch, "--check")
    told = capsys.readouterr().out
    assert "unknown placeholder %(nam)s" in told


def test_a_translation_is_kept_and_an_unused_one_goes(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tool, monkeypatch)
    translate(tool, "Told", "说了")
    translate(tool, "Lazily told", "慢慢说了")
    source = tool.ROOT / "renwang" / "small" / "apps.py"
    source.write_text(SOURCE.replace("Lazily told", "Quickly told"), encoding="utf-8")
    run(tool, monkeypatch)
    text = chinese(tool).read_text(encoding="utf-8")
    assert 'msgid "Told"\nmsgstr "说了"' in text
    assert "慢慢说了" not in text
    assert 'msgid "Quickly told"\nmsgstr ""' in text


def test_a_second_run_changes_nothing(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tool, monkeypatch)
    before = chinese(tool).read_bytes()
    run(tool, monkeypatch)
    assert chinese(tool).read_bytes() == before


def test_what_is_compiled_is_newer_than_its_source(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tool, monkeypatch)
    assert chinese(tool).with_suffix(".mo").exists()
    assert tool.catalogues.compile_stale() == 0
    translate(tool, "Told", "说了")
    assert tool.catalogues.compile_stale() == 1


@pytest.mark.parametrize(
    "line",
    [
        "x = _(word)",
        "x = _(f'{word} rows')",
        "x = _('one' + word)",
        "x = _('one' if word else 'two')",
        "x = ngettext('row', rows, 2)",
        "from django.utils.translation import gettext as t",
    ],
)
def test_a_message_that_nobody_can_find_is_named(tool: ModuleType, tmp_path: Path, line: str) -> None:
    homes = tool._homes()
    assert tool._unreadable(homes[0], homes) == []
    (tmp_path / "renwang" / "small" / "rules.py").write_text(f"{line}\n", encoding="utf-8")
    (complaint,) = tool._unreadable(homes[0], homes)
    assert complaint.startswith("renwang/small/rules.py:1")


def test_two_apps_that_translate_one_message_differently_fail_the_check(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tool.ROOT / "renwang" / "other"
    other.mkdir()
    (other / "apps.py").write_text(
        'from django.utils.translation import gettext as _\na = _("Told")\n', encoding="utf-8"
    )
    run(tool, monkeypatch)
    translate(tool, "Told", "已告知")
    path = other / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.write_text(
        path.read_text().replace('msgid "Told"\nmsgstr ""', 'msgid "Told"\nmsgstr "说过"'), encoding="utf-8"
    )
    assert run(tool, monkeypatch, "--check") == 1
    assert "'Told' is told differently: other 说过, small 已告知" in capsys.readouterr().out
