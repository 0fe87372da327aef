"""The rules of the house that are read from the source: each returns the places that break it.

Every function takes the folder that holds ``renwang`` (so that a test can plant a violation in a copy) and returns
lines such as ``renwang/loop/cases/queries.py:12 .save()``.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from .walking import app, at, calls, home_of, room, sources, tree_of
from .writes import writes_of_others_models, writes_outside_actions

LONGEST_FILE = 400
# A form asks whether a day somebody typed lies ahead: it lives as long as a request.
READERS_OF_THE_CLOCK = frozenset(
    {"views", "api", "handlers", "forms", "middleware", "management", "context", "templatetags"}
)
BAD_NAMES = frozenset({"utils", "helpers", "common", "misc", "manager", "managers"})
PERSONAL = frozenset({"name", "names", "phone", "phones", "id_number", "address", "answers", "told", "note", "words"})
# Un-merging brings back rows of tables that it knows from what the merge kept: by their label alone.
KNOWS_MODELS_BY_LABEL = frozenset({"renwang/loop/registry/actions/merges.py"})

__all__ = ["writes_of_others_models", "writes_outside_actions"]


NEVER_IN_RULES = frozenset(
    {
        *("socket", "ssl", "select", "asyncio", "urllib", "http", "smtplib", "ftplib", "subprocess", "multiprocessing"),
        *("threading", "concurrent", "sqlite3", "os", "pathlib", "shutil", "tempfile", "glob", "io", "ctypes"),
        *("importlib", "time", "random", "secrets", "signal", "logging"),
    }
)
WORDS = frozenset({"django.utils.translation", "django.utils.functional"})
CHOICES = frozenset({"TextChoices", "IntegerChoices"})
PURE_ROOMS = frozenset({"rules", "engine", "errors"})


def rules_that_touch_the_world(root: Path) -> list[str]:
    """Find a rule that imports more than the standard library, words and choices, or opens a file."""
    found = []
    for path in sources(root):
        if room(path, root) != "rules":
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Import):
                modules = {alias.name: set[str]() for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                modules = {home_of(node, path, root): {alias.name for alias in node.names}}
            else:
                if isinstance(node, ast.Call) and ast.unparse(node.func) in {"open", "__import__", "eval", "exec"}:
                    found.append(at(path, root, node, ast.unparse(node.func)))
                continue
            found += [at(path, root, node, name) for name, what in modules.items() if not _is_pure(name, what)]
    return found


def _is_pure(module: str, names: set[str]) -> bool:
    parts = module.split(".")
    if parts[0] == "renwang":
        return bool(PURE_ROOMS & set(parts)) or (bool(names) and names <= PURE_ROOMS)
    if module == "django.db.models":
        return bool(names) and names <= CHOICES
    return module in WORDS or (parts[0] in sys.stdlib_module_names and parts[0] not in NEVER_IN_RULES)


def engines_that_know_django(root: Path) -> list[str]:
    """Find an engine that imports Django."""
    found = []
    for path in sources(root):
        if room(path, root) != "engine":
            continue
        for node in ast.walk(tree_of(path)):
            module = node.module or "" if isinstance(node, ast.ImportFrom) and node.level == 0 else ""
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [module]
            found += [at(path, root, node, name) for name in names if name.split(".")[0] == "django"]
    return found


def long_files(root: Path) -> list[str]:
    """Find a file over 400 lines, of a benchmark too: its room must become a package."""
    paths = [*sources(root, tests=True), *sorted((root / "benchmarks").rglob("*.py"))]
    counted = ((path, len(path.read_text().splitlines())) for path in paths)
    return [f"{path.relative_to(root)} {lines} lines" for path, lines in counted if lines > LONGEST_FILE]


def badly_named_files(root: Path) -> list[str]:
    """Find a drawer in which anything may lie: utils, helpers, common…"""
    paths = (root / "renwang").rglob("*")
    return [str(path.relative_to(root)) for path in paths if path.stem in BAD_NAMES and "vendor" not in path.parts]


def signals(root: Path) -> list[str]:
    """Find a Django signal: who listens to what stands in config/wiring.py."""
    found = []
    for path in sources(root):
        for node in ast.walk(tree_of(path)):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            if module.startswith(("django.dispatch", "django.db.models.signals", "django.core.signals")):
                found.append(at(path, root, node, module))
            if isinstance(node, ast.Attribute) and node.attr == "connect" and "signal" in ast.unparse(node.value):
                found.append(at(path, root, node, ast.unparse(node)))
    return found


CLOCKS = re.compile(
    r"^(?:django\.utils\.)?timezone\.now$|\b(?:datetime|dt)\.(?:now|utcnow|today)$|\bdate\.today$"
    r"|^time\.(?:time|time_ns|localtime|gmtime)$"
)
CLOCKS_BY_NAME = frozenset({"now", "Now", "time", "time_ns"})
# With a moment they only turn it into the district's day.
READS_WHEN_BARE = frozenset({"timezone.localtime", "timezone.localdate", "localtime", "localdate"})


def readers_of_the_clock(root: Path) -> list[str]:
    """Find a clock outside views, handlers and commands, read or only named (a default, auto_now): the moment is an argument."""
    found = []
    for path in sources(root):
        if room(path, root) in READERS_OF_THE_CLOCK or app(path, root) == "drill":
            continue
        for node in ast.walk(tree_of(path)):
            what = _clock(node)
            if what:
                found.append(at(path, root, node, what))
    return found


def _clock(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and CLOCKS.search(ast.unparse(node)):
        return ast.unparse(node)
    if isinstance(node, ast.ImportFrom) and node.module in {
        "django.utils.timezone",
        "django.db.models.functions",
        "time",
    }:
        return next((alias.name for alias in node.names if alias.name in CLOCKS_BY_NAME), "")
    if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
        return node.arg or ""
    if isinstance(node, ast.Call) and not (node.args or node.keywords):
        return ast.unparse(node.func) if ast.unparse(node.func) in READS_WHEN_BARE else ""
    return ""


def models_by_string(root: Path) -> list[str]:
    """Find ``apps.get_model`` and its like: they leave no import edge for the contracts to see."""
    by_name = {"get_model", "get_registered_model", "model_class", "import_module", "import_string"}
    return [
        at(path, root, call, called)
        for path in sources(root)
        for call in calls(path)
        if (called := ast.unparse(call.func).split(".")[-1]) in by_name
        and str(path.relative_to(root)) not in KNOWS_MODELS_BY_LABEL
    ]


def overridden_saves(root: Path) -> list[str]:
    """Find workflow hidden in a model: an override of save or delete."""
    found = []
    for path in sources(root):
        if room(path, root) not in {"models", "needs", "resources"}:
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in {
                "save",
                "delete",
                "asave",
                "adelete",
            }:
                found.append(at(path, root, node, node.name))
    return found


def _actions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = {ast.unparse(decorator).split(".")[-1] for decorator in node.decorator_list}
            if "action" in names:
                yield node


# Actions that are never called for their own sake: the right was asked by the action they follow from.
CONSEQUENCES = frozenset({"rounds.follow_answerable"})


def actions_without_rights(root: Path) -> list[str]:
    """Find an action that never asks whether its actor may: no ``check_may…``, nor a function of its app that asks for it."""
    asking: dict[str, set[str]] = {}
    files = [path for path in sources(root) if room(path, root) in {"actions", "queries", "rules"}]
    for _depth in range(3):  # an action calls a step, a step calls a check
        for path in files:
            known = asking.setdefault(app(path, root), set())
            for node in ast.walk(tree_of(path)):
                if isinstance(node, ast.FunctionDef) and _asks(node, known):
                    known.add(node.name)
    return [
        at(path, root, node, node.name)
        for path in files
        if room(path, root) == "actions"
        for node in _actions(path)
        if not _asks(node, asking[app(path, root)]) and f"{app(path, root)}.{node.name}" not in CONSEQUENCES
    ]


def _asks(function: ast.FunctionDef | ast.AsyncFunctionDef, asking: set[str]) -> bool:
    called = {ast.unparse(call.func).split(".")[-1] for call in ast.walk(function) if isinstance(call, ast.Call)}
    itself = "NotAllowed" in called or any(name.startswith("check_may") for name in called)
    return itself or bool(called & (asking - {function.name}))


def actions_of_the_wrong_shape(root: Path) -> list[str]:
    """Find an action that takes positional arguments, lacks ``actor`` or ``now``, says nothing of what it returns, or hides."""
    found = []
    for path in sources(root):
        for node in _actions(path):
            keyword = {argument.arg for argument in node.args.kwonlyargs}
            is_shaped = not (node.args.args or node.args.posonlyargs) and {"actor", "now"} <= keyword and node.returns
            if not is_shaped or isinstance(node, ast.AsyncFunctionDef) or node.col_offset:
                found.append(at(path, root, node, node.name))
            elif room(path, root) != "actions":
                found.append(at(path, root, node, f"{node.name} is an action outside the room"))
        for part in ast.walk(tree_of(path)):
            # Under another name, or without the @, the rules above would not know it.
            if isinstance(part, ast.ImportFrom):
                hidden = [
                    alias for alias in part.names if alias.name == "action" and alias.asname not in {None, "action"}
                ]
                found += [at(path, root, part, f"action as {alias.asname}") for alias in hidden]
            if isinstance(part, ast.Call) and ast.unparse(part.func) in {"action", "actions.action", "door.action"}:
                found.append(at(path, root, part, "action(…) without the @"))
    return found


def views_that_act_twice(root: Path) -> list[str]:
    """Find a view that can call two actions in one request, or one in a loop: the second could fail after the first was done."""
    found = []
    for path in sources(root):
        if room(path, root) not in {"views", "api"}:
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and max(_acts(node.body)) > 1:
                found.append(at(path, root, node, node.name))
    return found


def _acts(body: list[ast.stmt]) -> tuple[int, int]:
    """Return the most actions on one way through some statements: on ways that go on after them, and on ways that end in them."""
    on, ended = 0, -1
    for statement in body:
        match statement:
            case ast.Return() | ast.Raise():
                return -1, max(ended, on + _called(statement))
            case ast.If():
                on += _called(statement.test)
                ways = [_acts(statement.body), _acts(statement.orelse)]
            case ast.Try():
                tried = _acts(statement.body)
                rest = _acts([*statement.orelse, *statement.finalbody])
                # What failed was taken back: a handler begins where the try began.
                ways = [_acts(handler.body) for handler in statement.handlers]
                ways.append((tried[0] + rest[0] if min(tried[0], rest[0]) >= 0 else -1, tried[1]))
                if tried[0] >= 0 and rest[1] >= 0:
                    ways.append((-1, tried[0] + rest[1]))
            case ast.With():
                on += sum(_called(item.context_expr) for item in statement.items)
                inner = _acts(statement.body)
                # Several actions in one transaction are one.
                is_one = any(ast.unparse(item.context_expr).endswith("together()") for item in statement.items)
                ways = [(min(inner[0], 1), min(inner[1], 1)) if is_one else inner]
            case ast.Match():
                ways = [(0, -1), *(_acts(case.body) for case in statement.cases)]
            case ast.For() | ast.While():
                inner = _acts(statement.body)
                # An action that ends the loop happens once; any other as often as the loop turns.
                ways = [(0, -1), (2 * inner[0] if inner[0] > 0 else 0, inner[1])]
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                continue
            case _:
                on += _called(statement)
                continue
        ended = max([ended, *(on + way[1] for way in ways if way[1] >= 0)])
        going = [way[0] for way in ways if way[0] >= 0]
        if not going:
            return -1, ended
        on += max(going)
    return on, ended


def _called(node: ast.AST) -> int:
    """Count the actions called in a piece of source: whatever is given an ``actor`` and a ``now``."""
    return sum(
        isinstance(part, ast.Call) and {"actor", "now"} <= {keyword.arg for keyword in part.keywords}
        for part in ast.walk(node)
    )


def events_that_tell_too_much(root: Path) -> list[str]:
    """Find an event with a name, phone, answer or other words of people in it: the ledger must not become the leak."""
    found = []
    for path in sources(root):
        if room(path, root) != "events":
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and _is_personal(node.target.id):
                found.append(at(path, root, node, node.target.id))
    return found


def _is_personal(name: str) -> bool:
    """Answer whether a field would hold words of or about people: "phone", "new_phone", "household_name"."""
    return name in PERSONAL or any(name.endswith(f"_{word}") for word in PERSONAL)


INLINE = re.compile(
    r"""<style\b|javascript:|\bhx-on|\bhx-vals=["']js:"""
    r"""|<[a-z][^<>]*\s(?:style|on[a-z]+)\s*=|<script\b(?![^>]*(?:\ssrc=|application/json))""",
    re.IGNORECASE,
)


def inline_scripts(root: Path) -> list[str]:
    """Find a script or style inside a template or a part of one: the content security policy would block it."""
    found = []
    drawn = [path for path in sources(root) if path.suffix == ".py"]
    for path in [*sorted((root / "renwang").rglob("templates/**/*.html")), *drawn]:
        text = path.read_text()
        for match in INLINE.finditer(text):
            number = text.count("\n", 0, match.start()) + 1
            found.append(f"{path.relative_to(root)}:{number} {match.group()[-80:]}")
    return found
