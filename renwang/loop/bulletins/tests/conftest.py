"""A day that was lived and counted, and a bulletin of it."""

from collections.abc import Callable

import pytest

from conftest import District
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.bulletins import actions
from renwang.loop.bulletins.models import Bulletin
from renwang.loop.indicators.tests.conftest import TODAY, Lived, kept, lived

__all__ = ["kept", "lived"]


@pytest.fixture
def draft(lived: Lived, kept: object, small_district: District) -> Bulletin:
    """The district's bulletin of the day, as the worker drafted it."""
    made = actions.draft_bulletins(actor=Actor.system(), now=lived.now, areas=[small_district.root.code], day=TODAY)
    return Bulletin.objects.get(pk=made.bulletin_ids[0])


@pytest.fixture
def published(draft: Bulletin, district: Actor, lived: Lived) -> Bulletin:
    """The bulletin, published by the district command."""
    actions.publish_bulletin(actor=district, now=lived.now, bulletin_id=draft.pk, version=draft.version)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def office(small_district: District, make_user: Callable[..., User], as_actor: Callable[[User], Actor]) -> Actor:
    """The health office of the district, which edits and does not publish."""
    return as_actor(make_user("office", name="卫健局", health_officer=small_district.root.code))
