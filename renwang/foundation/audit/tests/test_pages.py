"""Pages of the ledger: for those who may see it."""

import datetime as dt

import pytest
from django.db import OperationalError
from django.http import QueryDict
from django.test import Client, RequestFactory

from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit import views
from renwang.foundation.audit.models import Promise
from renwang.foundation.audit.rules import PromiseStatus

from .test_door import beat_once

pytestmark = pytest.mark.django_db


def ask(actor: Actor, path: str = "/", **query: str):
    request = RequestFactory().get(path, query)
    request.actor = actor
    request._messages = []
    return request


def test_the_ledger_is_refused_to_a_helper_and_an_outsider(helper: Actor, outsider: Actor) -> None:
    for actor in (helper, outsider):
        for page in (views.ledger, views.dead_letters):
            with pytest.raises(NotAllowed):
                page(ask(actor))


def test_the_ledger_tells_the_latest_first_with_the_name_of_who_did_it(district: Actor, now: dt.datetime) -> None:
    beat_once(actor=Actor.system(), now=now, name="earlier-beat")
    beat_once(actor=district, now=now, name="later-beat")
    told = views.ledger(ask(Actor.system())).content.decode()
    assert told.index("later-beat") < told.index("earlier-beat")
    assert district.name in told


def test_the_ledger_of_one_person_tells_what_they_did_and_nothing_else(
    district: Actor, helper: Actor, now: dt.datetime
) -> None:
    def of(who: str):
        request = ask(Actor.system())
        request.GET = QueryDict(mutable=True)
        request.GET["actor"] = who
        return request

    beat_once(actor=helper, now=now, name="hers")
    beat_once(actor=district, now=now, name="theirs")
    told = views.ledger(of(str(district.user_id))).content.decode()
    assert "theirs" in told and "hers" not in told.replace("theirs", "")
    for wrong in ("x", "9" * 30, "-1", "٣"):
        assert "hers" in views.ledger(of(wrong)).content.decode()


def test_the_ledger_asks_the_same_number_of_questions_for_5_and_50_entries(
    now: dt.datetime, django_assert_max_num_queries
) -> None:
    for number in range(50):
        beat_once(actor=Actor.system(), now=now, name=str(number))
        if number in {4, 49}:
            with django_assert_max_num_queries(4):
                views.ledger(ask(Actor.system()))


def test_a_dead_letter_is_shown_with_its_last_error(now: dt.datetime) -> None:
    beat_once(actor=Actor.system(), now=now, name="a")
    Promise.objects.update(status=PromiseStatus.DEAD, last_error="ValueError: cannot")
    assert "ValueError: cannot" in views.dead_letters(ask(Actor.system())).content.decode()


def test_health_is_bad_without_a_worker_and_tells_no_figure_of_people(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert set(answer.json()) == {"database", "workers", "due", "dead_letters", "well"}


def test_health_without_a_database_is_an_answer_and_not_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_kwargs):
        raise OperationalError

    monkeypatch.setattr(views.queries, "outbox_state", away)
    answer = views.health(ask(Actor.system()))
    assert (answer.status_code, answer.content) == (503, b'{"database": false, "well": false}')
