"""Write docs/reference/ from the sources: every action, plug, setting, command and address, with its own first line.

tools/reference.py            write the pages anew
tools/reference.py --check    say which page is not what the sources say; exit 1
"""

import argparse
import importlib
import inspect
import os
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"
MADE = "\n<!-- Written by tools/reference.py (make docs). Change the docstring, not this page. -->\n"


# What one process of ours tells another; nobody sets it.
PASSED_ON = frozenset({"RENWANG_TEST_DATA", "RENWANG_PARENT"})


def first_line(thing: Any) -> str:
    """Return the first line of a docstring, or nothing."""
    return (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")


def signature(function: Callable[..., Any]) -> str:
    """Return the keyword arguments of an action without the two that every action has."""
    taken = [p for p in inspect.signature(function).parameters.values() if p.name not in {"actor", "now"}]
    return ", ".join(str(p).replace("'", "") for p in taken)


def modules_of(room: str) -> Iterator[Any]:
    """Yield every module of a room ("actions") of every app."""
    from django.apps import apps

    for config in apps.get_app_configs():
        if not config.name.startswith("renwang."):
            continue
        folder = Path(config.path)
        if (folder / f"{room}.py").exists():
            yield importlib.import_module(f"{config.name}.{room}")
        elif (folder / room).is_dir():
            package = importlib.import_module(f"{config.name}.{room}")
            yield package
            for found in pkgutil.iter_modules(package.__path__):
                yield importlib.import_module(f"{package.__name__}.{found.name}")


def actions() -> dict[str, str]:
    """Return ledger name → its entry, for every action."""
    found: dict[str, str] = {}
    for module in modules_of("actions"):
        for _name, function in inspect.getmembers(module, inspect.isfunction):
            name = getattr(function, "ledger_name", "")
            if name and function.__module__.startswith("renwang."):
                event = inspect.signature(function).return_annotation
                told = getattr(event, "__name__", str(event))
                found[name] = (
                    f"{first_line(function)}\n\nTakes `{signature(function) or 'nothing more'}`; tells `{told}`."
                )
    return found


def plugs() -> dict[str, str]:
    """Return code → its entry, for everything registered in one of the plugs."""
    from renwang.foundation.audit import kinds as effects
    from renwang.loop.cases import kinds as needs

    found = {f"Need `{need.code}`": first_line(need) for need in needs.all_kinds()}
    for label, module_name in (
        ("Resource", "renwang.loop.fulfilment.kinds"),
        ("Mode", "renwang.loop.rounds.kinds"),
        ("Indicator", "renwang.loop.indicators.kinds"),
        ("Section", "renwang.loop.bulletins.kinds"),
    ):
        module = importlib.import_module(module_name)
        every = next(
            (getattr(module, name) for name in ("all_resources", "all_modes", "all_kinds") if hasattr(module, name)),
            None,
        )
        for kind in every() if every else []:
            found[f"{label} `{kind.code}`"] = str(first_line(kind if inspect.isclass(kind) else type(kind)))
    found |= {f"Effect `{effect.kind}`": first_line(effect.keep) for effect in effects.effects()}
    found |= {f"Tick `{tick.name}`": f"{first_line(tick.run)} Every {tick.every}." for tick in effects.ticks()}
    return found


def settings() -> dict[str, str]:
    """Return environment variable → the line of the settings that reads it."""
    text = "".join(path.read_text() for path in sorted((ROOT / "config").glob("*.py")) if path.name != "testing.py")
    names = sorted(set(re.findall(r"\"((?:RENWANG|DATABASE)_[A-Z_]+)\"", text)))
    page = (ROOT / "docs/how-to/run.md").read_text()
    told = dict(re.findall(r"^### ((?:RENWANG|DATABASE)_[A-Z_]+)\n(.+(?:\n.+)*)", page, re.MULTILINE))
    return {f"`{name}`": told.get(name, "").replace("\n", " ") for name in names if name not in PASSED_ON}


def commands() -> dict[str, str]:
    """Return command → what it does, of ``renwang`` and of every app."""
    from django.core.management import get_commands, load_command_class

    from config.cli import GROUPS

    found = {f"`renwang {' '.join(c.words)}`": c.does for group in GROUPS.values() for c in group}
    for name, app in sorted(get_commands().items()):
        if str(app).startswith("renwang."):
            found[f"`renwang manage {name}`"] = str(load_command_class(str(app), name).help)
    return found


def routes() -> dict[str, str]:
    """Return address → its page or answer, for every address."""
    from django.urls import URLPattern, URLResolver, get_resolver

    found: dict[str, str] = {}

    def walk(patterns: list[Any], prefix: str, space: str) -> None:
        for pattern in patterns:
            address = prefix + str(pattern.pattern).lstrip("^").removesuffix("\\Z").removesuffix("$")
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, address, f"{pattern.namespace or ''}:" if pattern.namespace else space)
            elif isinstance(pattern, URLPattern):
                view = getattr(pattern.callback, "view_class", pattern.callback)
                found[f"`/{address}`"] = f"`{space}{pattern.name or ''}` {first_line(view)}".strip()

    walk(get_resolver().url_patterns, "", "")
    return found


KINDS: dict[str, tuple[str, str, Callable[[], dict[str, str]]]] = {
    "actions.md": (
        "Actions",
        "Everything that writes. The name is the permission, the action and the ledger entry in one.",
        actions,
    ),
    "plugs.md": ("Plugs", "What is registered where the loop meets a programme, and what the worker does.", plugs),
    "settings.md": ("Settings", "Everything that differs between two installations.", settings),
    "commands.md": ("Commands", "What is said on the command line.", commands),
    "routes.md": ("Addresses", "Every page and every answer for machines.", routes),
}


def page(name: str) -> str:
    """Return one page as the sources say it."""
    title, intro, collect = KINDS[name]
    entries = collect()
    body = "\n".join(f"## {heading}\n\n{entries[heading]}\n" for heading in sorted(entries))
    return f"# {title}\n{MADE}\n{intro}\n\n{body}"


def main() -> int:
    """Write or check all pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    is_check = parser.parse_args().check
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.testing")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.utils import translation

    PAGES.mkdir(parents=True, exist_ok=True)
    stale = []
    with translation.override("en"):
        for name in KINDS:
            told = page(name)
            path = PAGES / name
            if is_check and (not path.exists() or path.read_text() != told):
                stale.append(name)
            elif not is_check:
                path.write_text(told)
    if stale:
        print(f"docs/reference/{{{','.join(stale)}}} is not what the sources say: make docs")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
