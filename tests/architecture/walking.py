"""Walking the sources: files, rooms, calls, and where an import comes from."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path


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


def at(path: Path, root: Path, node: ast.AST, what: str) -> str:
    """Return a place as the rules tell it: ``renwang/loop/cases/queries.py:12 .save()``."""
    return f"{path.relative_to(root)}:{getattr(node, 'lineno', 0)} {what}"


def tree_of(path: Path) -> ast.Module:
    """Return a file's syntax tree; a dozen rules read each file."""
    return _parsed(path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=2000)
def _parsed(path: Path, changed_at: int) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(path: Path) -> Iterator[ast.Call]:
    """Yield every call in a file."""
    yield from (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))


def first_name(node: ast.expr) -> str:
    """Return the name an expression begins with: "Case" of ``Case.objects.filter(…).first()``."""
    while True:
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Await | ast.Starred):
            node = node.value
        elif isinstance(node, ast.Call):
            # list(Case.objects.all()), iter(…), sorted(…) hold what they are given.
            is_plain = isinstance(node.func, ast.Name) and node.func.id in {
                "list",
                "iter",
                "sorted",
                "reversed",
                "tuple",
            }
            node = node.args[0] if is_plain and node.args else node.func
        else:
            return node.id if isinstance(node, ast.Name) else ""


def home_of(node: ast.ImportFrom, path: Path, root: Path) -> str:
    """Return the module an import names, whatever number of dots it begins with."""
    if not node.level:
        return node.module or ""
    here = path.relative_to(root).with_suffix("").parts
    package = here[: len(here) - node.level]
    return ".".join([*package, *((node.module or "").split("."))]).rstrip(".")
