"""What programs hand in is kept at once, and what follows from it follows once: on the embedded database and on PostgreSQL alike."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from conftest import Family
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry, Promise
from renwang.loop.rounds import actions, handlers, queries
from renwang.loop.rounds.actions import ByActor, SubmissionReused, UnknownContact
from renwang.loop.rounds.models import CheckIn, Contact, ContactPart, Finding, Waiting
from renwang.loop.rounds.rules import AnswersRefused, ContactState, PartState, Staleness

from .conftest import Told

pytestmark = pytest.mark.django_db

FEVER = {"temperature": 38.2}


def test_each_submission_is_refused_by_the_rights_of_its_own_sender(
    contact: Contact, helper: Actor, outsider: Actor, system: Actor, told: Told, now: dt.datetime
) -> None:
    with pytest.raises(NotAllowed):
        actions.receive_check_ins(actor=helper, now=now, gathered=[ByActor(helper, told(contact))])
    both = [ByActor(helper, told(contact)), ByActor(outsider, told(contact))]
    with pytest.raises(NotAllowed):
        actions.receive_check_ins(actor=system, now=now, gathered=both)
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"contact_id": 999_999}, UnknownContact),
        ({"answers": {"members": {"0": {}}}}, AnswersRefused),
        ({"answers": {"own": {"nobody_asked": True}}}, AnswersRefused),
    ],
)
def test_what_is_wrong_is_refused_before_it_is_acknowledged(
    contact: Contact,
    helper: Actor,
    system: Actor,
    told: Told,
    now: dt.datetime,
    changed: dict[str, Any],
    refusal: type[Exception],
) -> None:
    wrong = dataclasses.replace(told(contact), **changed)
    with pytest.raises(refusal):
        actions.receive_check_ins(actor=system, now=now, gathered=[ByActor(helper, wrong)])
    assert not (CheckIn.objects.exists() or Waiting.objects.exists())


def test_what_was_told_is_kept_as_told_and_waits(
    contact: Contact, family: Family, helper: Actor, system: Actor, told: Told, now: dt.datetime
) -> None:
    answers = {"members": {str(family.head.pk): FEVER}, "needs": {"other": {"words": "煤 '没' 了 \\ \""}}}
    done = actions.receive_check_ins(actor=system, now=now, gathered=[ByActor(helper, told(contact, answers))])
    kept = CheckIn.objects.get()
    assert (kept.answers, kept.by_id, kept.contact_id, kept.told_at) == (answers, helper.user_id, contact.pk, now)
    assert done.answered_ids == done.check_in_ids == (kept.pk,)
    assert queries.waiting_check_ins(9) == [kept.pk]
    assert Contact.objects.get().state == ContactState.DUE
    entry = Entry.objects.get(name="rounds.receive_check_ins")
    assert entry.facts["user_ids"] == [helper.user_id]
    assert "38.2" not in str(entry.facts)


def test_sent_twice_is_once_and_other_answers_under_the_same_number_are_refused(
    contact: Contact, helper: Actor, system: Actor, told: Told, now: dt.datetime
) -> None:
    form = ByActor(helper, told(contact))
    first = actions.receive_check_ins(actor=system, now=now, gathered=[form, form])
    second = actions.receive_check_ins(actor=system, now=now, gathered=[ByActor(helper, told(contact)), form])
    assert second.answered_ids[1:] == first.check_in_ids
    assert (CheckIn.objects.count(), Waiting.objects.count()) == (2, 2)
    changed = ByActor(helper, dataclasses.replace(form.told, answers={"needs": {"food": {}}}))
    for gathered in ([changed], [form, changed]):
        with pytest.raises(SubmissionReused):
            actions.receive_check_ins(actor=system, now=now, gathered=gathered)


def test_what_follows_follows_once_and_is_told_to_all_who_listen(
    contact: Contact, family: Family, helper: Actor, system: Actor, told: Told, now: dt.datetime
) -> None:
    form = told(contact, {"members": {str(family.head.pk): FEVER}})
    done = actions.receive_check_ins(actor=system, now=now, gathered=[ByActor(helper, form)])
    handlers.work_out_waiting(now)
    handlers.work_out_waiting(now)
    with pytest.raises(actions.NothingWaiting):
        actions.work_out_check_ins(actor=system, now=now, check_in_ids=done.check_in_ids)
    assert Finding.objects.get().kind == "fever"
    assert Contact.objects.get().state == ContactState.REACHED
    part = ContactPart.objects.get()
    assert (part.state, part.check_in_id) == (PartState.ANSWERED, done.check_in_ids[0])
    assert not Waiting.objects.exists()
    entry = Entry.objects.get(name="rounds.work_out_check_ins")
    assert entry.facts["user_ids"] == [helper.user_id]
    assert Entry.objects.filter(name="cases.open_cases").count() == 1


def test_only_the_system_works_out(contact: Contact, helper: Actor, now: dt.datetime) -> None:
    for deed in (
        lambda: actions.work_out_check_ins(actor=helper, now=now, check_in_ids=[1]),
        lambda: actions.set_aside_check_in(actor=helper, now=now, check_in_id=1),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_who_came_too_late_is_told_at_once_and_who_was_overtaken_is_marked(
    contact: Contact, helper: Actor, system: Actor, told: Told, now: dt.datetime
) -> None:
    early = actions.receive_check_ins(actor=system, now=now, gathered=[ByActor(helper, told(contact))])
    actions.record_check_ins(actor=helper, now=now, check_ins=[told(contact)])
    late = actions.receive_check_ins(actor=system, now=now, gathered=[ByActor(helper, told(contact))])
    assert (early.stale_ids, late.stale_ids) == ((), late.check_in_ids)
    handlers.work_out_waiting(now)
    overtaken = CheckIn.objects.get(pk=early.check_in_ids[0])
    assert overtaken.staleness == Staleness.ALREADY_REACHED


def test_one_that_cannot_be_worked_out_is_set_aside_and_holds_nobody_up(
    contact: Contact,
    family: Family,
    helper: Actor,
    system: Actor,
    told: Told,
    now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fever = told(contact, {"members": {str(family.head.pk): FEVER}})
    gathered = [ByActor(helper, one) for one in (told(contact), fever, told(contact))]
    done = actions.receive_check_ins(actor=system, now=now, gathered=gathered)
    poisoned = done.answered_ids[1]
    real = actions.working_out.findings_in

    def fails(check_in: CheckIn, *given: Any, **named: Any) -> Any:
        if check_in.pk == poisoned:
            raise RuntimeError
        return real(check_in, *given, **named)

    monkeypatch.setattr(actions.working_out, "findings_in", fails)
    handlers.work_out_waiting(now)
    assert list(Waiting.objects.values_list("pk", "is_set_aside")) == [(poisoned, True)]
    promise = Promise.objects.get(kind=actions.WORK_OUT)
    monkeypatch.undo()
    for _time in range(2):
        handlers.keep_working_out(promise.payload, now=now, report=lambda _percent: None)
    assert Finding.objects.get().check_in_id == poisoned
    assert not Waiting.objects.exists()


def test_what_became_of_a_submission_is_told_to_its_sender_alone(
    contact: Contact, helper: Actor, outsider: Actor, system: Actor, told: Told, now: dt.datetime
) -> None:
    form = told(contact)
    assert queries.became_of(form.submission_id, viewer=helper) is None
    actions.receive_check_ins(actor=system, now=now, gathered=[ByActor(helper, form)])
    assert queries.became_of(form.submission_id, viewer=outsider) is None
    kept = queries.became_of(form.submission_id, viewer=helper)
    assert kept is not None
    assert not queries.is_worked_out(kept.pk)
    handlers.work_out_waiting(now)
    assert queries.is_worked_out(kept.pk)
