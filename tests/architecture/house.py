"""The rules of the house that are read from the source: each returns the places that break it.

Every function takes the folder that holds ``renwang`` (so that a test can plant a violation in a copy) and returns
lines such as ``renwang/loop/cases/queries.py:12 .save()``.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

LONGEST_FILE = 400
WRITES = frozenset(
    {
        "save",
        "create",
        "update",
        "delete",
        "bulk_create",
        "bulk_update",
        "get_or_create",
        "update_or_create",
        "_raw_delete",
    }
)
# What the standard library and our own dataclasses also call `update` or `delete`.
PLAIN_OWNERS = frozenset({"tags", "filters", "digest", "hasher", "hashlib", "session", "headers", "kwargs", "environ"})
WRITING_ROOMS = frozenset({"actions"})
READERS_OF_THE_CLOCK = frozenset({"views", "api", "handlers", "middleware", "management", "context", "templatetags"})
BAD_NAMES = frozenset({"utils", "helpers", "common", "misc", "manager", "managers"})
PERSONAL = frozenset({"name", "names", "phone", "phones", "id_number", "address", "answers", "told", "note", "words"})


def sources(root: Path, *, tests: bool = False) -> Iterator[Path]:
    """Yield the Python files of the product, without migrations (and tests, unless asked)."""
    for path in sorted((root / "renwang").rglob("*.py")):
        parts = set(path.relative_to(root).parts)
        if "migrations" in parts or (not tests and ("tests" in parts or path.name == "conftest.py")):
            continue
        yield path


def room(path: Path, root: Path) -> str:
    """Return the room a file belongs to: "actions" for ``renwang/loop/cases/actions/moves.py``."""
    parts = path.relative_to(root).with_suffix("").parts
    depth = 3 if parts[1] in {"foundation", "loop", "programmes"} else 2
    return parts[depth] if len(parts) > depth else ""


def app(path: Path, root: Path) -> str:
    """Return the app of a file: "cases"."""
    parts = path.relative_to(root).parts
    return parts[2] if parts[1] in {"foundation", "loop", "programmes"} else parts[1]


def _at(path: Path, root: Path, node: ast.AST, what: str) -> str:
    return f"{path.relative_to(root)}:{getattr(node, 'lineno', 0)} {what}"


def _calls(path: Path) -> Iterator[ast.Call]:
    yield from (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def writes_outside_actions(root: Path) -> list[str]:
    """Find a write the ledger would not see: anything like ``.save()`` outside the room "actions"."""
    found = []
    for path in sources(root):
        if room(path, root) in WRITING_ROOMS | {"engine"}:  # an engine cannot write: it does not know Django
            continue
        for call in _calls(path):
            if not (isinstance(call.func, ast.Attribute) and call.func.attr in WRITES):
                continue
            owner = call.func.value
            if any(keyword.arg == "kind" for keyword in call.keywords):  # a picture is saved: segno's save(kind="svg")
                continue
            if isinstance(owner, ast.Name) and owner.id in PLAIN_OWNERS:
                continue
            if isinstance(owner, ast.Attribute) and owner.attr in PLAIN_OWNERS:
                continue
            # A set or dict named in the same breath: `seen.update({…})` on a local that was made as one.
            if call.func.attr == "update" and isinstance(owner, ast.Name) and _is_plain_local(path, owner.id):
                continue
            found.append(_at(path, root, call, f".{call.func.attr}()"))
    return found


def _is_plain_local(path: Path, name: str) -> bool:
    for node in ast.walk(ast.parse(path.read_text())):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and target.id == name and value is not None:
            if isinstance(value, ast.Dict | ast.Set | ast.DictComp | ast.SetComp):
                return True
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in {"set", "dict"}:
                return True
            if isinstance(value, ast.Call) and getattr(value.func, "attr", "") in {"sha256", "new", "sha3_256", "md5"}:
                return True
            if isinstance(value, ast.Call) and getattr(value.func, "id", "") in {"Counter", "defaultdict"}:
                return True
    return False


def writes_of_others_models(root: Path) -> list[str]:
    """Find an action that writes another app's models: ``Case.objects.create()`` in fulfilment's actions."""
    found = []
    for path in sources(root):
        if room(path, root) != "actions":
            continue
        tree = ast.parse(path.read_text())
        foreign: dict[str, str] = {}
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.ImportFrom)
                and node.module
                and node.level == 0
                and node.module.startswith("renwang.")
            ):
                parts = node.module.split(".")
                if "models" in parts and app(path, root) not in parts:
                    foreign |= {alias.asname or alias.name: node.module for alias in node.names}
        for call in _calls(path):
            if isinstance(call.func, ast.Attribute) and call.func.attr in WRITES:
                names = {node.id for node in ast.walk(call.func.value) if isinstance(node, ast.Name)}
                manager = _first_name(call.func.value)
                if manager in foreign and names:
                    found.append(_at(path, root, call, f"{manager}….{call.func.attr}()"))
    return found


def _first_name(node: ast.expr) -> str:
    while True:
        if isinstance(node, ast.Attribute):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return node.id if isinstance(node, ast.Name) else ""


def rules_that_touch_the_world(root: Path) -> list[str]:
    """Find a rule that imports more than the standard library, words and choices."""
    allowed = {"django.db.models", "django.utils.translation", "django.utils.functional"}
    names_from_models = {"TextChoices", "IntegerChoices"}
    never = {"socket", "subprocess", "urllib", "http", "sqlite3", "threading", "os", "time", "random"}
    found = []
    for path in sources(root):
        if room(path, root) != "rules":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                modules = [node.module or ""]
            else:
                continue
            for module in modules:
                top = module.split(".")[0]
                is_pure_neighbour = top == "renwang" and ({"rules", "engine"} & set(module.split(".")))
                is_library = top in sys.stdlib_module_names and top not in never
                is_choices = module == "django.db.models" and {a.name for a in node.names} <= names_from_models
                is_words = module in allowed - {"django.db.models"}
                if not (is_pure_neighbour or is_library or is_choices or is_words):
                    found.append(_at(path, root, node, module))
    return found


def engines_that_know_django(root: Path) -> list[str]:
    """Find an engine that imports Django."""
    found = []
    for path in sources(root):
        if room(path, root) != "engine":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            module = node.module or "" if isinstance(node, ast.ImportFrom) and node.level == 0 else ""
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [module]
            found += [_at(path, root, node, name) for name in names if name.split(".")[0] == "django"]
    return found


def long_files(root: Path) -> list[str]:
    """Find a file over 400 lines: its room must become a package."""
    counted = ((path, len(path.read_text().splitlines())) for path in sources(root, tests=True))
    return [f"{path.relative_to(root)} {lines} lines" for path, lines in counted if lines > LONGEST_FILE]


def badly_named_files(root: Path) -> list[str]:
    """Find a drawer in which anything may lie: utils, helpers, common…"""
    paths = (root / "renwang").rglob("*")
    return [str(path.relative_to(root)) for path in paths if path.stem in BAD_NAMES and "vendor" not in path.parts]


def signals(root: Path) -> list[str]:
    """Find a Django signal: who listens to what stands in config/wiring.py."""
    found = []
    for path in sources(root):
        for node in ast.walk(ast.parse(path.read_text())):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            if module.startswith(("django.dispatch", "django.db.models.signals", "django.core.signals")):
                found.append(_at(path, root, node, module))
            if isinstance(node, ast.Attribute) and node.attr == "connect" and "signal" in ast.unparse(node.value):
                found.append(_at(path, root, node, ast.unparse(node)))
    return found


def readers_of_the_clock(root: Path) -> list[str]:
    """Find a call of the clock outside views, handlers and commands: the moment is an argument."""
    clocks = {"timezone.now", "datetime.now", "dt.datetime.now", "datetime.datetime.now", "date.today", "dt.date.today"}
    found = []
    for path in sources(root):
        if room(path, root) in READERS_OF_THE_CLOCK or app(path, root) == "drill":
            continue
        found += [
            _at(path, root, call, ast.unparse(call.func)) for call in _calls(path) if ast.unparse(call.func) in clocks
        ]
    return found


def models_by_string(root: Path) -> list[str]:
    """Find ``apps.get_model``: it leaves no import edge for the contracts to see."""
    return [
        _at(path, root, call, "get_model")
        for path in sources(root)
        for call in _calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "get_model"
    ]


def overridden_saves(root: Path) -> list[str]:
    """Find workflow hidden in a model: an override of save or delete."""
    found = []
    for path in sources(root):
        if room(path, root) not in {"models", "needs", "resources"}:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}:
                found.append(_at(path, root, node, node.name))
    return found


def _actions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            names = {ast.unparse(decorator).split(".")[-1] for decorator in node.decorator_list}
            if "action" in names:
                yield node


# Actions that are never called for their own sake: the right was asked by the action they follow from.
CONSEQUENCES = frozenset({"rounds.follow_answerable"})


def actions_without_rights(root: Path) -> list[str]:
    """Find an action that neither asks for a right itself nor lets a neighbour in its file ask for the one of its name."""
    found = []
    for path in sources(root):
        if room(path, root) != "actions":
            continue
        text = path.read_text()
        for node in _actions(path):
            name = f"{app(path, root)}.{node.name}"
            itself = any("check_may" in ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call))
            asked = itself or ("check" in text and f'"{name}"' in text)
            if not asked and name not in CONSEQUENCES:
                found.append(_at(path, root, node, node.name))
    return found


def actions_of_the_wrong_shape(root: Path) -> list[str]:
    """Find an action that takes positional arguments, lacks ``actor`` or ``now``, or says nothing of what it returns."""
    found = []
    for path in sources(root):
        for node in _actions(path):
            keyword = {argument.arg for argument in node.args.kwonlyargs}
            if node.args.args or node.args.posonlyargs or not {"actor", "now"} <= keyword or node.returns is None:
                found.append(_at(path, root, node, node.name))
            elif room(path, root) != "actions":
                found.append(_at(path, root, node, f"{node.name} is an action outside the room"))
    return found


def views_that_act_twice(root: Path) -> list[str]:
    """Find a view function that calls more than one action: the second could fail after the first was done."""
    found = []
    for path in sources(root):
        if room(path, root) not in {"views", "api"}:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef):
                continue
            calls = [
                ast.unparse(call.func)
                for call in ast.walk(node)
                if isinstance(call, ast.Call)
                and "actions" in ast.unparse(call.func).split(".")
                and {"actor", "now"} <= {keyword.arg for keyword in call.keywords}
            ]
            exits = sum(isinstance(part, ast.Return | ast.If | ast.Try | ast.Match) for part in ast.walk(node))
            if len(calls) > 1 and exits <= 1:
                found.append(_at(path, root, node, f"{node.name}: {', '.join(calls)}"))
    return found


def events_that_tell_too_much(root: Path) -> list[str]:
    """Find an event with a name, phone, answer or other words of people in it: the ledger must not become the leak."""
    found = []
    for path in sources(root):
        if room(path, root) != "events":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id in PERSONAL:
                found.append(_at(path, root, node, node.target.id))
    return found


def inline_scripts(root: Path) -> list[str]:
    """Find a script or style inside a template: the content security policy would block it."""
    found = []
    for path in sorted((root / "renwang").rglob("templates/**/*.html")):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            low = line.lower()
            inline_script = "<script" in low and "src=" not in low and "application/json" not in low
            if inline_script or "<style" in low or " style=" in low or " onclick=" in low or "javascript:" in low:
                found.append(f"{path.relative_to(root)}:{number} {line.strip()[:80]}")
    return found
