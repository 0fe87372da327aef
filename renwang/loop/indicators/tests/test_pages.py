"""The pages of the figures, as those who use them meet them."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from conftest import District
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.models import Promise
from renwang.loop.indicators.models import Reckoning

from .conftest import TODAY, Lived

pytestmark = pytest.mark.django_db


def entered(actor: Actor) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=actor.user_id), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_helper_has_no_page_of_figures(kept: Reckoning, helper: Actor, lived: Lived) -> None:
    with time_machine.travel(lived.now):
        assert entered(helper).get(reverse("indicators:page")).status_code == 403


def test_nobody_sees_the_figures_of_another_area(
    kept: Reckoning, outsider: Actor, lived: Lived, small_district: District
) -> None:
    with time_machine.travel(lived.now):
        browser = entered(outsider)
        page = browser.get(reverse("indicators:page"), {"area": small_district.street.code})
        rows = browser.get(reverse("indicators:rows", args=[small_district.street.code, "cases.open"]))
    assert (page.status_code, rows.status_code) == (403, 403)


def test_every_link_of_the_page_opens_as_many_rows_as_the_figure_says(
    kept: Reckoning, district: Actor, lived: Lived, small_district: District
) -> None:
    with time_machine.travel(lived.now):
        browser = entered(district)
        page = browser.get(reverse("indicators:page"), {"area": small_district.root.code}).content.decode()
        found = set(re.findall(r'href="(/indicators/rows/[^"]+)"[^>]*>\s*(\d+)\b(?![.%])', page))
        assert len(found) > 20
        for address, number in found:
            if "cases.hours" in address or ("supplies.verified" in address and "part=" not in address):
                continue  # its number is hours, or percent, not rows
            opened = browser.get(address.replace("&amp;", "&"))
            assert opened.status_code == 200
            assert opened.context["page"].total == int(number), address
            assert len(opened.context["lines"]) == int(number)


def test_an_opened_share_says_its_figure_and_which_of_three_lists_is_shown(
    kept: Reckoning, district: Actor, lived: Lived, small_district: District
) -> None:
    address = reverse("indicators:rows", args=[small_district.root.code, "outreach.coverage"])
    with time_machine.travel(lived.now):
        browser = entered(district)
        rest = browser.get(address, {"day": TODAY.isoformat(), "part": "rest"})
        assert ">57.1</b> %" in rest.content.decode()
        told = {one["label"]: (one["count"], one["active"]) for one in rest.context["parts"]}
        assert told == {"Those that count": (4, False), "Those that do not": (3, True), "All of them": (7, False)}
        for one in rest.context["parts"]:
            opened = browser.get(address + one["href"])
            assert opened.context["page"].total == one["count"]
        assert browser.get(reverse("indicators:rows", args=["370704", "cases.open"])).context["parts"] == []


def test_the_day_before_is_one_tap_away(kept: Reckoning, district: Actor, lived: Lived) -> None:
    with time_machine.travel(lived.now):
        today = entered(district).get(reverse("indicators:page")).content.decode()
        assert f"day={TODAY - dt.timedelta(days=1)}" in today and "Day after" not in today
        before = entered(district).get(reverse("indicators:page"), {"day": "2020-02-16"}).content.decode()
        assert f"day={TODAY}" in before and "Day after" in before


def test_rows_that_are_not_ones_own_are_refused_with_a_page_that_says_why(
    kept: Reckoning, district: Actor, lived: Lived, small_district: District
) -> None:
    with time_machine.travel(lived.now):
        address = reverse("indicators:rows", args=[small_district.root.code, "findings.count"])
        refused = entered(district).get(address, {"day": TODAY.isoformat(), "slice": "fever"})
    assert refused.status_code == 403
    assert "not yours to see" in refused.content.decode()
    assert "家1" not in refused.content.decode()


@pytest.mark.parametrize(
    "query",
    ["day=yesterday", "day=9999-01-01", "version=x", "page=0", "page=999999", "slice=%00", "part=all", "version=77"],
)
def test_an_address_that_makes_no_sense_is_no_error(
    kept: Reckoning, district: Actor, lived: Lived, small_district: District, query: str
) -> None:
    with time_machine.travel(lived.now):
        browser = entered(district)
        for name, args in (("page", []), ("rows", [small_district.root.code, "cases.open"])):
            assert browser.get(f"{reverse(f'indicators:{name}', args=args)}?{query}").status_code in (200, 404)
        assert browser.get(reverse("indicators:rows", args=["370704", "moon.walk"])).status_code == 404
        assert browser.get(reverse("indicators:rows", args=["999", "cases.open"])).status_code == 403


def test_a_day_that_was_not_counted_says_so_and_can_be_counted(district: Actor, lived: Lived) -> None:
    with time_machine.travel(lived.now):
        browser = entered(district)
        assert "has not been counted" in browser.get(reverse("indicators:page")).content.decode()
        answer = browser.post(reverse("indicators:count"), {"area": "370704", "day": TODAY.isoformat()})
        assert answer.status_code == 302
    assert Promise.objects.filter(kind="indicators.count").count() == 1


def test_a_correction_without_a_reason_is_refused_in_words(district: Actor, kept: Reckoning, lived: Lived) -> None:
    with time_machine.travel(lived.now):
        answer = entered(district).post(
            reverse("indicators:correct"), {"day": TODAY.isoformat(), "reason": ""}, follow=True
        )
    assert "Say why the day is counted anew" in answer.content.decode()
