"""Every address × every role × own and other area: nobody opens what is not theirs, and nothing changes when they try."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from conftest import NOW, District, Family, MakeFamily, MakeUser
from renwang.foundation.access import queries
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import ROLES, Actor
from renwang.loop.assignments.models import Assignment
from renwang.loop.registry.models import Division

from .rights import EVERYBODY, OPEN, Place, Route, World
from .rights_objects import OBJECTS
from .rights_routes import ROUTES

IN = {200, 201, 202, 204, 301, 302, 303}
OUT = {403, 404}
# What a form may answer that was understood but not fit.
UNFIT = {400, 405, 409, 410, 422}
# The offices hold the same rights, each for its own cases: one of them walks always, all of them in `make check`.
OFFICES = sorted(role.code for role in ROLES.values() if role.code.endswith("_officer") and role.second_factor)
WALKED = [
    pytest.param(role, marks=[pytest.mark.walk, *([pytest.mark.slow] if role in OFFICES[1:] else [])])
    for role in sorted(ROLES)
]
OWN_PEOPLE = sorted(role.code for role in ROLES.values() if role.own_people_only)


def addresses() -> dict[str, tuple[str, ...]]:
    """Return the name of every address of the house and the names of its parameters."""
    found: dict[str, tuple[str, ...]] = {}
    for pattern, namespace in _patterns(get_resolver().url_patterns, ""):
        name = f"{namespace}{pattern.name or pattern.pattern}"
        found[name] = tuple(pattern.pattern.converters) or tuple(pattern.pattern.regex.groupindex)
    return found


def _patterns(patterns: list[Any], namespace: str, above: tuple[str, ...] = ()) -> Iterator[tuple[URLPattern, str]]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern, namespace
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _patterns(pattern.url_patterns, inner)


@pytest.fixture
def world(small_district: District, make_user: MakeUser, make_family: MakeFamily, settings: Any) -> World:
    """Two streets; in each a family, an officer, and names that stand nowhere else."""
    settings.LANGUAGE_CODE = "en"
    make_user("stranger", name="陌生借入者", village_cadre="370704003202")

    def place(street: Division, village: Division, head: str, officer: str) -> Place:
        family: Family = make_family(head, division=village, size=2)
        account = make_user(f"officer{street.code}", name=officer, street_officer=street.code)
        names = (family.household.name, *(member.name for member in family.members), officer)
        return Place(street=street.code, village=village.code, family=family, officer=account, names=names)

    return World(
        district=small_district,
        ours=place(small_district.street, small_district.village, "司马本村", "本街干事"),
        theirs=place(small_district.other_street, small_district.far_village, "欧阳外乡", "外街干事"),
    )


def walker(world: World, make_user: MakeUser, role: str) -> tuple[Client, Actor]:
    """Return a browser and the actor of somebody who holds the role in our street, and is answerable for our family."""
    user: User = make_user(f"walker_{role}", name="走访者", **{role: world.ours.street})
    Assignment.objects.create(duty_id="helper", user=user, subject=world.ours.family.household, since=NOW)
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client, queries.actor_for(user=user, now=NOW, verified=True)


def is_allowed(actor: Actor, route: Route, method: str) -> bool:
    """Answer whether the table opens the address to somebody for what lies in their own area."""
    permission = route.to_send if method == "POST" and route.to_send else route.permission
    if permission in (EVERYBODY, OPEN):
        return True
    if route.of_areas:
        return bool(actor.areas(permission))
    return any(actor.may_anywhere(one) for one in permission.split("|"))


def address(name: str, parameters: tuple[str, ...], world: World, place: Place) -> str:
    """Return the address of something that lies in a place; the objects are made on the way."""
    told = {one: (OBJECTS.get(f"{name}.{one}") or OBJECTS[one])(world, place) for one in parameters}
    return reverse(name, kwargs=told or None)


def rows() -> dict[str, int]:
    """Return how many rows each table of ours holds: an action always leaves one in the ledger."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("renwang.")]
    return {model._meta.label: model._default_manager.count() for model in ours}


def in_passing(client: Client, method: str, path: str, data: Any = None) -> tuple[HttpResponse, bool, str]:
    """Ask, look whether any row came or went, and take everything back: the rows, and the browser's cookies."""
    response, has_written = _asked(client, method, path, data)
    changed = False
    if has_written:
        # Something was written, perhaps only until a refusal took it back: ask again and count.
        with transaction.atomic():
            before = rows()
            _asked(client, method, path, data)
            changed = rows() != before
            transaction.set_rollback(True)
    body = b"".join(response.streaming_content) if getattr(response, "streaming", False) else response.content
    return response, changed, body.decode(errors="replace")


def _asked(client: Client, method: str, path: str, data: Any) -> tuple[Any, bool]:
    written: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if re.match(r'(INSERT INTO|UPDATE|DELETE FROM) (?!"?(django_session|axes_))', sql):
            written.append(sql)
        return execute(sql, params, many, context)

    cookies = {key: morsel.value for key, morsel in client.cookies.items()}
    with transaction.atomic(), connection.execute_wrapper(watch):
        response = client.get(path) if method == "GET" else client.post(path, data or {})
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.load(cookies)
    return response, bool(written)


# ── the table ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_address_stands_in_the_table_of_rights() -> None:
    missing = sorted(set(addresses()) - set(ROUTES))
    assert not missing, (
        "New addresses without rights. Add one line each to ROUTES in tests/architecture/rights_routes.py, for example "
        f'"{missing[0]}": Page("app.view")  (Page: GET, Deed: POST, Both; EVERYBODY: whoever is signed in): {missing}'
    )
    assert not set(ROUTES) - set(addresses()), "These addresses are gone: take them out of ROUTES."


