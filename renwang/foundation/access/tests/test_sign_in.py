"""The door: what it shows to whom."""

from typing import Any

import pytest
from django.test import Client

from renwang.drill.cast import PASSWORD, SHOWN

pytestmark = pytest.mark.django_db


def test_a_real_district_names_no_account_at_its_door(client: Client, settings: Any) -> None:
    settings.RENWANG_DEMO = False
    page = client.get("/sign-in/").content.decode()
    assert PASSWORD not in page
    assert "data-fill-username" not in page


def test_a_demo_lists_its_accounts_with_role_and_a_button_each(client: Client, settings: Any) -> None:
    settings.RENWANG_DEMO = True
    page = client.get("/sign-in/").content.decode()
    for one in SHOWN:
        assert f'data-fill-username="{one.username}"' in page
        assert one.role[0] in page
    assert "<script>" not in page


def test_the_door_has_a_title_a_name_and_a_password(client: Client) -> None:
    page = client.get("/sign-in/").content.decode()
    assert page.count('name="password"') == 1
    assert page.count("<h1") == 1
