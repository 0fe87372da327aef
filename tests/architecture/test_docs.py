"""What can be called is told: every action, plug, setting, command and address has its heading and its sentence."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from tools import reference

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", reference.KINDS)
def test_the_reference_is_what_the_sources_say(name: str) -> None:
    with translation.override("en"):
        told = reference.page(name)
    assert (reference.PAGES / name).read_text() == told, f"docs/reference/{name} is stale: make docs"


@pytest.mark.parametrize("name", reference.KINDS)
def test_nothing_that_can_be_called_is_without_a_sentence(name: str) -> None:
    with translation.override("en"):
        entries = reference.KINDS[name][2]()
    assert entries, "the reference collects nothing: it would never fail"
    assert [heading for heading, told in entries.items() if not told.strip(" `:")] == []


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    block = re.search(r"^dependencies = \[(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    assert block is not None
    names = re.findall(r'^\s*"([a-z0-9-]+)', block.group(1), re.MULTILINE)
    reasons = "\n".join(path.read_text().lower() for path in (ROOT / "docs/decisions").glob("*.md"))
    assert names
    assert [name for name in names if name not in reasons] == []


def test_every_link_of_the_documents_leads_somewhere() -> None:
    dead = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text()):
            if not (page.parent / target).exists():
                dead.append(f"{page.relative_to(ROOT)}: {target}")
    assert dead == []


def test_the_documents_name_no_file_that_is_not_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    named = set(re.findall(r"`((?:renwang|config|tests|docs|tools|benchmarks)/[\w/.-]+)`", text))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
