"""A filing's way: refused until complete, answered in time, checked on the spot, at work again."""

import datetime as dt
import itertools
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.cases.models import Case
from renwang.programmes.enterprise import actions, queries
from renwang.programmes.enterprise.models import (
    CheckPhoto,
    Enterprise,
    Filing,
    FilingStep,
    SiteCheck,
)
from renwang.programmes.enterprise.rules.enterprises import Refused
from renwang.programmes.enterprise.rules.filings import MOVES, ForbiddenMove, NotComplete, Status

from .conftest import GOOD, Way, staff_list

BAD = replace(GOOD, gate_temperature=False, in_a_room=8)


def test_a_firm_files_for_itself_and_for_nobody_else(
    way: Way, other_firm: Enterprise, outsider: Actor, cadre: Actor
) -> None:
    for actor in (way.boss, outsider, cadre):
        with pytest.raises(NotAllowed):
            Way(actor, way.office, other_firm if actor is not cadre else way.firm).write()
    assert not Filing.objects.exists()


def test_a_filing_is_refused_until_everything_is_there(way: Way) -> None:
    way.write(masks=500)
    with pytest.raises(NotComplete) as refused:
        actions.file_resumption(actor=way.boss, now=way.now, enterprise_id=way.firm.pk)
    assert len(refused.value.missing) == 3  # staff, three days of stock, signature
    filing = way.file()
    assert filing.status == Status.FILED
    assert timezone.localtime(filing.answer_due_at).strftime("%m-%d %H:%M") == "02-19 18:00"


def test_a_filing_sent_twice_is_one_and_is_not_changed_any_more(way: Way) -> None:
    first = way.file()
    actions.file_resumption(actor=way.boss, now=way.now + dt.timedelta(hours=1), enterprise_id=way.firm.pk)
    assert way.filing.filed_at == first.filed_at
    assert FilingStep.objects.filter(new=Status.FILED).count() == 1
    with pytest.raises(Refused):
        way.write(plan="另一个方案另一个方案另一个方案另一个方案")
    with pytest.raises(Refused):
        actions.take_staff_list(
            actor=way.boss, now=way.now, enterprise_id=way.firm.pk, filename="a.xlsx", content=staff_list()
        )


def test_who_changes_the_plan_signs_again(way: Way) -> None:
    way.complete()
    assert way.filing.signed_at
    way.write()
    assert way.filing.signed_at, "the same text again needs no other signature"
    way.write(masks=999)
    assert way.filing.signed_at is None


def test_a_broken_signature_is_refused_and_a_whole_one_is_sealed(way: Way) -> None:
    import base64

    way.write()
    png = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    for drawn in (
        "data:text/html;base64,PGI+",
        "data:image/png;base64,AAAA",
        "data:image/png;base64," + base64.b64encode(png[:40]).decode(),
    ):
        with pytest.raises(Refused):
            actions.sign_commitment(
                actor=way.boss, now=way.now, enterprise_id=way.firm.pk, signer="孙厂长", drawn=drawn, agrees=True
            )
    whole = "data:image/png;base64," + base64.b64encode(png).decode()
    actions.sign_commitment(
        actor=way.boss, now=way.now, enterprise_id=way.firm.pk, signer="孙厂长", drawn=whole, agrees=True
    )
    assert bytes(way.filing.signature or b"") == png


def test_only_offices_of_the_area_answer_and_a_return_needs_a_reason(way: Way, outsider: Actor, cadre: Actor) -> None:
    filing = way.file()
    for actor in (way.boss, outsider, cadre):
        with pytest.raises(NotAllowed):
            actions.answer_filing(actor=actor, now=way.now, filing_id=filing.pk, is_accepted=True)
    with pytest.raises(Refused):
        actions.answer_filing(actor=way.office, now=way.now, filing_id=filing.pk, is_accepted=False)
    actions.answer_filing(actor=way.office, now=way.now, filing_id=filing.pk, is_accepted=False, reason="缺少测温安排")
    assert way.filing.status == Status.RETURNED
    actions.file_resumption(actor=way.boss, now=way.now, enterprise_id=way.firm.pk)
    assert way.filing.status == Status.FILED


