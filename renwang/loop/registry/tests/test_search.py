"""Search: by whatever one knows, within what one may see, with a constant number of queries."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from conftest import District, Family, MakeFamily
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor, GrantSeen
from renwang.loop.registry.queries import household_card, search, visible_subjects

from .test_register_households import id_of, liu, many, register


@pytest.fixture
def liu_family(small_district: District, district: Actor, now: dt.datetime) -> int:
    register(district, now, liu(small_district.village.code))
    from renwang.loop.registry.models import Household

    return Household.objects.get(number="F0001").pk


@pytest.mark.parametrize(
    "typed",
    [
        "刘德顺",
        "刘德",
        "德顺",
        "liudeshun",
        "Liu De",
        "lds",
        id_of(1),
        id_of(1).lower(),
        "154-0000-0001",
        "+86 15400000001",
        "F0001",
        "f0001",
    ],
)
def test_the_head_is_found_by(liu_family: int, street_officer: Actor, typed: str) -> None:
    found = search(street_officer, typed)
    assert found and found[0].household_id == liu_family
    assert found[0].name == "刘德顺"


def test_what_is_found_is_masked(liu_family: int, street_officer: Actor) -> None:
    card = search(street_officer, "刘德顺")[0]
    assert card.phone == "154****0001"
    assert "********" in card.id_number
    assert (card.members, card.head, card.relation) == (3, "刘德顺", "head")


def test_an_outsider_finds_nothing_and_a_helper_only_her_own(
    liu_family: int, family: Family, outsider: Actor, helper: Actor
) -> None:
    for typed in ("刘", "liudeshun", id_of(1), "15400000001", "F0001"):
        assert search(outsider, typed) == []
        assert all(card.household_id == family.household.pk for card in search(helper, typed))
    assert search(helper, "刘德顺")


def test_a_household_and_its_head_are_one_line(liu_family: int, street_officer: Actor) -> None:
    assert [card.name for card in search(street_officer, "刘德顺")] == ["刘德顺"]


def test_nothing_typed_finds_nothing(liu_family: int, district: Actor) -> None:
    assert search(district, "  ") == [] and search(district, "%") == []


def test_the_number_of_queries_does_not_grow(
    small_district: District,
    district: Actor,
    street_officer: Actor,
    make_user: Callable[..., User],
    as_actor: Callable[[User], Actor],
    now: dt.datetime,
    django_assert_max_num_queries: Any,
) -> None:
    village = as_actor(make_user("village", village_cadre=small_district.village.code))
    for count in (5, 50):
        register(district, now, *many(small_district.village.code, count))
        for actor in (district, street_officer, village):
            with django_assert_max_num_queries(6):
                assert search(actor, "赵", limit=20)


def test_the_card_of_a_household_is_for_those_who_may_see_it(
    liu_family: int, street_officer: Actor, outsider: Actor
) -> None:
    assert household_card(outsider, liu_family) is None
    card = household_card(street_officer, liu_family)
    assert card is not None
    assert [member.relation for member in card.members] == ["head", "spouse", "grandchild"]
    assert card.enrolments[0].reason == "因病"
    assert "15400000001" not in str(card)


def test_a_role_for_everywhere_sees_everybody_though_some_are_its_own(family: Family, make_family: MakeFamily) -> None:
    stranger = make_family("赵邻居")
    everywhere = Actor(1, "全域", (GrantSeen("district_command", ""),), people=frozenset({family.household.pk}))
    seen = set(visible_subjects(viewer=everywhere).values_list("pk", flat=True))
    assert {family.household.pk, stranger.household.pk} <= seen
