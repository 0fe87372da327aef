"""The life of a directive: who is refused, how it goes, what the ledger says."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone, translation

from conftest import District
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.rounds.models import Round
from renwang.programmes.command import actions, rules
from renwang.programmes.command.actions import DirectiveDraft
from renwang.programmes.command.models import Attachment, Copy, CopyStep, Directive
from renwang.programmes.command.rules import Cadence, CopyStatus, FigureAsked, FileTold, Unit, UnitKind

from .conftest import CopyOf

pytestmark = pytest.mark.django_db
Draft = Callable[..., DirectiveDraft]
Told = Callable[..., dict[str, Any]]
STREET, VILLAGE, NEXT_VILLAGE, FAR_VILLAGE = "370704006", "370704006201", "370704006202", "370704003201"
HOUR = timedelta(hours=1)


def issue(actor: Actor, now: datetime, draft: DirectiveDraft, **more: Any) -> Any:
    return actions.issue_directive(actor=actor, now=now, draft=draft, **({"submission_id": uuid.uuid4()} | more))


# --- issuing ------------------------------------------------------------------------------------------------------------


def test_a_street_a_cadre_and_a_helper_issue_nothing(
    street_officer: Actor, cadre: Actor, helper: Actor, draft: Draft, now: datetime
) -> None:
    for actor in (street_officer, cadre, helper):
        with pytest.raises(NotAllowed):
            issue(actor, now, draft())


def test_an_office_issues_nothing_in_the_name_of_another(health: Actor, draft: Draft, now: datetime) -> None:
    with pytest.raises(rules.NotTheIssuer):
        issue(health, now, draft(office="relief"))
    assert issue(health, now, draft(office="health")).copy_ids


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"number": " "}, "Give the directive a number"),
        ({"title": ""}, "Give the directive a title"),
        ({"text": "\n"}, "Write what is to be done"),
        ({"units": ()}, "at least one unit"),
        ({"units": (Unit(UnitKind.VILLAGE, "999999999999"),)}, "no unit of your area"),
        ({"units": (Unit(UnitKind.STREET, VILLAGE),)}, "no unit of your area"),
        ({"units": (Unit(UnitKind.OFFICE, "370704", "nonsense"),)}, "no unit of your area"),
        ({"units": (Unit("planet", "370704"),)}, "no unit of your area"),
        ({"cadence": "hourly"}, "Choose one of the list"),
        ({"cadence": Cadence.NONE}, "ask for no figures and no report"),
        ({"report_by": None}, "by when the first report"),
        ({"figures": (FigureAsked("人"), FigureAsked("人"))}, "name of its own"),
        ({"figures": tuple(FigureAsked(str(n)) for n in range(20))}, "At most 8 figures"),
    ],
)
def test_a_directive_that_lacks_something_is_refused_with_what_it_lacks(
    district: Actor, draft: Draft, now: datetime, changes: dict[str, Any], said: str
) -> None:
    with translation.override("en"), pytest.raises(rules.DirectiveIncomplete, match=said):
        issue(district, now, draft(**changes))
    assert not Directive.objects.exists() and not Attachment.objects.exists()


def test_times_that_have_passed_or_run_backwards_are_refused(district: Actor, draft: Draft, now: datetime) -> None:
    for changes in (
        {"acknowledge_by": now},
        {"acknowledge_by": now + timedelta(days=900)},
        {"report_by": now + HOUR},
        {"closes_on": (now - timedelta(days=1)).date()},
    ):
        with pytest.raises(rules.DirectiveIncomplete):
            issue(district, now, draft(**changes))


def test_an_unsafe_file_stops_the_whole_directive(district: Actor, draft: Draft, now: datetime) -> None:
    with pytest.raises(rules.FileRefused):
        issue(district, now, draft(files=(FileTold("a.pdf", b"<html>"),)))
    assert not Directive.objects.exists() and not Copy.objects.exists()


def test_a_number_is_used_once(district: Actor, directive: Directive, draft: Draft, now: datetime) -> None:
    with pytest.raises(rules.NumberTaken):
        issue(district, now, draft())


def test_a_form_sent_twice_makes_one_directive(district: Actor, health: Actor, draft: Draft, now: datetime) -> None:
    form = uuid.uuid4()
    first, second = (issue(district, now, draft(), submission_id=form) for _ in range(2))
    assert second.is_repeat and second.directive_id == first.directive_id and second.copy_ids == first.copy_ids
    assert Directive.objects.count() == 1 and Copy.objects.count() == 4 and Attachment.objects.count() == 1
    with pytest.raises(rules.Refused):
        issue(health, now, draft(office="health", number="别的"), submission_id=form)


def test_a_directive_reaches_each_unit_once_and_the_ledger_names_no_text(
    district: Actor, draft: Draft, now: datetime
) -> None:
    twice = draft().units * 2
    done = issue(district, now, draft(units=twice))
    assert len(done.copy_ids) == 4
    assert set(Copy.objects.values_list("status", flat=True)) == {CopyStatus.SENT}
    entry = Entry.objects.get(name="command.issue_directive")
    assert "返乡" not in str(entry.__dict__)


def test_what_is_attached_lies_sealed_in_the_database(directive: Directive) -> None:
    row = Attachment.objects.get(directive=directive)
    assert row.content == "姓名,电话".encode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM command_attachment")
        assert "姓名".encode() not in bytes(cursor.fetchone()[0])


def test_what_breaks_in_the_middle_leaves_no_directive_and_no_half_file(
    district: Actor, draft: Draft, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_rows: Any, **_more: Any) -> None:
        assert Attachment.objects.exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(Copy.objects, "bulk_create", break_off)
    with pytest.raises(KeyboardInterrupt):
        issue(district, now, draft())
    assert not Attachment.objects.exists() and not Directive.objects.exists() and not Entry.objects.exists()


def test_the_same_content_attached_twice_is_one_file(district: Actor, draft: Draft, now: datetime) -> None:
    issue(district, now, draft(files=(FileTold("a.txt", b"x"), FileTold("b.txt", b"x"), FileTold("c.txt", b"y"))))
    assert sorted(Attachment.objects.values_list("label", flat=True)) == ["a.txt", "c.txt"]


# --- taking back --------------------------------------------------------------------------------------------------------


def test_only_its_office_or_the_command_withdraws_a_directive_and_only_with_a_reason(
    district: Actor, health: Actor, street_officer: Actor, directive: Directive, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        actions.withdraw_directive(actor=street_officer, now=now, directive_id=directive.pk, reason="不用了")
    with pytest.raises(rules.NotTheIssuer):
        actions.withdraw_directive(actor=health, now=now, directive_id=directive.pk, reason="不用了")
    with pytest.raises(rules.ReasonMissing):
        actions.withdraw_directive(actor=district, now=now, directive_id=directive.pk, reason=" ")
    with pytest.raises(rules.UnknownDirective):
        actions.withdraw_directive(actor=district, now=now, directive_id=0, reason="不用了")
    actions.withdraw_directive(actor=district, now=now, directive_id=directive.pk, reason="已并入新通知")
    directive.refresh_from_db()
    assert (directive.status, directive.end_reason) == ("withdrawn", "已并入新通知")
    with pytest.raises(rules.NotInForce):
        actions.withdraw_directive(actor=district, now=now, directive_id=directive.pk, reason="再撤一次")
    assert Entry.objects.filter(name="command.withdraw_directive").count() == 1


def test_a_new_directive_takes_the_place_of_one_with_a_reason_and_only_once(
    district: Actor, health: Actor, directive: Directive, draft: Draft, now: datetime
) -> None:
    with pytest.raises(rules.ReasonMissing):
        issue(district, now, draft(number="5号"), supersedes_id=directive.pk)
    with pytest.raises(rules.NotTheIssuer):
        issue(health, now, draft(number="5号", office="health"), supersedes_id=directive.pk, reason="更正")
    done = issue(district, now, draft(number="5号"), supersedes_id=directive.pk, reason="日期写错")
    directive.refresh_from_db()
    assert directive.status == "superseded" and directive.superseded_by.pk == done.directive_id
    with pytest.raises(rules.NotInForce):
        issue(district, now, draft(number="6号"), supersedes_id=directive.pk, reason="再来")
    assert Directive.objects.count() == 2


def test_nothing_is_done_about_a_directive_that_holds_no_longer(
    district: Actor, street_officer: Actor, directive: Directive, copy_of: CopyOf, told: Told, now: datetime
) -> None:
    actions.acknowledge(actor=street_officer, now=now, copy_id=copy_of(STREET).pk)
    actions.withdraw_directive(actor=district, now=now, directive_id=directive.pk, reason="不用了")
    with pytest.raises(rules.NotInForce):
        actions.acknowledge(actor=street_officer, now=now, copy_id=copy_of(STREET).pk)
    with pytest.raises(rules.NotInForce):
        actions.report(actor=street_officer, now=now, copy_id=copy_of(STREET).pk, **told())
    with pytest.raises(rules.NotInForce):
        actions.forward(actor=street_officer, now=now, copy_id=copy_of(STREET).pk, villages=[NEXT_VILLAGE])
    with pytest.raises(rules.NotInForce):
        actions.remind(actor=district, now=now, directive_id=directive.pk)
    with pytest.raises(rules.NotInForce):
        actions.start_round(actor=district, now=now, directive_id=directive.pk)


# --- acknowledging and passing on ---------------------------------------------------------------------------------------


def test_nobody_acknowledges_for_another_unit_not_even_its_superior(
    outsider: Actor, helper: Actor, street_officer: Actor, district: Actor, copy_of: CopyOf, now: datetime
) -> None:
    village = copy_of(VILLAGE).pk
    for actor, refusal in (
        (outsider, NotAllowed),
        (helper, NotAllowed),
        (street_officer, rules.NotThisUnit),
        (district, rules.NotThisUnit),
    ):
        with pytest.raises(refusal):
            actions.acknowledge(actor=actor, now=now, copy_id=village)
    assert copy_of(VILLAGE).status == CopyStatus.SENT


def test_a_copy_is_acknowledged_once_and_a_second_tap_changes_nothing(
    cadre: Actor, copy_of: CopyOf, now: datetime
) -> None:
    first = actions.acknowledge(actor=cadre, now=now, copy_id=copy_of(VILLAGE).pk)
    second = actions.acknowledge(actor=cadre, now=now + HOUR, copy_id=copy_of(VILLAGE).pk)
    copy = copy_of(VILLAGE)
    assert (first.is_repeat, second.is_repeat) == (False, True)
    assert (copy.status, copy.acknowledged_at, copy.acknowledged_by_id) == (CopyStatus.ACKNOWLEDGED, now, cadre.user_id)
    assert CopyStep.objects.filter(copy=copy).count() == 1


def test_a_street_passes_on_only_what_it_acknowledged_and_only_to_its_own_villages(
    street_officer: Actor, cadre: Actor, copy_of: CopyOf, now: datetime
) -> None:
    street = copy_of(STREET).pk
    with pytest.raises(NotAllowed):
        actions.forward(actor=cadre, now=now, copy_id=copy_of(VILLAGE).pk, villages=[NEXT_VILLAGE])
    with pytest.raises(rules.StaleCopy):
        actions.forward(actor=street_officer, now=now, copy_id=street, villages=[NEXT_VILLAGE])
    actions.acknowledge(actor=street_officer, now=now, copy_id=street)
    for villages in ([], [FAR_VILLAGE], [STREET], [NEXT_VILLAGE, "nonsense"]):
        with pytest.raises(rules.NothingToDo):
            actions.forward(actor=street_officer, now=now, copy_id=street, villages=villages)


def test_a_village_that_has_a_directive_keeps_its_copy_when_it_is_passed_on(
    street_officer: Actor, copy_of: CopyOf, now: datetime
) -> None:
    actions.acknowledge(actor=street_officer, now=now, copy_id=copy_of(STREET).pk)
    villages = [VILLAGE, NEXT_VILLAGE]
    for expected in (1, 0):
        done = actions.forward(
            actor=street_officer, now=now, copy_id=copy_of(STREET).pk, villages=villages, note="今晚前"
        )
        assert len(done.forwarded_ids) == expected
    assert copy_of(VILLAGE).parent_id is None
    below = copy_of(NEXT_VILLAGE)
    assert (below.parent_id, below.note) == (copy_of(STREET).pk, "今晚前")


# --- starting a round ---------------------------------------------------------------------------------------------------


def test_a_directive_starts_one_round_with_its_title_area_and_days(
    district: Actor, health: Actor, street_officer: Actor, directive: Directive, small_district: District, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        actions.start_round(actor=street_officer, now=now, directive_id=directive.pk)
    with pytest.raises(rules.NotTheIssuer):
        actions.start_round(actor=health, now=now, directive_id=directive.pk)
    first, second = (actions.start_round(actor=district, now=now, directive_id=directive.pk) for _ in range(2))
    assert second.is_repeat and first.round_id == second.round_id
    row = Round.objects.get()
    today = timezone.localdate(now)
    assert (row.title, row.area, row.status) == ("返乡人员摸排", small_district.root.code, "draft")
    assert (row.opens_on, row.closes_on, row.cadence) == (today, today, "daily")