def test_of_two_officers_only_the_first_answers(way: Way) -> None:
    filing = way.file()
    actions.answer_filing(actor=way.office, now=way.now, filing_id=filing.pk, is_accepted=True)
    with pytest.raises(ForbiddenMove):
        actions.answer_filing(actor=way.office, now=way.now, filing_id=filing.pk, is_accepted=True)
    assert FilingStep.objects.filter(new=Status.ACCEPTED).count() == 1


def test_nobody_begins_before_the_check_and_after_it_the_firm_says_so(way: Way, cadre: Actor) -> None:
    way.accept()
    with pytest.raises(ForbiddenMove):
        actions.resume_work(actor=way.boss, now=way.now, enterprise_id=way.firm.pk)
    way.check(cadre)
    assert way.filing.status == Status.INSPECTED
    actions.resume_work(actor=way.boss, now=way.now, enterprise_id=way.firm.pk)
    actions.resume_work(actor=way.boss, now=way.now, enterprise_id=way.firm.pk)
    assert way.filing.status == Status.RESUMED
    assert FilingStep.objects.filter(new=Status.RESUMED).count() == 1
    names = set(Entry.objects.values_list("name", flat=True))
    assert {
        "enterprise.file_resumption",
        "enterprise.answer_filing",
        "enterprise.check_site",
        "enterprise.resume_work",
    } <= names


def test_what_a_check_finds_becomes_one_case_and_the_firm_puts_it_right(way: Way, cadre: Actor) -> None:
    way.accept()
    first = way.check(cadre, BAD)
    assert way.filing.status == Status.RECTIFYING
    case = Case.objects.get(pk=first.case_id)
    assert (case.kind, case.is_urgent, case.holder_id) == ("enterprise.rectification", True, cadre.user_id)
    again = way.check(cadre, replace(GOOD, posters=False))
    assert again.case_id == case.pk, "what is found again is told of again, not opened again"
    way.check(cadre)
    assert way.filing.status == Status.INSPECTED


def test_a_check_sent_twice_is_one_and_a_firm_at_work_stays_at_work(way: Way, cadre: Actor) -> None:
    way.accept()
    way.check(cadre)
    actions.resume_work(actor=way.boss, now=way.now, enterprise_id=way.firm.pk)
    submission = uuid4()
    for _time in range(2):
        event = actions.check_site(
            actor=cadre, now=way.now, enterprise_id=way.firm.pk, submission_id=submission, seen=BAD
        )
    assert event.is_repeat
    assert SiteCheck.objects.count() == 2
    assert way.filing.status == Status.RESUMED
    assert Case.objects.count() == 1


def test_a_suspended_firm_begins_again_after_a_check_that_finds_nothing(way: Way, cadre: Actor) -> None:
    way.accept()
    way.check(cadre)
    actions.resume_work(actor=way.boss, now=way.now, enterprise_id=way.firm.pk)
    with pytest.raises(NotAllowed):
        actions.suspend_work(actor=cadre, now=way.now, filing_id=way.filing.pk, reason="发现聚集")
    actions.suspend_work(actor=way.office, now=way.now, filing_id=way.filing.pk, reason="发现聚集")
    assert (way.filing.status, way.filing.resumed_at) == (Status.SUSPENDED, None)
    way.check(cadre)
    assert way.filing.status == Status.INSPECTED


def test_photos_are_pictures_few_and_small(way: Way, cadre: Actor) -> None:
    way.accept()
    jpeg = b"\xff\xd8\xff" + b"0" * 100
    for photos in ([b"%PDF-1.7"], [jpeg] * 5, [jpeg + b"0" * 3_000_000]):
        with pytest.raises(Refused):
            way.check(cadre, photos=photos)
    assert not SiteCheck.objects.exists()
    way.check(cadre, photos=[jpeg, jpeg])
    assert CheckPhoto.objects.count() == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT blob FROM enterprise_checkphoto")
        assert all(b"0000" not in bytes(blob) for (blob,) in cursor.fetchall()), "what lies in the database is sealed"


def test_a_cadre_of_another_firm_checks_nothing_here(way: Way, cadre: Actor, other_firm: Enterprise) -> None:
    with pytest.raises(NotAllowed):
        actions.check_site(actor=cadre, now=way.now, enterprise_id=other_firm.pk, submission_id=uuid4(), seen=GOOD)


