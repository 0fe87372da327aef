"""The standing cast and a small district, for every test of the house.

A helper, her street's officer, the district, and an outsider from another street who must see nothing.
"""

import contextlib
import datetime as dt
import functools
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from renwang.foundation.access import queries as access
from renwang.foundation.access.models import Grant, User
from renwang.foundation.access.rules import Actor
from renwang.loop.assignments.models import Assignment, Duty, Worker
from renwang.loop.registry.models import Division, Household, Membership, Person, Programme, SearchKey, Subject
from renwang.loop.registry.rules import DivisionLevel, Relation, Sex, SubjectKind

# Speed is told by benchmarks/; a busy machine must not make a property false.
hypothesis_settings.register_profile("renwang", deadline=None)
hypothesis_settings.load_profile("renwang")

NOW = dt.datetime(2020, 2, 17, 2, tzinfo=dt.UTC)  # ten in the morning in Fangzi
JOINED = NOW - dt.timedelta(days=30)


@pytest.fixture
def now() -> dt.datetime:
    """Ten in the morning of 17 February 2020, in Fangzi."""
    return NOW


@dataclass(frozen=True)
class District:
    """A small district: two streets, three villages."""

    root: Division
    street: Division  # 九龙
    village: Division
    next_village: Division
    other_street: Division  # 凤凰
    far_village: Division


@pytest.fixture
def small_district(db: None) -> District:
    """Two streets and three villages, with the ledgers and duties every test may name."""
    root = Division.objects.create(code="370704", name="坊子区", name_en="Fangzi", level=DivisionLevel.DISTRICT)

    def add(code: str, name: str, name_en: str, level: DivisionLevel, parent: Division) -> Division:
        return Division.objects.create(code=code, name=name, name_en=name_en, level=level, parent=parent)

    street = add("370704006", "九龙街道", "Jiulong", DivisionLevel.STREET, root)
    other = add("370704003", "凤凰街道", "Fenghuang", DivisionLevel.STREET, root)
    Programme.objects.bulk_create(
        [
            Programme(
                code="poor_household", label="建档立卡贫困户", label_en="Registered poor household", office="relief"
            ),
            Programme(code="resident", label="常住户", label_en="Resident household", office="command"),
        ],
        ignore_conflicts=True,
    )
    Duty.objects.bulk_create(
        [
            Duty(code="helper", label="帮扶责任人", label_en="Helper", held_for="subject", is_answerable=True, order=1),
            Duty(
                code="cadre_in_charge",
                label="包村干部",
                label_en="Cadre in charge",
                held_for="division",
                in_screening_team=True,
                order=2,
            ),
        ],
        ignore_conflicts=True,
    )
    return District(
        root=root,
        street=street,
        village=add("370704006201", "示范一村", "Demo Village 1", DivisionLevel.VILLAGE, street),
        next_village=add("370704006202", "示范二村", "Demo Village 2", DivisionLevel.VILLAGE, street),
        other_street=other,
        far_village=add("370704003201", "示范三村", "Demo Village 3", DivisionLevel.VILLAGE, other),
    )


MakeUser = Callable[..., User]


@pytest.fixture
def make_user(db: None) -> MakeUser:
    """Return a function that makes an account with grants: ``make_user("w", helper="370704006201")``."""

    def make(username: str, *, name: str = "", **roles: str) -> User:
        user = User(username=username, name=name or username, made_at=JOINED)
        user.set_password("a-long-password")
        user.save()
        Grant.objects.bulk_create(
            [Grant(user=user, role=role, area=area, since=JOINED) for role, area in roles.items()]
        )
        return user

    return make


@pytest.fixture
def as_actor(now: dt.datetime) -> Callable[[User], Actor]:
    """Return a function that turns an account into the actor it is now, second factor shown."""
    return lambda user: access.actor_for(user=user, now=now, verified=True)


@dataclass(frozen=True)
class Family:
    """One household and its members."""

    household: Subject
    head: Subject
    members: tuple[Subject, ...]


MakeFamily = Callable[..., Family]


@pytest.fixture
def make_family(small_district: District) -> MakeFamily:
    """Return a function that puts a family into a village: ``make_family("刘德顺", division=village, size=3)``."""
    made = 0

    def make(
        name: str = "刘德顺",
        *,
        division: Division | None = None,
        size: int = 2,
        phone: str = "",
        helper: User | None = None,
    ) -> Family:
        nonlocal made
        made += 1
        place = division or small_district.village
        phone = phone or f"154{made:08d}"
        household = Subject.objects.create(
            kind=SubjectKind.HOUSEHOLD, name=name, division=place, added_at=JOINED, changed_at=JOINED
        )
        Household.objects.create(subject=household, number=f"H{made:06d}", address=f"{made}号", phone=phone)
        members = []
        for place_in_row in range(size):
            person = Subject.objects.create(
                kind=SubjectKind.PERSON,
                name=name if place_in_row == 0 else f"{name[0]}家人{place_in_row}",
                division=place,
                added_at=JOINED,
                changed_at=JOINED,
            )
            Person.objects.create(
                subject=person,
                sex=Sex.MALE if place_in_row % 2 == 0 else Sex.FEMALE,
                born_on=dt.date(1950 + 20 * place_in_row, 1, 1),
                phone=phone if place_in_row == 0 else None,
            )
            Membership.objects.create(
                person=person,
                household=household,
                relation=Relation.HEAD if place_in_row == 0 else Relation.OTHER,
                since=JOINED.date(),
            )
            members.append(person)
        SearchKey.objects.bulk_create(
            [SearchKey(subject=subject, code=place.code, key=subject.name) for subject in (household, *members)]
        )
        if helper is not None:
            Assignment.objects.create(duty_id="helper", user=helper, subject=household, since=JOINED)
        return Family(household=household, head=members[0], members=tuple(members))

    return make


