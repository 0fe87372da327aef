"""Whose forms and whose ledgers: an office's form is its own, a sensitive ledger is its office's, and what is sent twice does no harm."""

import datetime as dt
import importlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from conftest import District, Family
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.paperwork import actions, handlers, queries
from renwang.loop.paperwork.models import Export, Filling, Form, FormColumn, FormVersion
from renwang.loop.paperwork.rules import CannotDo, Level, Stale
from renwang.loop.registry.models import Enrolment, Programme, Subject
from renwang.loop.rounds import actions as rounds
from renwang.loop.rounds.models import Round, RoundQuestion

from .conftest import TODAY, Fill, MakeForm
from .making import list_form, read

MakeUser = Callable[..., User]
AsActor = Callable[[User], Actor]


@pytest.fixture
def health(small_district: District, make_user: MakeUser, as_actor: AsActor) -> Actor:
    return as_actor(make_user("health", name="钱卫健", health_officer=small_district.root.code))


@pytest.fixture
def sensitive(family: Family) -> Programme:
    """A ledger of the health office on which one household stands."""
    row = Programme.objects.create(code="mental", label="精神障碍", office="health", is_sensitive=True)
    Enrolment.objects.create(subject=family.household, programme=row, since=dt.date(2019, 1, 1))
    return row


def test_another_office_changes_nothing_of_a_form_and_the_command_may(
    make_form: MakeForm, health: Actor, district: Actor, now: dt.datetime
) -> None:
    version = make_form()
    sent: dict[str, Any] = {"now": now, "area": "", "office": "", "name": "", "filename": "b.xlsx"}
    for deed in (
        lambda who: actions.take_in_form(
            actor=who, content=list_form(("序号", "户主", "备注")), form_id=version.form_id, **sent
        ),
        lambda who: actions.map_columns(actor=who, now=now, version_id=version.pk, level="household", fields={}),
        lambda who: actions.plan_form(actor=who, now=now, form_id=version.form_id, daily_at=dt.time(17), programme=""),
    ):
        with pytest.raises(CannotDo):
            deed(health)
        deed(district)
    assert FormVersion.objects.count() == 2 and Form.objects.get().daily_at == dt.time(17)
    column = FormColumn.objects.filter(version=version, title="备注").get()
    with pytest.raises(CannotDo):
        actions.ask_column(actor=health, now=now, column_id=column.pk, text="有什么要备注的")


def test_the_page_of_anothers_form_offers_no_change_and_a_change_sent_all_the_same_is_told(
    make_form: MakeForm, district: Actor, street_officer: Actor, now: dt.datetime, client: Client
) -> None:
    # The command's form of this very subdistrict, seen by the subdistrict's officer.
    version = make_form(actor=district, office="command", area="370704006")
    officer = User.objects.get(pk=street_officer.user_id)
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/forms/{version.form_id}/").content.decode()
    assert "/fill/" in page and "/plan/" not in page and "/version/" not in page
    answer = client.post(f"/forms/{version.form_id}/plan/", {"daily_at": "17:30", "programme": ""}, follow=True)
    assert answer.status_code == 200 and [str(one) for one in answer.context["messages"]]
    assert Form.objects.get().daily_at is None


def test_a_form_that_is_sent_twice_is_one_and_another_file_of_its_name_is_refused(make_form: MakeForm) -> None:
    content = list_form()
    first = make_form(content, mapped=False)
    assert make_form(content, mapped=False).pk == first.pk
    with pytest.raises(CannotDo):
        make_form(list_form(("序号", "户主")), mapped=False)
    assert FormVersion.objects.count() == 1


