"""The rules that are read from the running house: its tables, its contracts, its documents."""

import dataclasses
import datetime as dt
import importlib
import inspect
import shutil
import subprocess
import sys
import types
import typing
import uuid
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest
from django.apps import apps
from django.db import connection, models

from renwang.foundation.audit import kinds as effects
from renwang.foundation.audit.events import Event
from renwang.foundation.audit.queries import heads
from renwang.loop.cases import kinds
from renwang.loop.cases.models import Case

ROOT = Path(__file__).resolve().parents[2]
# The data's way, told a second time (the first is INSTALLED_APPS, the third the import contract).
WAY = [
    *("contenttypes", "auth", "audit", "access", "registry", "assignments", "rounds", "cases", "fulfilment"),
    *("indicators", "bulletins"),
]
JSON_IS_ALLOWED = {"audit.Entry.facts", "audit.Promise.payload"}
COLUMNS_OF_A_CASE = 14


def own_models() -> Iterator[type[models.Model]]:
    yield from (model for model in apps.get_models() if model.__module__.startswith("renwang."))


def forward_keys(of: Iterable[type[models.Model]]) -> list[str]:
    """Return the foreign keys that point forward along the way, or from one programme to another."""
    place = {label: step for step, label in enumerate(WAY)}
    last = len(WAY)
    found = []
    for model in of:
        mine = model._meta.app_label
        for field in model._meta.get_fields():
            if not (field.is_relation and not field.auto_created and field.related_model):
                continue
            theirs = field.related_model._meta.app_label
            forward = place.get(theirs, last) > place.get(mine, last)
            sideways = mine not in place and theirs not in place and mine != theirs
            if forward or sideways:
                found.append(f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}")
    return found


def json_columns(of: Iterable[type[models.Model]]) -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in of
        for field in model._meta.local_fields
        if isinstance(field, models.JSONField)
    }


def test_foreign_keys_point_back_along_the_datas_way() -> None:
    assert forward_keys(own_models()) == []


def test_a_key_that_points_forward_is_caught() -> None:
    class Planted(models.Model):
        case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")

        class Meta:
            app_label = "registry"
            apps = importlib.import_module("django.apps.registry").Apps()
            managed = False

    # The key is a string: no import tells of it. Resolve it by hand, as the app registry would.
    Planted._meta.get_field("case").remote_field.model = Case
    assert forward_keys([Planted]) == ["registry.Planted.case -> cases.Case"]


def test_json_stands_in_two_places_only() -> None:
    assert json_columns(own_models()) <= JSON_IS_ALLOWED


def test_a_third_json_column_is_caught() -> None:
    class Planted(models.Model):
        extra = models.JSONField()

        class Meta:
            app_label = "registry"
            apps = importlib.import_module("django.apps.registry").Apps()
            managed = False

    assert json_columns([Planted]) == {"registry.Planted.extra"}


def test_a_case_stays_thin() -> None:
    assert len(Case._meta.local_fields) <= COLUMNS_OF_A_CASE


def test_every_subject_is_a_real_foreign_key() -> None:
    pointers = {field.name for model in own_models() for field in model._meta.local_fields if field.name == "object_id"}
    assert pointers == set()


def test_no_row_is_written_behind_an_add_or_a_set() -> None:
    hidden = [f"{model._meta.label}.{field.name}" for model in own_models() for field in model._meta.local_many_to_many]
    assert hidden == [], "A link between two rows is a model of its own: its writes are seen, and it says since when."


def test_every_model_says_what_one_row_means() -> None:
    silent = [
        model._meta.label
        for model in own_models()
        if not model.__doc__ or model.__doc__.startswith(f"{model.__name__}(")
    ]
    assert silent == []


def test_every_index_and_constraint_has_a_name_that_reads() -> None:
    named = [item.name for model in own_models() for item in (*model._meta.indexes, *model._meta.constraints)]
    assert [name for name in named if name.rsplit("_", 1)[-1] in {"idx", "uniq"}] == []


def rooms(name: str) -> Iterator[ModuleType]:
    """Yield the room of that name of every app that has one."""
    for config in apps.get_app_configs():
        if config.name.startswith("renwang.") and (
            Path(config.path, f"{name}.py").exists() or Path(config.path, name).is_dir()
        ):
            yield importlib.import_module(f"{config.name}.{name}")


PLAIN = {int, str, bool, float, Decimal, dt.date, dt.datetime, uuid.UUID, type(None)}


