"""Directives to test with."""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from conftest import District, MakeUser
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.programmes.command import actions
from renwang.programmes.command.actions import DirectiveDraft
from renwang.programmes.command.models import AskedFigure, Copy, Directive
from renwang.programmes.command.rules import Cadence, FigureAsked, FileTold, Unit, UnitKind

TEXT = FileTold("登记表.txt", "姓名,电话".encode())


@pytest.fixture
def cadre(small_district: District, make_user: MakeUser, as_actor: Callable[[User], Actor]) -> Actor:
    """The cadre of the first village."""
    return as_actor(make_user("cadre", name="赵村干", village_cadre=small_district.village.code))


@pytest.fixture
def health(small_district: District, make_user: MakeUser, as_actor: Callable[[User], Actor]) -> Actor:
    """The health office."""
    return as_actor(make_user("health", name="卫健局", health_officer=small_district.root.code))


@pytest.fixture
def draft(small_district: District, now: datetime) -> Callable[..., DirectiveDraft]:
    """Return a function that writes a directive to both streets, the first village and the health office, with what is changed."""

    def write(**changes: Any) -> DirectiveDraft:
        told: dict[str, Any] = {
            "number": "坊防指发〔2020〕4号",
            "title": "返乡人员摸排",
            "text": "请逐户摸排返乡人员。",
            "office": "command",
            "area": small_district.root.code,
            "units": (
                Unit(UnitKind.STREET, small_district.street.code),
                Unit(UnitKind.STREET, small_district.other_street.code),
                Unit(UnitKind.VILLAGE, small_district.village.code),
                Unit(UnitKind.OFFICE, small_district.root.code, "health"),
            ),
            "acknowledge_by": now + timedelta(hours=4),
            "cadence": Cadence.DAILY,
            "report_by": now + timedelta(hours=7),  # five in the afternoon
            "figures": (FigureAsked("返乡人员", "人"), FigureAsked("排查率", "%", "decimal")),
            "files": (TEXT,),
        }
        return DirectiveDraft(**(told | changes))

    return write


@pytest.fixture
def directive(district: Actor, draft: Callable[..., DirectiveDraft], now: datetime) -> Directive:
    """A directive of the district command, just issued."""
    done = actions.issue_directive(actor=district, now=now, draft=draft(), submission_id=uuid.uuid4())
    return Directive.objects.get(pk=done.directive_id)


CopyOf = Callable[..., Copy]


@pytest.fixture
def copy_of(directive: Directive) -> CopyOf:
    """Return a function that finds the copy of a division, or of an office, as it is now."""
    return lambda division="370704", office="": Copy.objects.select_related("directive").get(
        directive=directive, division_id=division, office=office
    )


@pytest.fixture
def told(directive: Directive) -> Callable[..., dict[str, Any]]:
    """Return a function that gives what a report tells: so many people, all visited."""

    def tell(people: int = 43, **changes: Any) -> dict[str, Any]:
        keys = list(AskedFigure.objects.filter(directive=directive).values_list("pk", flat=True))
        figures = dict(zip(keys, [Decimal(people), Decimal("98.5")], strict=True))
        return {"submission_id": uuid.uuid4(), "text": "已入户。", "figures": figures} | changes

    return tell


@pytest.fixture
def at_ten(now: datetime, settings: Any) -> Iterator[None]:
    """Every page is asked for at ten in the morning, the second factor shown."""
    settings.RENWANG_SECOND_FACTOR = False
    with time_machine.travel(now, tick=False):
        yield


Enter = Callable[[str], Client]


@pytest.fixture
def enter() -> Enter:
    """Return a function that signs somebody in, in English."""

    def entered(username: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
        client.cookies["renwang_language"] = "en"
        return client

    return entered