def test_two_officers_who_send_a_form_of_one_name_at_once_make_one(
    make_form: MakeForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_form(mapped=False)
    # The second looked before the first had written.
    from renwang.loop.paperwork.actions import forms

    monkeypatch.setattr(
        forms,
        "_form",
        lambda actor, now, **told: Form(name=told["name"], office="relief", area=told["area"], made_at=now),
    )
    with pytest.raises(CannotDo):
        make_form(list_form(("序号", "户主")), mapped=False)
    assert Form.objects.count() == 1 and FormVersion.objects.count() == 1


def test_who_stands_on_a_sensitive_ledger_is_listed_for_its_own_office_alone(
    make_form: MakeForm,
    fill: Fill,
    sensitive: Programme,
    relief: Actor,
    cadre: Actor,
    health: Actor,
    now: dt.datetime,
) -> None:
    version = make_form()
    with pytest.raises(CannotDo):
        actions.plan_form(actor=relief, now=now, form_id=version.form_id, daily_at=None, programme="mental")
    taking: dict[str, Any] = {"now": now, "area": "370704006201", "programme": "mental", "opens_sealed": False}
    for who in (relief, cadre):
        with pytest.raises(CannotDo):
            actions.export_table(
                actor=who, table="households", file_format="csv", has_hxl=False, reason="看看都有谁", **taking
            )
        with pytest.raises(CannotDo):
            actions.export_household_files(actor=who, file_format="docx", reason="看看都有谁", **taking)
        with pytest.raises(CannotDo):
            queries.open_table(
                table="persons",
                taking=queries.Taking(viewer=who, area="370704006201", now=now, programme="mental"),
                file_format="csv",
                has_hxl=False,
                mark=queries.mark_for(who, now=now, reason="看看", is_opened=False),
            )
    assert not Export.objects.exists()
    own = make_form(name="随访表", actor=health, office="health")
    actions.plan_form(actor=health, now=now, form_id=own.form_id, daily_at=None, programme="mental")
    assert fill(own, actor=health).rows == 1
    refused = fill(own, area="370704006201", actor=cadre)
    assert refused.status == "failed" and refused.file is None and "mental" in refused.problem
    assert (
        queries.examples(
            viewer=cadre,
            version=own,
            catalogue=queries.catalogue(cadre),
            fields=["head_name"],
            area="370704006",
            now=now,
        )
        == {}
    )


def test_a_file_that_was_opened_for_a_subdistrict_is_no_office_of_the_districts(
    make_form: MakeForm,
    fill: Fill,
    family: Family,
    street_officer: Actor,
    cadre: Actor,
    health: Actor,
    now: dt.datetime,
) -> None:
    version = make_form(actor=street_officer, office="", area="370704006")
    filling = fill(version, actor=street_officer)
    assert queries.fillings(viewer=health).filter(pk=filling.pk).exists()
    actions.open_sealed_columns(actor=street_officer, now=now, filling_id=filling.pk, reason="夜间应急联系")
    assert not queries.fillings(viewer=health).filter(pk=filling.pk).exists()


def test_a_slow_worker_does_not_pass_its_masked_file_for_the_opened_one(
    make_form: MakeForm, fill: Fill, family: Family, relief: Actor, now: dt.datetime
) -> None:
    filling = fill(make_form())
    slow = queries.filled(handlers.task_of(filling, relief, now))
    actions.open_sealed_columns(actor=relief, now=now, filling_id=filling.pk, reason="夜间应急联系")
    with pytest.raises(Stale):
        actions.finish_filling(actor=relief, now=now, filling_id=filling.pk, round_no=1, made=slow)
    handlers.keep_filling({"filling_id": filling.pk, "round_no": 2}, now=now)
    assert read(Filling.objects.get().file)["登记表"]["D4"].value == "15400000001"


def test_a_released_file_is_the_same_after_a_correction_and_a_new_version_of_the_form(
    make_form: MakeForm, fill: Fill, family: Family, relief: Actor, now: dt.datetime
) -> None:
    version = make_form()
    filling = fill(version)
    actions.release_filling(actor=relief, now=now, filling_id=filling.pk)
    before = (bytes(Filling.objects.get().file or b""), list(filling.figures.values_list("value", "rows_counted")))
    Subject.objects.filter(pk=family.household.pk).update(name="改名了")
    actions.take_in_form(
        actor=relief, now=now, area="", office="", name="", filename="b.xlsx",
        content=list_form(("序号", "户主", "备注")), form_id=version.form_id,
    )  # fmt: skip
    actions.map_columns(actor=relief, now=now, version_id=version.pk, level="person", fields={2: "name"})
    for round_no in (1, 2):
        handlers.keep_filling({"filling_id": filling.pk, "round_no": round_no}, now=now)
    with pytest.raises(Stale):
        actions.finish_filling(actor=relief, now=now, filling_id=filling.pk, round_no=1, made=None, problem="x")
    after = (bytes(Filling.objects.get().file or b""), list(filling.figures.values_list("value", "rows_counted")))
    assert after == before


def test_the_look_for_daily_forms_costs_one_question_however_many_there_are(
    make_form: MakeForm, relief: Actor, now: dt.datetime, django_assert_num_queries: Any
) -> None:
    for number in range(4):
        version = make_form(name=f"日报{number}")
        actions.plan_form(actor=relief, now=now, form_id=version.form_id, daily_at=dt.time(8), programme="")
    handlers.fill_daily(now)
    assert Filling.objects.filter(is_daily=True).count() == 4
    with django_assert_num_queries(1):
        handlers.fill_daily(now)


def test_more_rows_than_a_form_takes_are_refused_before_a_district_is_read(
    make_form: MakeForm, fill: Fill, three_families: list[Family], monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = importlib.import_module("renwang.loop.paperwork.queries.filled")
    monkeypatch.setattr(filled, "MOST_ROWS", 2)
    seen: list[int] = []
    real = filled.lines

    def counted(*told: Any, **more: Any) -> Any:
        for line in real(*told, **more):
            seen.append(line.subject_id)
            yield line

    monkeypatch.setattr(filled, "lines", counted)
    filling = fill(make_form(), area="370704")
    assert filling.status == "failed" and "20000" in filling.problem and len(seen) == 3


def test_a_round_that_asks_others_is_not_joined(make_form: MakeForm, relief: Actor, now: dt.datetime) -> None:
    told: dict[str, Any] = {
        "office": "relief",
        "area": "370704",
        "opens_on": dt.date(2020, 2, 18),
        "closes_on": dt.date(2020, 2, 20),
        "asks_health": True,
    }
    few = rounds.RoundDraft(title="独居老人", programmes=("poor_household",), **told)
    elderly = rounds.RoundDraft(title="老人", everybody=True, has_member_over=70, **told)
    for draft in (few, elderly):
        rounds.draft_round(actor=relief, now=now, draft=draft)
    version = make_form(list_form(("序号", "户主姓名", "有无口罩")))
    column = FormColumn.objects.get(version=version, title="有无口罩")
    asked = actions.ask_column(actor=relief, now=now, column_id=column.pk, text="有没有口罩", answer_kind="yes_no")
    assert Round.objects.count() == 3 and Round.objects.get(pk=asked.round_id).everybody
    assert RoundQuestion.objects.get().round_id == asked.round_id


def test_what_another_office_left_empty_is_proposed_to_it_and_not_decided_for_it(
    make_form: MakeForm, relief: Actor, health: Actor, now: dt.datetime
) -> None:
    titles = ("序号", "户主姓名", "口罩数量")
    first = make_form(list_form(titles))
    second = make_form(list_form(titles), "物资登记", actor=health, office="health")
    column = FormColumn.objects.get(version=first, title="口罩数量")
    asked = actions.ask_column(actor=relief, now=now, column_id=column.pk, text="几只口罩", answer_kind="number")
    other = FormColumn.objects.get(version=second, title="口罩数量")
    assert other.question_id == asked.question and not other.is_decided
    assert FormColumn.objects.get(pk=column.pk).is_decided


def test_what_another_office_asked_stays_masked_when_the_rest_is_opened(
    make_form: MakeForm, fill: Fill, three_families: list[Family], relief: Actor, now: dt.datetime
) -> None:
    import uuid

    from renwang.loop.rounds.models import Contact

    system = Actor.system()
    draft = rounds.RoundDraft(
        title="卫健排查", office="health", area="370704", opens_on=TODAY, closes_on=TODAY, everybody=True,
        asks_needs=False, asks_travel=False, asks_contacts=False,
    )  # fmt: skip
    opened = rounds.draft_round(actor=system, now=now, draft=draft)
    rounds.open_round(actor=system, now=now, round_id=opened.round_id)
    rounds.plan_day(actor=system, now=now, day=TODAY)
    home, head = three_families[0].household, three_families[0].head
    answers = {"all_well": False, "members": {str(head.pk): {"temperature": 38.4}}}
    told = rounds.CheckInTold(
        submission_id=uuid.uuid4(),
        contact_id=Contact.objects.get(household=home).pk,
        mode="call",
        answers=answers,
        told_at=now,
    )
    rounds.record_check_ins(actor=system, now=now, check_ins=[told])
    version = make_form(list_form(("序号", "户主姓名", "体温")))
    filling = fill(version)
    actions.open_sealed_columns(actor=relief, now=now, filling_id=filling.pk, reason="掌握发热情况")
    handlers.keep_filling({"filling_id": filling.pk, "round_no": 2}, now=now)
    assert read(Filling.objects.get().file)["登记表"]["C4"].value == "***"


def test_a_form_changes_with_what_a_row_stands_for_and_keeps_nothing_before_it_is_told(
    make_form: MakeForm, relief: Actor
) -> None:
    version = make_form(list_form(("序号", "村", "人口", "户数")))
    known = queries.catalogue(relief)
    keys = {column.key for column in version.columns.all()}
    proposal = queries.proposal_for(bytes(version.blob or b""), known, keys, Level.VILLAGE)
    assert list(proposal.fields.values()) == ["", "village", "n_persons", "n_households"]


def test_every_file_says_what_for_even_where_nobody_told(
    family: Family, street_officer: Actor, now: dt.datetime
) -> None:
    mark = queries.mark_for(street_officer, now=now, reason="", is_opened=False)
    assert mark.why and "· ·" not in mark.line and json.dumps(mark.why)
