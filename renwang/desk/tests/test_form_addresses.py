"""The address of a form, loaded again, leads to its page."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern

from renwang.desk.middleware import page_above
from renwang.foundation.access.models import User

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
GIVEN = {"int": "1", "str": "x", "slug": "x", "uuid": "00000000-0000-4000-8000-000000000000", "path": "x"}


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> list[str]:
    """Return every address of the house, with something put in where it has a number."""
    found: list[str] = []
    for one in patterns:
        if not isinstance(one.pattern, RoutePattern):
            continue
        route = str(one.pattern)
        for name, converter in one.pattern.converters.items():
            kind = type(converter).__name__.removesuffix("Converter").lower()
            kind = "str" if kind == "string" else kind
            route = route.replace(f"<{kind}:{name}>", GIVEN.get(kind, "x")).replace(f"<{name}>", "x")
        if isinstance(one, URLResolver):
            found += addresses(one.url_patterns, before + route)
        else:
            found.append(before + route)
    return found


@pytest.mark.parametrize(
    ("form", "page"),
    [
        ("/my/contact/7/phone/", "/my/contact/7/"),
        ("/rounds/3/open/", "/rounds/3/"),
        ("/household/9/reveal/", "/household/9/"),
        ("/nowhere/at/all/", "/"),
    ],
)
def test_a_form_belongs_to_the_nearest_page_above_it(form: str, page: str) -> None:
    assert page_above(form) == page


@pytest.mark.django_db
def test_nobody_meets_an_empty_page_at_any_address(client: Client, make_user: object) -> None:
    user: User = make_user("everybody", district_command="370704")  # type: ignore[operator]
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for address in addresses(get_resolver().url_patterns):
        led: list[str] = [address]
        while (answer := client.get(led[-1], headers=BROWSER)).status_code == 302 and len(led) < 6:
            led.append(answer["Location"])
            if not led[-1].startswith("/"):
                break
        assert answer.status_code != 405, led


@pytest.mark.django_db
def test_a_program_still_hears_that_an_address_takes_no_get(client: Client, helper_user: User) -> None:
    client.force_login(helper_user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("rounds:check_in_phone", args=[1])).status_code == 405
