"""What several tests of the register need."""

from collections.abc import Callable

import pytest
from django.test import Client

from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor


@pytest.fixture
def as_user(db: None) -> Callable[[Actor], Client]:
    """Return a function that signs an actor in."""

    def sign_in(actor: Actor) -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=actor.user_id), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
