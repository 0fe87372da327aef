"""The account manager, and a browser that shows its second factor."""

from collections.abc import Callable

import pytest
from django.test import Client

from conftest import NOW, District, MakeUser
from renwang.foundation.access import queries
from renwang.foundation.access.models import SecondFactor, User
from renwang.foundation.access.rules import Actor

SECRET = "3132333435363738393031323334353637383930"  # that of RFC 6238


@pytest.fixture
def manager_user(small_district: District, make_user: MakeUser) -> User:
    """The account of the district's account manager."""
    return make_user("manager", name="周管账", account_manager=small_district.root.code)


@pytest.fixture
def manager(manager_user: User, as_actor: Callable[[User], Actor]) -> Actor:
    """The district's account manager."""
    return as_actor(manager_user)


@pytest.fixture
def browser() -> Callable[..., Client]:
    """Return a function that gives a browser in which somebody is signed in; ``verified``: second factor shown."""

    def signed_in(user: User, *, verified: bool = False) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        if verified:
            factor = queries.second_factor_of(user.pk) or SecondFactor.objects.create(
                user=user, name="totp", secret=SECRET, confirmed=True, made_at=NOW
            )
            session = client.session
            session["otp_device_id"] = factor.persistent_id
            session.save()
        return client

    return signed_in
