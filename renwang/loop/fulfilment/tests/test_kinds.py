"""The plug, and the contract that every registered resource is run through."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.utils import translation

from conftest import District, Family
from renwang.foundation.access.rules import Actor
from renwang.loop.cases import actions as cases
from renwang.loop.cases import kinds as needs
from renwang.loop.cases.models import OtherNeed
from renwang.loop.cases.rules import CaseOpening
from renwang.loop.fulfilment import actions, kinds
from renwang.loop.fulfilment.kinds import Resource
from renwang.loop.fulfilment.models import Line
from renwang.loop.fulfilment.resources import Help

EVERY_RESOURCE = pytest.mark.parametrize("resource", kinds.all_kinds(), ids=lambda resource: resource.code)


def test_a_second_resource_of_the_same_code_is_refused_at_import() -> None:
    class Twin(Resource):
        code = "general.help"

    with pytest.raises(ValueError, match="call themselves"):
        kinds.register(Twin)


def test_an_unknown_resource_says_so() -> None:
    with pytest.raises(kinds.UnknownResource):
        kinds.get("moon.cheese")


@pytest.mark.parametrize(
    ("attribute", "value", "number"),
    [
        ("code", "Help", "E101"),
        ("code", "health.help", "E102"),
        ("unit", "plain", "E103"),
        ("example", "much", "E104"),
        ("example", "0", "E104"),
    ],
)
def test_the_check_says_what_is_wrong_with_a_resource(
    attribute: str, value: Any, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Help, attribute, value)
    assert number in {str(problem.id).removeprefix("fulfilment.") for problem in kinds.problems_of(Help)}


def test_the_check_finds_a_need_that_nothing_meets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OtherNeed, "met_by", ("moon.cheese",))
    assert [problem.id for problem in kinds.check_kinds()] == ["fulfilment.E105"]


def test_no_registration_is_wrong() -> None:
    assert kinds.check_kinds() == []
    call_command("check")


@EVERY_RESOURCE
def test_every_resource_can_be_drawn_and_named(resource: type[Resource]) -> None:
    assert f'id="{resource.icon}"' in Path(str(finders.find("vendor/icons.svg"))).read_text(encoding="utf-8")
    with translation.override("zh-hans"):
        assert not str(resource.label).isascii()
        assert not str(resource.unit).isascii()


@EVERY_RESOURCE
@pytest.mark.django_db
def test_every_resource_goes_all_its_way(
    resource: type[Resource],
    family: Family,
    small_district: District,
    district: Actor,
    street_officer: Actor,
    now: datetime,
) -> None:
    need = next(need for need in needs.all_kinds() if resource.code in need.met_by)
    opening = CaseOpening(family.household.pk, need.code, need.example)
    case_id = cases.open_cases(actor=Actor.system(), now=now, openings=[opening]).case_ids[0]
    asked = Decimal(resource.example)
    offer = actions.make_offer(
        actor=district,
        now=now,
        resource=resource.code,
        giver_name="区仓库",
        area=small_district.root.code,
        quantity=asked,
    )
    line = actions.request_line(
        actor=district, now=now, case_id=case_id, resource=resource.code, quantity=asked, submission_id=uuid4()
    )
    about: dict[str, Any] = {"now": now, "line_id": line.line_id, "quantity": asked}
    actions.commit_line(actor=district, submission_id=uuid4(), offer_id=offer.offer_id, **about)
    actions.send_line(actor=district, submission_id=uuid4(), **about)
    actions.receive_line(actor=district, submission_id=uuid4(), **about)
    actions.verify_line(actor=street_officer, submission_id=uuid4(), **about)
    assert Line.objects.get(pk=line.line_id).quantities.progress == 100
