"""What a screen reader would stumble over on the pages of the economy: axe-core, on a desk and on a phone."""

from collections.abc import Callable

from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import BrowserContext, Page

from conftest import District
from renwang.foundation.access.models import User
from renwang.programmes.enterprise.models import Enterprise

from .test_access_for_all import violations
from .test_enterprise import mill  # noqa: F401  # the fixture

Enter = Callable[[BrowserContext, AbstractBaseUser], Page]
OFFICE = (
    "/economy/", "/enterprise/list/", "/enterprise/{firm}/", "/enterprise/filings/", "/enterprise/three-lists/", "/enterprise/gates/",
    "/enterprise/power/", "/enterprise/power/readings/", "/enterprise/power/settings/", "/enterprise/new/", "/enterprise/{firm}/gate/",
)  # fmt: skip
POCKET = ("/enterprise/day/", "/enterprise/{firm}/check/")
FIRM = ("/my-enterprise/{firm}/", "/my-enterprise/{firm}/filing/", "/enterprise/{firm}/ask/workers/")


def test_the_pages_of_the_economy_have_nothing_serious(
    desk: BrowserContext,
    phone: BrowserContext,
    enter: Enter,
    make_user: Callable[..., User],
    small_district: District,
    mill: Enterprise,  # noqa: F811
) -> None:
    firm = {"firm": mill.pk}
    office = enter(desk, make_user("industry", name="韩工信", industry_officer=small_district.root.code))
    assert list(violations(office, OFFICE, firm)) == []
    assert list(violations(enter(phone, User.objects.get(username="cadre")), POCKET, firm)) == []
    phone.clear_cookies()
    assert list(violations(enter(phone, User.objects.get(username="boss")), FIRM, firm)) == []
    phone.clear_cookies()
    assert list(violations(phone.new_page(), ("/enterprise/sign-in/",), firm)) == []
