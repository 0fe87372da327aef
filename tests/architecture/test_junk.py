"""Junk in every address and every form: whoever sends it, the answer says what is wrong, and never is a failure of ours."""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve

from conftest import MakeUser

from .rights import OPEN, Route, World
from .rights_routes import ROUTES
from .test_rights import address, addresses, walker, world

__all__ = ["world"]

# What a form never sends, a worn phone sometimes, and somebody curious always.
JUNK = (
    "\x00",
    "刘\x00德顺",
    "9" * 30,
    "-1",
    "²",
    "٣",
    "0",
    "nan",
    "1e400",
    "2020-02-30",
    "0001-01-01",
    "9999-12-31",
    "99999-99-99",
    "👵🏽" * 40,
    "\u202eabc\u200f\ufeff",
    "x" * 5000,
    "%'\"<script>{{ 1 }}{% now %}",
    '{"a": [1, {"b": null}]}',
    "a=1&a=2;//evil.example",
    "../../etc/passwd",
    "00000000-0000-0000-0000-000000000000",
    " ",
)
USUAL = ("page", "area", "q", "sort", "show", "day", "next", "reason", "submission_id")
# Some thousand requests for each role: a minute or two, so part of `make check`.
# Those who between them may open every page: the widest, one who sees own people only, and the two who see no people.
WALKERS = ("account_manager", "auditor", "district_command", "helper")
WALKED = [pytest.param(role, marks=[pytest.mark.slow, pytest.mark.walk]) for role in WALKERS]


@cache
def names_of(view_module: str) -> tuple[str, ...]:
    """Return every name that a module of views, or the forms beside it, reads from what is sent."""
    module = sys.modules[view_module]
    app = re.split(r"\.(?:views|api)\b", view_module)[0]
    found = dict.fromkeys(USUAL)
    tree = ast.parse(inspect.getsource(module))
    for node in ast.walk(tree):
        # Whatever is asked for by a constant: of what was sent, or of something else, which harms nobody.
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            found[str(node.args[0].value)] = None
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            found[str(node.slice.value)] = None
    source = inspect.getsource(module)
    for name in [one for one in sys.modules if one == f"{app}.forms" or one.startswith(f"{app}.forms.")]:
        for form in vars(sys.modules[name]).values():
            if isinstance(form, type) and issubclass(form, forms.BaseForm) and form.__name__ in source:
                found |= dict.fromkeys(form.base_fields)  # type: ignore[attr-defined]
    return tuple(name for name in found if re.fullmatch(r"[\w\-]{1,40}", name))


def asked(path: str, route: Route, method: str, world: World) -> Iterator[dict[str, Any]]:
    """Yield what is sent to one address: all names full of one kind of junk, then each name alone beside what is fit."""
    view = resolve(path).func
    names = names_of(inspect.unwrap(view).__module__)
    fit = dict(route.sent(world, world.ours)) if method == "POST" else dict(route.query)
    for value in JUNK:
        yield dict.fromkeys((*names, *fit), value)
    for place, name in enumerate((*fit, *names)):
        yield {**fit, name: JUNK[place % len(JUNK)]}
        if method == "POST" and name in fit:
            yield {**fit, name: JUNK[0]}
            yield {key: value for key, value in fit.items() if key != name}
    if method == "POST":
        yield {}
        yield {name: SimpleUploadedFile("a\x01.xlsx", b"\x00PK junk") for name in names}


def failures(client: Client, path: str, route: Route, method: str, world: World, name: str) -> Iterator[str]:
    """Send it all; yield what was answered with a failure of ours. Nothing stays."""
    for data in asked(path, route, method, world):
        # A test's own connection ends a broken transaction with the savepoint it began.
        with transaction.atomic():
            if method == "GET":
                response = client.get(f"{path}?{urlencode(data)}")
            else:
                response = client.post(path, data)
            status = response.status_code
            transaction.set_rollback(True)
        if status >= 500 and name != "audit:health":
            shown = {key: str(value)[:40] for key, value in data.items()}
            few = shown if len(shown) < 6 else f"all names: {str(next(iter(shown.values())))!r}"
            said = response.exc_info[1] if getattr(response, "exc_info", None) else ""
            yield f"{method} {path} ({name}) {few}: {status} {type(said).__name__} {str(said)[:160]}"


@pytest.mark.parametrize("role", WALKED)
def test_junk_is_answered_and_never_a_failure(world: World, make_user: MakeUser, role: str) -> None:
    client, _actor = walker(world, make_user, role)
    wrong: list[str] = []
    for name, parameters in addresses().items():
        route = ROUTES.get(name)
        if route is None or (route.permission == OPEN and parameters) or name == "access:sign_out":
            continue
        for method in route.methods:
            with transaction.atomic():
                path = address(name, parameters, world, world.ours)
                wrong += islice(failures(client, path, route, method, world, name), 3)
                transaction.set_rollback(True)
    assert not wrong, "\n".join(["", *wrong])


def test_nobody_signed_in_is_answered_too(world: World) -> None:
    client = Client(raise_request_exception=False)
    wrong: list[str] = []
    junk = ("0", "zz.zz", "x" * 3000, "%00", "1.aaaaaaaaaaaaaaaa", "²", "刘")
    for name, parameters in addresses().items():
        route = ROUTES.get(name)
        if route is None or route.permission != OPEN:
            continue
        paths = [address(name, (), world, world.ours)] if not parameters else []
        pattern = _sample(name) if parameters else ""
        paths += [pattern.replace("JUNK", one) for one in junk] if pattern else []
        for path in paths:
            for method in route.methods:
                if not parameters:
                    wrong += islice(failures(client, path, route, method, world, name), 3)
                    continue
                response = client.get(path) if method == "GET" else client.post(path, {"answer": "yes"})
                if response.status_code >= 500:
                    wrong.append(f"{method} {path} ({name}): {response.status_code}")
    assert not wrong, "\n".join(["", *wrong])


def _sample(name: str) -> str:
    """Return an open address with JUNK where its token stands; nothing where its parameter is no text."""
    from django.urls import NoReverseMatch, reverse

    (one,) = addresses()[name][:1]
    try:
        return reverse(name, kwargs={one: "JUNK"})
    except NoReverseMatch:
        return ""


def test_the_junk_bites(world: World, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that trusts a number is caught: the planted violation."""
    from renwang.loop.registry.views import households

    monkeypatch.setattr(households.lists, "households", lambda **told: int(told["name"] or 1))
    client, _actor = walker(world, make_user, "district_command")
    path = "/register/"
    assert list(islice(failures(client, path, ROUTES["registry:households"], "GET", world, "registry:households"), 1))
    assert connection.in_atomic_block