def is_plain(kind: object) -> bool:
    """Answer whether a type is a plain value, one of several, or a tuple of them (an inner record counts by its fields)."""
    if typing.get_origin(kind) in {tuple, types.UnionType, typing.Union}:
        return all(part is Ellipsis or is_plain(part) for part in typing.get_args(kind))
    if dataclasses.is_dataclass(kind):
        return all(is_plain(part) for part in typing.get_type_hints(kind).values())
    return kind in PLAIN


@pytest.mark.parametrize(
    "kind", [dict[str, str], list[int], typing.Any, object, Case, tuple[dict[str, int], ...], "int"]
)
def test_what_is_not_plain_is_known(kind: object) -> None:
    assert not is_plain(kind)


def test_every_event_is_a_frozen_fact_of_plain_values() -> None:
    wrong = []
    for module in rooms("events"):
        for name, event in inspect.getmembers(module, inspect.isclass):
            if not (issubclass(event, Event) and event is not Event and event.__module__.startswith(module.__name__)):
                continue
            if not (dataclasses.is_dataclass(event) and event.__dataclass_params__.frozen):  # type: ignore[attr-defined]
                wrong.append(f"{name} is not frozen")
            wrong += [
                f"{name}.{key}: {kind}" for key, kind in typing.get_type_hints(event).items() if not is_plain(kind)
            ]
    assert wrong == []


def _contracts(root: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(
        command, cwd=root, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(root), "PATH": ""}
    )


PLANTED_IMPORTS = [
    ("a stage that knows a later one", "renwang/loop/registry/queries.py", "from renwang.loop.cases import models"),
    (
        "a foundation that knows the domain",
        "renwang/foundation/audit/queries.py",
        "from renwang.loop.registry import models",
    ),
    (
        "a programme that knows another",
        "renwang/programmes/health/models.py",
        "from renwang.programmes.relief import models",
    ),
    ("a model that knows an action", "renwang/loop/registry/models.py", "from renwang.loop.registry import actions"),
    ("a query that knows an action", "renwang/loop/registry/queries.py", "from renwang.loop.registry import actions"),
    ("a room that no other app has", "renwang/loop/registry/services.py", ""),
    ("a loop that knows the desk", "renwang/loop/cases/views.py", "from renwang.desk import urls"),
]


@pytest.fixture
def bare_house(tmp_path: Path) -> Path:
    """A house of empty rooms under the real contracts, to plant violations in."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in (
        "config",
        "renwang",
        "renwang/foundation",
        "renwang/loop",
        "renwang/programmes",
        "renwang/desk",
        "renwang/drill",
    ):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "renwang/desk/urls.py").touch()
    for label in apps.app_configs:
        name = apps.get_app_config(label).name
        if not name.startswith("renwang.") or name.count(".") != 2:
            continue
        folder = tmp_path / name.replace(".", "/")
        folder.mkdir(exist_ok=True)
        for room in ("__init__", "models", "queries", "actions"):
            (folder / f"{room}.py").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("what", "where", "text"), PLANTED_IMPORTS, ids=[what for what, _where, _text in PLANTED_IMPORTS]
)
def test_the_import_contracts_bite(bare_house: Path, what: str, where: str, text: str) -> None:
    (bare_house / where).write_text(f"{text}\n")
    outcome = _contracts(bare_house)
    assert outcome.returncode == 1 and "BROKEN" in outcome.stdout, f"{what}: {outcome.stdout}{outcome.stderr}"


def test_the_import_contracts_hold_in_a_house_of_empty_rooms(bare_house: Path) -> None:
    outcome = _contracts(bare_house)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_the_installed_apps_stand_in_the_order_of_the_way() -> None:
    order = [
        config.label for config in apps.get_app_configs() if config.label in WAY and config.name.startswith("renwang.")
    ]
    assert order == [label for label in WAY if label in order]


@pytest.mark.django_db
def test_a_query_that_writes_is_stopped_while_it_runs(refuse_writes) -> None:  # type: ignore[no-untyped-def]
    with refuse_writes(), pytest.raises(AssertionError, match="A query wrote"):
        connection.cursor().execute("UPDATE audit_daychain SET entries = 0")
    with refuse_writes(), pytest.raises(AssertionError, match="A query wrote"):
        connection.cursor().execute("WITH a AS (SELECT 1) UPDATE audit_daychain SET entries = 0")
    with refuse_writes():
        assert heads() == []


def test_every_kind_of_need_names_its_own_programme() -> None:
    homeless = [
        need.code for need in kinds.all_kinds() if need.code.split(".")[0] not in {need._meta.app_label, "general"}
    ]
    assert homeless == []


def test_every_effect_is_wired_under_the_name_of_its_app() -> None:
    labels = {config.label for config in apps.get_app_configs()}
    assert [effect.kind for effect in effects.effects() if effect.kind.split(".")[0] not in labels] == []