@pytest.fixture
def helper_user(small_district: District, make_user: MakeUser) -> User:
    """The account of the helper, at home in the first village."""
    user = make_user("helper", name="王帮扶", helper=small_district.village.code)
    Worker.objects.create(user=user, home=small_district.village, capacity=5)
    return user


@pytest.fixture
def family(make_family: MakeFamily, helper_user: User) -> Family:
    """A family of three in the first village, in the helper's care."""
    return make_family("刘德顺", size=3, helper=helper_user)


@pytest.fixture
def helper(helper_user: User, family: Family, as_actor: Callable[[User], Actor]) -> Actor:
    """The helper: sees her own family and nobody else."""
    return as_actor(helper_user)


@pytest.fixture
def street_officer(small_district: District, make_user: MakeUser, as_actor: Callable[[User], Actor]) -> Actor:
    """The officer of the helper's street."""
    return as_actor(make_user("street", name="李街道", street_officer=small_district.street.code))


@pytest.fixture
def district(small_district: District, make_user: MakeUser, as_actor: Callable[[User], Actor]) -> Actor:
    """The district command."""
    return as_actor(make_user("district", name="区指挥部", district_command=small_district.root.code))


@pytest.fixture
def outsider(small_district: District, make_user: MakeUser, as_actor: Callable[[User], Actor]) -> Actor:
    """The officer of another street, who must see nothing of this one."""
    return as_actor(make_user("outsider", name="外街道", street_officer=small_district.other_street.code))


@pytest.fixture(autouse=True)
def nothing_is_left_to_the_next_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put the language back, and let what the database itself keeps from changing be cleared after a test with real transactions.

    SQLite clears a table by DELETE, which the triggers of fixed days and published bulletins refuse, and rightly so.
    """
    marker = request.node.get_closest_marker("django_db")
    is_transactional = bool(marker and marker.kwargs.get("transaction"))
    if is_transactional or {"transactional_db", "live_server", "let_go"} & set(request.fixturenames):
        request.getfixturevalue("transactional_db")  # so that this ends before the tables are cleared
    yield
    translation.activate(settings.LANGUAGE_CODE)
    if "transactional_db" in request.fixturenames or is_transactional:
        thaw()


def thaw() -> None:
    """Empty the tables that triggers keep from being cleared; only before all others are cleared too."""
    if connection.vendor != "sqlite":
        return  # TRUNCATE asks no trigger of rows
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        tables = sorted({table for _name, table, _sql in triggers})
        if not any(cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone() for table in tables):
            return
        for name, _table, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute("PRAGMA foreign_keys = OFF")
        for table in tables:
            cursor.execute(f'DELETE FROM "{table}"')
        cursor.execute("PRAGMA foreign_keys = ON")
        for _name, _table, sql in triggers:
            cursor.execute(sql)


def _refuse(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    words = str(sql).lstrip(" (").upper()
    is_read = words.startswith(("SELECT", "WITH", "SAVEPOINT", "RELEASE", "EXPLAIN", "DECLARE", "FETCH", "CLOSE"))
    # A common table expression may write as well (a column called "updated_at" does not).
    writes = words.startswith(("WITH", "EXPLAIN")) and re.search(r"\b(INSERT INTO|UPDATE \S+ SET|DELETE FROM)\b", words)
    assert is_read and not writes, f"A query wrote: {sql}"
    return execute(sql, params, many, context)


@contextlib.contextmanager
def _refusing_writes() -> Iterator[None]:
    with connection.execute_wrapper(_refuse):
        yield


@pytest.fixture
def refuse_writes() -> Callable[[], contextlib.AbstractContextManager[None]]:
    """Return a context in which any SQL that writes fails the test."""
    return _refusing_writes


@pytest.fixture(scope="session", autouse=True)
def queries_never_write() -> None:
    """Run every public function of every room "queries" under a watch, in every test: a read that writes fails it."""
    for config in apps.get_app_configs():
        if not config.name.startswith("renwang."):
            continue
        for module_name in [name for name in sys.modules if f"{name}.".startswith(f"{config.name}.queries.")]:
            module = sys.modules[module_name]
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if function.__module__.startswith(f"{config.name}.queries") and not name.startswith("_"):
                    setattr(module, name, _watched(function))


def _watched(function: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.isgeneratorfunction(function) or hasattr(function, "__wrapped__"):
        return function

    @functools.wraps(function)
    def watched(*args: Any, **kwargs: Any) -> Any:
        with connection.execute_wrapper(_refuse):
            return function(*args, **kwargs)

    return watched
