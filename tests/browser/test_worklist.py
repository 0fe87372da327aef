"""The worklist on a desk's screen: everything of a row is seen at once, in both languages."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from conftest import MakeFamily
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.cases import actions
from renwang.loop.cases.models import Case
from renwang.loop.cases.rules import CaseOpening

Enter = Callable[[BrowserContext, AbstractBaseUser], Page]
WIDE = "() => { const box = document.querySelector('.cases-table .rw-table-scroll'); return box.scrollWidth - box.clientWidth; }"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_worklist_does_not_scroll_sideways(
    desk: BrowserContext, enter: Enter, make_family: MakeFamily, helper_user: User, street_officer: Actor, language: str
) -> None:
    now = timezone.now()
    families = [make_family(f"欧阳{place}", helper=helper_user) for place in range(4)]
    told: list[tuple[str, dict[str, object]]] = [
        ("provisions.food", {"what": "米", "days_left": 1}),
        ("health.risk_contact", {"met_whom": "外地亲戚"}),
        ("relief.heating_or_repair", {"is_heating": True}),
        ("relief.caregiver_absent", {"who": "奶奶"}),
    ]
    openings = [
        CaseOpening(subject_id=family.household.pk, kind=kind, answers=answers)
        for family, (kind, answers) in zip(families, told, strict=True)
    ]
    made = actions.open_cases(actor=Actor.system(), now=now - dt.timedelta(days=3), openings=openings)
    Case.objects.filter(pk__in=made.case_ids).update(level=2)
    page = enter(desk, User.objects.get(username="street"))
    page.goto("/cases/")
    desk.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": page.url}])
    page.goto("/cases/")
    assert page.evaluate(WIDE) <= 0
