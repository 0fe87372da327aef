"""Where the source writes to the database: the rules about the door."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from .walking import app, at, first_name, home_of, room, sources, tree_of

WRITES = frozenset(
    {
        *("save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"),
        *("asave", "acreate", "aupdate", "adelete", "abulk_create", "abulk_update", "aget_or_create"),
        *("aupdate_or_create", "_raw_delete", "_insert", "_update", "save_base", "executescript"),
    }
)
# What nothing but a database has: even to name it without a call is to hand a write on.
UNMISTAKABLE = frozenset(name for name in WRITES if "_" in name or name.startswith("a")) | {"save"}
# What the standard library, Django's sessions and our own dataclasses also call `save` or `delete`.
PLAIN_OWNERS = frozenset({"session", "headers", "environ", "cache"})
MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
WRITING_SQL = re.compile(
    r"^\s*(?:insert|update|delete|replace|merge|truncate|create|drop|alter|copy|with\b.*\b(?:insert|update|delete)\b)\b",
    re.IGNORECASE | re.DOTALL,
)
WRITING_ROOMS = frozenset({"actions"})
OF_ENGINES = frozenset({".save()", ".save", ".create()", ".execute()"})


def writes_outside_actions(root: Path) -> list[str]:
    """Find a write the ledger would not see: anything like ``.save()`` outside the room "actions"."""
    found = []
    for path in sources(root):
        if room(path, root) in WRITING_ROOMS:
            continue
        tree = tree_of(path)
        called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for node in ast.walk(tree):
            what = _write(node, is_called=id(node) in called)
            # An engine knows no Django: its digests and dictionaries have the same verbs, and what it executes is DuckDB's.
            if what and not (room(path, root) == "engine" and what in OF_ENGINES):
                found.append(at(path, root, node, what))
    return found


def _write(node: ast.AST, *, is_called: bool) -> str:
    """Return the write that a piece of source is, "" if it is none."""
    if isinstance(node, ast.Call):
        return _written_call(node)
    if isinstance(node, ast.Attribute) and node.attr in WRITES and not is_called:
        owner = node.value
        is_manager = isinstance(owner, ast.Attribute) and owner.attr in MANAGERS
        if is_manager or (node.attr in UNMISTAKABLE and "super()" not in ast.unparse(owner)):
            return f".{node.attr}"
    return ""


def _written_call(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Name) and function.id in {"getattr", "attrgetter", "methodcaller"}:
        named = [part.value for part in call.args if isinstance(part, ast.Constant)]
        return next((f"{function.id}({name!r})" for name in named if name in WRITES), "")
    if not isinstance(function, ast.Attribute):
        return ""
    if function.attr in {"execute", "executemany", "raw"}:
        return f".{function.attr}()" if call.args and _is_writing_sql(call.args[0]) else ""
    if function.attr not in WRITES:
        return ""
    owner = function.value
    if (owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")) in PLAIN_OWNERS:
        return ""
    # A queryset takes its changes by keyword; a set, a dict or a digest takes what it is fed by place.
    if function.attr == "update" and call.args:
        return ""
    # A row is saved as it is; a picture or a workbook is saved somewhere.
    if function.attr == "save" and call.args and not isinstance(call.args[0], ast.Constant):
        return ""
    return f".{function.attr}()"


def _is_writing_sql(text: ast.expr) -> bool:
    """Answer whether SQL writes. What is not written out here is asked for at the door: it may say anything."""
    if isinstance(text, ast.JoinedStr) and text.values:
        text = text.values[0]
    return not isinstance(text, ast.Constant) or bool(WRITING_SQL.match(str(text.value)))


def writes_of_others_models(root: Path) -> list[str]:
    """Find an action that writes another app's models: ``Case.objects.create()`` in fulfilment's actions."""
    found = []
    for path in sources(root):
        if room(path, root) != "actions":
            continue
        tree = tree_of(path)
        outside = _foreign_names(tree, path, root)
        for scope in _scopes(tree):
            foreign = _spread(scope, outside)
            for call in ast.walk(scope):
                if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                    continue
                owner = first_name(call.func.value)
                if owner in foreign and _written_call(call):
                    found.append(at(path, root, call, f"{owner}….{call.func.attr}()"))
    return sorted(set(found))


def _scopes(tree: ast.Module) -> Iterator[ast.AST]:
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    yield from functions
    yield ast.Module([node for node in tree.body if node not in functions], [])


def _foreign_names(tree: ast.Module, path: Path, root: Path) -> set[str]:
    """Return the names that stand for another app's models, or for what its queries give."""
    names = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        for alias in node.names:
            parts = [*home_of(node, path, root).split("."), alias.name]
            if parts[0] == "renwang" and {"models", "queries"} & set(parts) and app(path, root) not in parts:
                names.add(alias.asname or alias.name)
    return names


def _spread(scope: ast.AST, names: set[str]) -> set[str]:
    """Return the names that hold, in a function, what came from the given ones: ``case = Case.objects.get()``."""
    held = set(names)
    for _round in range(3):
        for node in ast.walk(scope):
            targets: list[ast.expr] = []
            value: ast.expr | None = None
            if isinstance(node, ast.Assign):
                targets, value = node.targets, node.value
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr | ast.For | ast.comprehension):
                targets, value = (
                    [node.target],
                    node.iter if isinstance(node, ast.For | ast.comprehension) else node.value,
                )
            if value is not None and first_name(value) in held:
                held |= {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}
    return held
