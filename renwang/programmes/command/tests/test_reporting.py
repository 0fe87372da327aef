"""Reports: who is refused, how they are kept, corrected and sent back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.programmes.command import actions, rules
from renwang.programmes.command.actions import DirectiveDraft
from renwang.programmes.command.models import Copy, CopyStep, Report
from renwang.programmes.command.rules import CopyStatus, FileTold

from .conftest import CopyOf

pytestmark = pytest.mark.django_db
Draft = Callable[..., DirectiveDraft]
Told = Callable[..., dict[str, Any]]
STREET, VILLAGE, NEXT_VILLAGE, FAR_VILLAGE = "370704006", "370704006201", "370704006202", "370704003201"
HOUR = timedelta(hours=1)


@pytest.fixture
def taken(cadre: Actor, copy_of: CopyOf, now: datetime) -> Copy:
    """The village's copy, acknowledged."""
    actions.acknowledge(actor=cadre, now=now, copy_id=copy_of(VILLAGE).pk)
    return copy_of(VILLAGE)


def test_who_has_not_acknowledged_reports_nothing(cadre: Actor, copy_of: CopyOf, told: Told, now: datetime) -> None:
    with pytest.raises(rules.StaleCopy):
        actions.report(actor=cadre, now=now, copy_id=copy_of(VILLAGE).pk, **told())
    assert not Report.objects.exists()


