"""How people behave is one file: what is wrong in another is refused by the value's name; what is left out is as built in."""

import re
import tomllib
from pathlib import Path

import pytest

from renwang.drill import behaviour
from renwang.drill.behaviour import BUILT_IN, BehaviourRefused, read


def written(folder: Path, text: str) -> Path:
    path = folder / "behaviour.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[weather]\nrain = { value = 0.1, source = 'x' }", "[weather] is not known"),
        ("[answers]\nlink_usd = { value = 0.1, source = 'x' }", "answers.link_usd is not known"),
        ("[answers]\nlink_used = 0.5", "answers.link_used: expected { value"),
        ("[answers]\nlink_used = { value = 0.5 }", "answers.link_used: expected { value"),
        ("[answers]\nlink_used = { value = 0.5, source = ' ' }", "answers.link_used: say where the value comes from"),
        ("[answers]\nlink_used = { value = 1.5, source = 'x' }", "answers.link_used: expected a share from 0 to 1"),
        ("[answers]\nlink_used = { value = 'often', source = 'x' }", "answers.link_used: expected a share"),
        ("[answers]\nlink_used = { value = true, source = 'x' }", "answers.link_used: expected a share"),
        ("[answers]\nlink_delay = { value = [30, 5], source = 'x' }", "answers.link_delay: minutes go from the least"),
        ("[answers]\nlink_delay = { value = [1, 2, 3], source = 'x' }", "answers.link_delay: expected two numbers"),
        ("[answers]\nvisit = { value = { answered = 1.0 }, source = 'x' }", "answers.visit: expected a share of each"),
        (
            "[answers]\nvisit = { value = { answered = 0.9, not_home = 0.3 }, source = 'x' }",
            "answers.visit: expected shares",
        ),
        ("[households]\nsizes = { value = [0.5, 0.5], source = 'x' }", "households.sizes: expected 5 shares"),
        ("[words]\nfever = { value = [], source = 'x' }", "words.fever: expected a list of texts"),
        ("[words]\nfever = { value = ['{name}发烧'], source = 'x' }", "words.fever: {name} is not known"),
        ("[words]\nfever = { value = ['{who发烧'], source = 'x' }", "words.fever: {{} is not known"),
        ("answers = 3", "answers: expected a section"),
        ("[answers", "is not TOML"),
    ],
)
def test_what_is_wrong_is_refused_by_its_name(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(BehaviourRefused, match=re.escape(named)):
        read(written(tmp_path, text))


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BehaviourRefused, match="No such file"):
        read(tmp_path / "nowhere.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BehaviourRefused, match="UTF-8"):
        read(tmp_path / "bytes.toml")


def test_what_is_left_out_is_as_built_in(tmp_path: Path) -> None:
    ours = behaviour.built_in()
    theirs = read(written(tmp_path, "[findings]\nfever = { value = 0.2, source = 'the district, 2019' }"))
    assert theirs.share("findings", "fever") == 0.2
    assert theirs.sources["findings"]["fever"] == "the district, 2019"
    assert theirs.share("findings", "travel") == ours.share("findings", "travel")
    assert theirs.shares("answers", "call") == ours.shares("answers", "call")


def test_every_value_says_where_it_comes_from_and_each_is_asked_for() -> None:
    raw = tomllib.loads(BUILT_IN.read_text(encoding="utf-8"))
    code = "\n".join(path.read_text() for path in BUILT_IN.parent.parent.glob("*.py"))
    assert raw
    for section, parts in raw.items():
        for name, part in parts.items():
            assert len(part["source"]) > 5, (section, name)
            assert f'"{name.removesuffix("_minutes")}"' in code, (section, name)


def test_every_value_of_the_file_is_read_by_the_play() -> None:
    """A value that changes nothing would deceive whoever changes it."""
    sources = "".join(path.read_text(encoding="utf-8") for path in BUILT_IN.parents[1].glob("*.py"))
    idle = [
        f"{section}.{name}"
        for section, parts in behaviour.built_in().values.items()
        for name in parts
        if f'"{name.removesuffix("_minutes")}"' not in sources
    ]
    assert idle == []