def test_every_parameter_of_an_address_has_an_object_in_both_areas() -> None:
    unknown = sorted(
        f"{name}.{one}"
        for name, parameters in addresses().items()
        if name in ROUTES and ROUTES[name].permission != OPEN
        for one in parameters
        if f"{name}.{one}" not in OBJECTS and one not in OBJECTS
    )
    assert not unknown, (
        "Parameters without an object. Add a function to OBJECTS in tests/architecture/rights_objects.py that makes one in the "
        f"place it is given and returns its key: {unknown}"
    )


# ── nobody ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_everywhere(world: World) -> None:
    wrong = []
    for name, parameters in addresses().items():
        route = ROUTES.get(name)
        if route is None or route.permission == OPEN:
            continue
        path = address(name, parameters, world, world.ours)
        for method in ("GET", "POST"):
            response, changed, text = in_passing(Client(), method, path, route.sent(world, world.ours))
            is_led = response.status_code == 302 and response["Location"].startswith(django_settings.LOGIN_URL)
            if changed or not (is_led or response.status_code == 401) or any(one in text for one in world.ours.names):
                wrong.append(f"{method} {path}: {response.status_code}{' and rows changed' if changed else ''}")
    assert not wrong


# ── every role ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", WALKED)
def test_a_role_opens_in_its_own_area_what_the_table_says(world: World, make_user: MakeUser, role: str) -> None:
    client, actor = walker(world, make_user, role)
    wrong = []
    for name, parameters in addresses().items():
        route = ROUTES.get(name)
        if route is None or (route.permission == OPEN and parameters):
            continue
        path = address(name, parameters, world, world.ours)
        for method in route.methods:
            allowed = is_allowed(actor, route, method)
            response, changed, _text = in_passing(client, method, path, route.sent(world, world.ours))
            said = _against_the_table(method, response.status_code, allowed=allowed, changed=changed)
            if said and not (name == "audit:health" and response.status_code == 503):
                wrong.append(f"{method} {path} ({name}): {said}")
    assert not wrong, "\n".join(["", *wrong])


def _against_the_table(method: str, status: int, *, allowed: bool, changed: bool) -> str:
    if status >= 500:
        return str(status)
    if allowed and status not in IN | UNFIT:
        return f"{status}, but the role may"
    if not allowed and method == "GET" and status not in OUT:
        return f"{status}, but the role may not"
    return "rows changed, but the role may not" if not allowed and changed else ""


@pytest.mark.parametrize("role", WALKED)
def test_a_role_finds_nothing_of_the_other_area_and_changes_nothing_there(
    world: World, make_user: MakeUser, role: str
) -> None:
    client, _actor = walker(world, make_user, role)
    wrong: list[str] = []
    for name, parameters in addresses().items():
        route = ROUTES.get(name)
        if route is None or route.permission == OPEN or route.whole_house:
            continue
        path = address(name, parameters, world, world.theirs)
        for method in route.methods:
            asked = [path] if parameters or method == "POST" else [path, *_reaching(path, route, world.theirs)]
            for one in asked:
                response, changed, text = in_passing(client, method, one, route.sent(world, world.theirs))
                reaches = bool(parameters) or (callable(route.data) and method == "POST")
                said = _reached(
                    world.theirs, response.status_code, text, method=method, reaches=reaches, changed=changed
                )
                wrong += [f"{method} {one} ({name}) {said}"] if said else []
    assert not wrong, "\n".join(["", *wrong])


def _reached(place: Place, status: int, text: str, *, method: str, reaches: bool, changed: bool) -> str:
    """Say what of another area was reached; nothing when nothing was."""
    found = [name for name in place.names if name in text]
    if found:
        return f"shows {', '.join(found)}"
    if reaches and method == "GET" and status not in OUT:
        return f"answers {status} for something of another area"
    return "changes rows of another area" if reaches and changed else ""


@pytest.mark.parametrize("role", OWN_PEOPLE)
def test_who_sees_only_their_own_people_finds_no_neighbour(
    world: World, make_user: MakeUser, make_family: MakeFamily, role: str
) -> None:
    neighbours = make_family("诸葛邻居", division=world.district.village, size=2)
    next_door = Place(
        street=world.ours.street,
        village=world.ours.village,
        family=neighbours,
        officer=world.ours.officer,
        names=(neighbours.household.name, *(member.name for member in neighbours.members)),
    )
    client, _actor = walker(world, make_user, role)
    wrong = []
    for name, parameters in addresses().items():
        route = ROUTES.get(name)
        if route is None or route.permission == OPEN or route.whole_house:
            continue
        path = address(name, parameters, world, next_door)
        for method in route.methods:
            _response, _changed, text = in_passing(client, method, path, route.sent(world, next_door))
            found = [one for one in next_door.names if one in text]
            if found:
                wrong.append(f"{method} {path} ({name}) shows {', '.join(found)}")
    assert not wrong, "\n".join(["", *wrong])


def _reaching(path: str, route: Route, place: Place) -> list[str]:
    """Return the address with filters that reach for the other area: a list must not widen what one may see."""
    told = [
        f"{key}={code}" for key in ("area", "division", "village", "code") for code in (place.street, place.village)
    ]
    told += [f"{key}={value}" for key, value in route.query.items()]
    return [f"{path}?{'&'.join(told)}", *(f"{path}?{key}={value}" for key, value in route.query.items())]


def test_the_walk_bites(world: World, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that forgets who looks is caught: the planted violation."""
    monkeypatch.setattr(queries, "accounts", lambda **_told: User.objects.order_by("id"))
    with pytest.raises(AssertionError, match="外街干事"):
        test_a_role_finds_nothing_of_the_other_area_and_changes_nothing_there(world, make_user, "account_manager")
