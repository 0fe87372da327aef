"""Which office has the last word on a field: the command of the district says it, on a page."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from conftest import District
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.registry.actions import NoSuchOwner, own_field
from renwang.loop.registry.models import FieldOwner


def test_neither_an_office_nor_a_subdistrict_gives_itself_the_last_word(
    small_district: District,
    make_user: Callable[..., User],
    as_actor: Callable[[User], Actor],
    street_officer: Actor,
    helper: Actor,
    now: dt.datetime,
) -> None:
    relief = as_actor(make_user("relief", relief_officer=small_district.root.code))
    for actor in (relief, street_officer, helper):
        with pytest.raises(NotAllowed):
            own_field(actor=actor, now=now, field="phone", office="relief")
    part = as_actor(make_user("part", district_command=small_district.street.code))
    with pytest.raises(NoSuchOwner):
        own_field(actor=part, now=now, field="phone", office="relief")
    assert not FieldOwner.objects.exists()


def test_the_command_gives_it_and_takes_it_back(district: Actor, now: dt.datetime) -> None:
    for field, office in (("id_number", "civil"), ("phone", "nobody")):
        with pytest.raises(NoSuchOwner):
            own_field(actor=district, now=now, field=field, office=office)
    own_field(actor=district, now=now, field="phone", office="civil")
    own_field(actor=district, now=now, field="phone", office="health")
    assert FieldOwner.objects.get().office == "health"
    own_field(actor=district, now=now, field="phone", office="")
    assert not FieldOwner.objects.exists()
    assert Entry.objects.filter(name="registry.own_field").count() == 3


def test_an_officer_sees_on_the_page_who_owns_what_and_only_the_command_changes_it(
    small_district: District,
    make_user: Callable[..., User],
    district: Actor,
    now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own_field(actor=district, now=now, field="phone", office="civil")
    browser = Client()
    browser.force_login(
        make_user("officer", street_officer=small_district.street.code),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    page = browser.get("/register/imports/owners/").content.decode()
    assert "民政局" in page and "<select" not in page.partition("<main")[2]
    assert browser.post("/register/imports/owners/", {"field": "phone", "office": ""}).status_code == 403
    assert FieldOwner.objects.get().office == "civil"


def test_the_command_settles_it_on_the_page(
    small_district: District, make_user: Callable[..., User], now: dt.datetime, client: Client
) -> None:
    from django.test import RequestFactory

    from renwang.foundation.access.queries import actor_for
    from renwang.loop.registry.views.owners import owners

    user = make_user("command", district_command=small_district.root.code)
    actor = actor_for(user=user, now=now, verified=True)
    for sent, kept in (({"field": "phone", "office": "civil"}, "civil"), ({"field": "id_number"}, "civil")):
        request = RequestFactory().post("/register/imports/owners/", sent)
        request.user, request.actor = user, actor  # type: ignore[attr-defined]
        request.session = client.session
        from django.contrib.messages.storage.fallback import FallbackStorage

        request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
        assert owners(request).status_code == 302
        assert FieldOwner.objects.get().office == kept