def test_one_firm_has_one_cadre_and_a_cadre_must_hold_the_role(
    way: Way, cadre: Actor, office: Actor, make_user: Any, small_district: Any
) -> None:
    helper = make_user("h", name="不是驻厂员", helper=small_district.village.code)
    with pytest.raises(Refused):
        actions.station_cadre(actor=office, now=way.now, pairs=[(helper.pk, way.firm.pk)])
    other = make_user("c2", name="新驻厂", stationed_cadre=small_district.street.code)
    later = way.now + dt.timedelta(hours=1)
    actions.station_cadre(actor=office, now=later, pairs=[(other.pk, way.firm.pk)])
    assert queries.cadres_of([way.firm.pk], later + dt.timedelta(seconds=1))[way.firm.pk] == other


def test_the_resumption_rate_counts_by_area_industry_and_size(
    way: Way, cadre: Actor, other_firm: Enterprise, district: Actor, outsider: Actor
) -> None:
    way.accept()
    way.check(cadre)
    actions.resume_work(actor=way.boss, now=way.now, enterprise_id=way.firm.pk)
    by_size = {
        one.group: (one.resumed, one.enterprises, str(one.share)) for one in queries.rates(viewer=district, by="size")
    }
    assert by_size == {"designated": (1, 1, "100.00"), "small": (0, 1, "0.00")}
    assert [(one.group, one.resumed) for one in queries.rates(viewer=district, by="area")] == [
        ("370704003", 0),
        ("370704006", 1),
    ]
    assert [(one.group, one.resumed) for one in queries.rates(viewer=district, by="industry")] == [
        ("C17", 1),
        ("C34", 0),
    ]
    assert [one.enterprises for one in queries.rates(viewer=outsider, by="")] == [1]


def test_a_cadres_day_puts_who_waits_first_and_who_was_looked_at_last(
    way: Way, cadre: Actor, cadre_user: Any, office: Actor
) -> None:
    from renwang.foundation.access import queries as access

    from .conftest import told

    more = actions.register_enterprises(
        actor=office,
        now=way.now,
        enterprises=[told(f"厂{n}", 20 + n, phone="", lon=119.1 + n / 100) for n in range(8)],
        source="t",
    )
    actions.station_cadre(actor=office, now=way.now, pairs=[(cadre_user.pk, pk) for pk in more.enterprise_ids])
    way.accept()
    later = way.now + dt.timedelta(minutes=5)
    actor = access.actor_for(user=cadre_user, now=later, verified=True)
    today = timezone.localtime(later).date()
    day = queries.day_of(viewer=actor, now=later, today=today)
    assert 6 <= len(day.stops) <= 10 and day.firms == 9
    assert [stop.enterprise.pk for stop in day.stops if stop.is_waiting] == [way.firm.pk]
    way.check(actor)
    after = queries.day_of(viewer=actor, now=later, today=today)
    assert way.firm.pk in {stop.enterprise.pk for stop in after.done}
    assert way.firm.pk not in {stop.enterprise.pk for stop in after.stops}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["file", "accept", "return", "good", "bad", "resume", "suspend"]), max_size=9))
def test_any_order_of_verbs_keeps_to_the_table_and_every_step_is_written(
    way: Way, cadre: Actor, verbs: list[str]
) -> None:
    from django.db import transaction

    with transaction.atomic():
        way.complete()
        filing = way.filing
        for verb in verbs:
            try:
                _do(way, cadre, verb, filing.pk)
            except (Refused, NotAllowed):
                continue
        steps = list(FilingStep.objects.filter(filing=filing).order_by("pk").values_list("old", "new"))
        for old, new in steps[1:]:
            assert Status(new) in MOVES[Status(old)]
        assert all(before[1] == after[0] for before, after in itertools.pairwise(steps))
        assert way.filing.status == steps[-1][1]
        transaction.set_rollback(True)


def _do(way: Way, cadre: Actor, verb: str, filing_id: int) -> None:
    match verb:
        case "file":
            actions.file_resumption(actor=way.boss, now=way.now, enterprise_id=way.firm.pk)
        case "accept" | "return":
            actions.answer_filing(
                actor=way.office, now=way.now, filing_id=filing_id, is_accepted=verb == "accept", reason="缺材料"
            )
        case "good" | "bad":
            way.check(cadre, GOOD if verb == "good" else BAD)
        case "resume":
            actions.resume_work(actor=way.boss, now=way.now, enterprise_id=way.firm.pk)
        case "suspend":
            actions.suspend_work(actor=way.office, now=way.now, filing_id=filing_id, reason="聚集")