def test_nobody_reports_for_another_unit(
    outsider: Actor, district: Actor, taken: Copy, told: Told, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        actions.report(actor=outsider, now=now, copy_id=taken.pk, **told())
    with pytest.raises(rules.NotThisUnit):
        actions.report(actor=district, now=now, copy_id=taken.pk, **told())


def test_a_report_without_a_figure_or_with_one_nobody_can_mean_is_refused(
    cadre: Actor, taken: Copy, told: Told, now: datetime
) -> None:
    keys = list(told()["figures"])
    for figures in ({}, {keys[0]: Decimal(1)}, {keys[0]: Decimal("1.5"), keys[1]: Decimal(1)}):
        with pytest.raises(rules.ReportIncomplete):
            actions.report(actor=cadre, now=now, copy_id=taken.pk, **told(figures=figures))
    with pytest.raises(rules.ReportIncomplete):
        actions.report(actor=cadre, now=now, copy_id=taken.pk, **told(text="字" * 5001))
    with pytest.raises(rules.ReportIncomplete):
        actions.report(
            actor=cadre, now=now, copy_id=taken.pk, **told(for_day=timezone.localdate(now) - timedelta(days=3))
        )
    assert not Report.objects.exists()


def test_a_report_is_kept_sealed_as_it_was_told_and_once_however_often_it_is_sent(
    cadre: Actor, taken: Copy, copy_of: CopyOf, told: Told, now: datetime
) -> None:
    sent = told(text="王某家发现一人。", files=[FileTold("现场.txt", b"x")])
    first, second = (actions.report(actor=cadre, now=now, copy_id=taken.pk, **sent) for _ in range(2))
    assert (first.is_repeat, second.is_repeat) == (False, True) and first.report_id == second.report_id
    row = Report.objects.get()
    assert row.text == "王某家发现一人。" and row.attachments.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM command_report")
        assert "王某".encode() not in bytes(cursor.fetchone()[0])
    copy = copy_of(VILLAGE)
    assert (copy.status, copy.reported_at, copy.reported_for) == (CopyStatus.IN_PROGRESS, now, timezone.localdate(now))
    both = replace(cadre, grants=(*cadre.grants, _also(NEXT_VILLAGE)))
    other = Copy.objects.create(
        directive=copy.directive, kind="village", division_id=NEXT_VILLAGE, sent_at=now, status="acknowledged"
    )
    with pytest.raises(rules.Refused):  # the same form for another copy
        actions.report(actor=both, now=now, copy_id=other.pk, **sent)


def _also(village: str) -> Any:
    from renwang.foundation.access.rules import GrantSeen

    return GrantSeen("village_cadre", village)


def test_a_correction_is_a_second_report_that_moves_nothing_and_can_be_made_once(
    cadre: Actor, taken: Copy, copy_of: CopyOf, told: Told, now: datetime
) -> None:
    first = actions.report(actor=cadre, now=now, copy_id=taken.pk, **told(43, is_final=True))
    actions.report(actor=cadre, now=now + HOUR, copy_id=taken.pk, **told(44, corrects_id=first.report_id))
    assert Report.objects.count() == 2 and copy_of(VILLAGE).status == CopyStatus.DONE
    with pytest.raises(rules.StaleReport):
        actions.report(actor=cadre, now=now + HOUR, copy_id=taken.pk, **told(45, corrects_id=first.report_id))
    assert Report.objects.get(pk=first.report_id).figures.first().value == 43  # type: ignore[union-attr]


def test_who_is_done_reports_no_more_unless_the_report_comes_back(
    cadre: Actor, district: Actor, taken: Copy, copy_of: CopyOf, told: Told, now: datetime
) -> None:
    done = actions.report(actor=cadre, now=now, copy_id=taken.pk, **told(is_final=True))
    assert copy_of(VILLAGE).status == CopyStatus.DONE
    with pytest.raises(rules.StaleCopy):
        actions.report(actor=cadre, now=now, copy_id=taken.pk, **told())
    actions.return_report(actor=district, now=now, report_id=done.report_id, reason="数字不符")
    copy = copy_of(VILLAGE)
    assert (copy.status, copy.reported_for) == (CopyStatus.RETURNED, None)
    with pytest.raises(rules.StaleReport):  # what came back is not corrected but told again
        actions.report(actor=cadre, now=now, copy_id=taken.pk, **told(corrects_id=done.report_id))
    actions.report(actor=cadre, now=now, copy_id=taken.pk, **told(50))
    assert copy_of(VILLAGE).status == CopyStatus.IN_PROGRESS
    steps = CopyStep.objects.filter(copy=copy).order_by("pk").values_list("status", flat=True)
    assert list(steps) == ["acknowledged", "done", "returned", "in_progress"]


def test_a_report_is_returned_only_by_its_issuer_or_who_passed_it_on_and_with_a_reason(
    cadre: Actor,
    health: Actor,
    street_officer: Actor,
    district: Actor,
    taken: Copy,
    told: Told,
    now: datetime,
) -> None:
    given = actions.report(actor=cadre, now=now, copy_id=taken.pk, **told())
    with pytest.raises(NotAllowed):
        actions.return_report(actor=cadre, now=now, report_id=given.report_id, reason="数字不符")
    for actor in (health, street_officer):  # the command sent it to the village, not the street
        with pytest.raises(rules.NotTheIssuer):
            actions.return_report(actor=actor, now=now, report_id=given.report_id, reason="数字不符")
    with pytest.raises(rules.ReasonMissing):
        actions.return_report(actor=district, now=now, report_id=given.report_id, reason="")
    actions.return_report(actor=district, now=now, report_id=given.report_id, reason="数字不符")
    with pytest.raises(rules.StaleReport):
        actions.return_report(actor=district, now=now, report_id=given.report_id, reason="数字不符")


def test_a_street_returns_the_report_of_a_village_it_passed_the_directive_on_to(
    street_officer: Actor, cadre: Actor, copy_of: CopyOf, told: Told, now: datetime
) -> None:
    actions.acknowledge(actor=street_officer, now=now, copy_id=copy_of(STREET).pk)
    actions.forward(actor=street_officer, now=now, copy_id=copy_of(STREET).pk, villages=[NEXT_VILLAGE])
    next_cadre = replace(cadre, grants=(_also(NEXT_VILLAGE),))
    below = copy_of(NEXT_VILLAGE).pk
    actions.acknowledge(actor=next_cadre, now=now, copy_id=below)
    given = actions.report(actor=next_cadre, now=now, copy_id=below, **told())
    actions.return_report(actor=street_officer, now=now, report_id=given.report_id, reason="请核对")
    assert copy_of(NEXT_VILLAGE).status == CopyStatus.RETURNED
