"""Forms that are taken in and mapped, for the tests of paperwork."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from conftest import District, Family
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.paperwork import actions, handlers
from renwang.loop.paperwork.models import Filling, FormVersion

from .making import list_form

TODAY = dt.date(2020, 2, 17)
MakeForm = Callable[..., FormVersion]
Fill = Callable[..., Filling]


@pytest.fixture
def relief(small_district: District, make_user: Callable[..., User], as_actor: Callable[[User], Actor]) -> Actor:
    """The poverty relief office of the district."""
    return as_actor(make_user("relief", name="周扶贫", relief_officer=small_district.root.code))


@pytest.fixture
def cadre(small_district: District, make_user: Callable[..., User], as_actor: Callable[[User], Actor]) -> Actor:
    """The cadre of the first village."""
    return as_actor(make_user("cadre", name="赵村干", village_cadre=small_district.village.code))


@pytest.fixture
def make_form(relief: Actor, small_district: District, now: dt.datetime) -> MakeForm:
    """Return a function that takes a form in and decides its columns as proposed (and as told by position)."""

    def make(
        content: bytes | None = None, name: str = "走访登记表", *, mapped: bool = True, **told: Any
    ) -> FormVersion:
        given: dict[str, Any] = {
            "actor": relief,
            "now": now,
            "area": small_district.root.code,
            "office": "relief",
            "filename": "表.xlsx",
            "name": name,
            "content": content if content is not None else list_form(),
        }
        fields, level = told.pop("fields", {}), told.pop("level", "")
        made = actions.take_in_form(**given | told)
        version = FormVersion.objects.get(pk=made.version_id)
        if mapped:
            actor = (given | told)["actor"]
            actions.map_columns(
                actor=actor, now=now, version_id=version.pk, level=level or version.level, fields=fields
            )
            version.refresh_from_db()
        return version

    return make


@pytest.fixture
def fill(relief: Actor, now: dt.datetime) -> Fill:
    """Return a function that has a version's form filled, as the worker would."""

    def make(version: FormVersion, area: str = "370704006", *, actor: Actor | None = None, **told: Any) -> Filling:
        begun = actions.fill_form(
            actor=actor or relief,
            now=now,
            form_id=version.form_id,
            area=area,
            day=told.get("day", TODAY),
            reason=told.get("reason", "上报区扶贫办"),
        )
        handlers.keep_filling({"filling_id": begun.filling_id, "round_no": 1}, now=now)
        return Filling.objects.get(pk=begun.filling_id)

    return make


@pytest.fixture
def three_families(family: Family, make_family: Callable[..., Family], small_district: District) -> list[Family]:
    """The helper's family, one more in its village, one in the next village, and one in another street."""
    return [
        family,
        make_family("陈大海", size=4),
        make_family("孙二妮", size=1, division=small_district.next_village),
        make_family("外街人", size=2, division=small_district.far_village),
    ]
