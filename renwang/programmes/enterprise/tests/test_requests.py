"""What a firm asks for, and what its gate tells: clocks of offices, the firm's own word, health without typing."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from conftest import District, MakeUser
from renwang.foundation.access import queries as access
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.loop.cases import actions as cases
from renwang.loop.cases.kinds import UnknownKind
from renwang.loop.cases.models import Case, CaseStep
from renwang.loop.cases.rules import ForbiddenMove, ReasonMissing, Status, VerifiedHow
from renwang.programmes.enterprise import actions, handlers, queries
from renwang.programmes.enterprise.models import Assist, DayReport, Enterprise, GateDay, GatePass, GateShift, Request
from renwang.programmes.enterprise.needs import GateFever
from renwang.programmes.enterprise.rules.enterprises import Refused, Stale
from renwang.programmes.enterprise.rules.gates import How, Reading, Shift, ShiftTold


@pytest.fixture
def asked(boss: Actor, firm: Enterprise, now: dt.datetime) -> int:
    """The case of a request for twelve welders."""
    detail = {"what": "焊工，两班", "people": 12}
    return actions.ask_for(actor=boss, now=now, enterprise_id=firm.pk, kind="enterprise.workers", detail=detail).case_id


@pytest.fixture
def labour(make_user: MakeUser, small_district: District, now: dt.datetime) -> Actor:
    """The employment office."""
    user = make_user("labour", name="人社局", employment_officer=small_district.root.code)
    return access.actor_for(user=user, now=now, verified=True)


def local(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%m-%d %H:%M}"


def test_a_firm_asks_for_itself_and_only_what_a_firm_may_ask_for(
    boss: Actor, firm: Enterprise, other_firm: Enterprise, now: dt.datetime
) -> None:
    with pytest.raises(NotAllowed):
        actions.ask_for(
            actor=boss, now=now, enterprise_id=other_firm.pk, kind="enterprise.other", detail={"what": "路"}
        )
    for kind in ("provisions.food", "enterprise.rectification", "enterprise.nothing"):
        with pytest.raises(UnknownKind):
            actions.ask_for(actor=boss, now=now, enterprise_id=firm.pk, kind=kind, detail={"what": "x"})
    with pytest.raises(ValidationError):
        actions.ask_for(
            actor=boss, now=now, enterprise_id=firm.pk, kind="enterprise.workers", detail={"what": "x" * 301}
        )
    assert not Request.objects.exists()


def test_a_request_has_the_leading_offices_clock_of_seven_working_days(asked: int, firm: Enterprise) -> None:
    case = Case.objects.get(pk=asked)
    assert (case.office, local(case.due_at)) == ("employment", "02-26 18:00")
    assert Request.objects.get(pk=asked).due_at == case.due_at


def test_the_same_form_twice_is_one_request_and_another_need_is_another(
    asked: int, boss: Actor, firm: Enterprise, now: dt.datetime
) -> None:
    again = actions.ask_for(
        actor=boss,
        now=now,
        enterprise_id=firm.pk,
        kind="enterprise.workers",
        detail={"what": "焊工，两班", "people": 12},
    )
    assert again.is_repeat and again.case_id == asked
    actions.ask_for(
        actor=boss, now=now, enterprise_id=firm.pk, kind="enterprise.workers", detail={"what": "电工", "people": 2}
    )
    assert Request.objects.count() == 2


def test_an_assisting_office_has_three_working_days_and_only_it_answers(
    asked: int, labour: Actor, office: Actor, boss: Actor, street_officer: Actor, now: dt.datetime
) -> None:
    for who, refusal in ((boss, NotAllowed), (street_officer, Refused)):
        with pytest.raises(refusal):
            actions.ask_assist(actor=who, now=now, case_id=asked, office="transport", asked="接送")
    with pytest.raises(Refused):
        actions.ask_assist(actor=labour, now=now, case_id=asked, office="employment", asked="自己")
    made = actions.ask_assist(actor=labour, now=now, case_id=asked, office="transport", asked="包车接工人")
    with pytest.raises(Stale):
        actions.ask_assist(actor=labour, now=now, case_id=asked, office="transport", asked="再问一次")
    assert local(Assist.objects.get().due_at) == "02-20 18:00"
    with pytest.raises(Refused):
        actions.answer_assist(actor=office, now=now, assist_id=made.assist_id, answer="不归我")
    transport = Actor(user_id=labour.user_id, name="交通局", grants=_grants("transport_officer"))
    actions.answer_assist(actor=transport, now=now, assist_id=made.assist_id, answer="两辆大巴，每车不超过一半座位")
    with pytest.raises(Stale):
        actions.answer_assist(actor=transport, now=now, assist_id=made.assist_id, answer="又一次")


def _grants(role: str) -> tuple[object, ...]:
    from renwang.foundation.access.rules import GrantSeen

    return (GrantSeen(role, "370704"),)


def test_an_extension_is_asked_in_time_once_and_with_a_reason(asked: int, labour: Actor, now: dt.datetime) -> None:
    with pytest.raises(ReasonMissing):
        actions.extend_request(actor=labour, now=now, case_id=asked, reason="")
    late = dt.datetime(2020, 2, 26, 1, tzinfo=dt.UTC)  # the morning of its last day
    with pytest.raises(Refused):
        actions.extend_request(actor=labour, now=late, case_id=asked, reason="还在找")
    in_time = dt.datetime(2020, 2, 25, 1, tzinfo=dt.UTC)
    actions.extend_request(actor=labour, now=in_time, case_id=asked, reason="外地工人还在隔离")
    case = Case.objects.get(pk=asked)
    assert local(case.due_at) == "03-04 18:00" and Request.objects.get(pk=asked).due_at == case.due_at
    assert "03-04" in CaseStep.objects.filter(case=case).latest("pk").words
    with pytest.raises(Refused):
        actions.extend_request(actor=labour, now=in_time, case_id=asked, reason="再来一次")


def test_a_clock_is_never_shortened_nor_extended_after_its_end(asked: int, district: Actor, now: dt.datetime) -> None:
    due = Case.objects.get(pk=asked).due_at
    with pytest.raises(ForbiddenMove):
        cases.extend_case(actor=district, now=now, case_id=asked, due_at=due, reason="同一天")
    with pytest.raises(ForbiddenMove):
        cases.extend_case(actor=district, now=due, case_id=asked, due_at=due + dt.timedelta(days=1), reason="太晚")


def test_a_refusal_needs_a_reason_and_the_firm_reads_it(
    asked: int, labour: Actor, boss: Actor, firm: Enterprise, now: dt.datetime
) -> None:
    with pytest.raises(Refused):
        actions.answer_request(actor=labour, now=now, case_id=asked, answer="", is_refused=True)
    actions.answer_request(actor=labour, now=now, case_id=asked, answer="本区没有焊工登记", is_refused=True)
    (row,) = queries.requests_of(firm.pk)
    assert row.request is not None
    assert (row.request.is_refused, row.request.answer, row.case.status) == (True, "本区没有焊工登记", Status.GIVEN_UP)
    with pytest.raises(Stale):
        actions.answer_request(actor=labour, now=now, case_id=asked, answer="改主意了")


def test_an_answer_counts_only_when_the_firm_itself_has_confirmed_it(
    asked: int, labour: Actor, boss: Actor, district: Actor, firm: Enterprise, now: dt.datetime
) -> None:
    actions.answer_request(actor=labour, now=now, case_id=asked, answer="介绍12名焊工，周四到岗")
    assert Case.objects.get(pk=asked).status == Status.MET
    for how in (VerifiedHow.ITSELF, VerifiedHow.HOUSEHOLD_LINK):
        with pytest.raises(ForbiddenMove):
            cases.confirm_case(actor=district, now=now, case_id=asked, how=how, is_met=True, submission_id=uuid4())
    with pytest.raises(NotAllowed):
        actions.confirm_request(actor=labour, now=now, case_id=asked, is_met=True, submission_id=uuid4())
    with pytest.raises(ReasonMissing):
        actions.confirm_request(actor=boss, now=now, case_id=asked, is_met=False, submission_id=uuid4())
    actions.confirm_request(actor=boss, now=now, case_id=asked, is_met=False, submission_id=uuid4(), note="只来了三人")
    assert Case.objects.get(pk=asked).status == Status.IN_HAND
    actions.answer_request(actor=labour, now=now, case_id=asked, answer="其余九人今天到")
    submission = uuid4()
    for _time in range(2):
        actions.confirm_request(actor=boss, now=now, case_id=asked, is_met=True, submission_id=submission)
    assert Case.objects.get(pk=asked).status == Status.VERIFIED


def test_a_firm_does_not_confirm_anothers_request(
    asked: int, other_firm: Enterprise, make_seat: object, labour: Actor, now: dt.datetime
) -> None:
    stranger_user = make_seat(other_firm, "stranger")  # type: ignore[operator]
    stranger = access.actor_for(user=stranger_user, now=now, verified=True)
    actions.answer_request(actor=labour, now=now, case_id=asked, answer="已解决")
    with pytest.raises(NotAllowed):
        actions.confirm_request(actor=stranger, now=now, case_id=asked, is_met=True, submission_id=uuid4())


def test_the_three_lists_stand_in_the_order_of_the_clocks_and_take_few_queries(
    asked: int,
    boss: Actor,
    firm: Enterprise,
    district: Actor,
    outsider: Actor,
    now: dt.datetime,
    django_assert_max_num_queries: object,
) -> None:
    for n in range(12):
        actions.ask_for(
            actor=boss, now=now, enterprise_id=firm.pk, kind="enterprise.other", detail={"what": f"事项{n}"}
        )
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        rows = queries.three_lists(queries.cases_of_firms(viewer=district))
    assert len(rows) == 13 and "12" in rows[0].problem + rows[-1].problem
    assert not queries.three_lists(queries.cases_of_firms(viewer=outsider))


# ── gates ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def told_gate(actor: Actor, firm: Enterprise, now: dt.datetime, **more: object) -> object:
    shift = ShiftTold(80, 80, 79, is_disinfected=True, **more)  # type: ignore[arg-type]
    return actions.record_gate(
        actor=actor, now=now, enterprise_id=firm.pk, submission_id=uuid4(), day=timezone.localtime(now).date(),
        shift=Shift.MORNING, how=How.COUNT, told=shift,
    )  # fmt: skip


def test_another_firms_gate_tells_nothing_here(boss: Actor, other_firm: Enterprise, now: dt.datetime) -> None:
    with pytest.raises(NotAllowed):
        told_gate(boss, other_firm, now)


def test_a_fever_at_the_gate_opens_a_sealed_case_with_health_once(
    boss: Actor, firm: Enterprise, now: dt.datetime
) -> None:
    told_gate(boss, firm, now)
    assert not Case.objects.exists()
    hot = (Reading("张工", Decimal("37.4")),)
    told_gate(boss, firm, now, fevers=hot)
    told_gate(boss, firm, now, fevers=hot)
    case = Case.objects.get()
    need = GateFever.objects.get()
    assert (case.office, need.people, need.highest, need.who) == ("health", 1, "37.4", "张工")
    assert GateShift.objects.count() == 1, "the same shift told again takes the place of the old"


def test_whoever_scans_the_code_is_counted_once_and_a_fever_is_not_let_in(firm: Enterprise, now: dt.datetime) -> None:
    submission = uuid4()
    for _time in range(2):
        actions.pass_gate(
            actor=Actor.system(), now=now, enterprise_id=firm.pk, submission_id=submission, shift=Shift.MORNING,
            reading=Reading("工号1001", Decimal("36.5")),
        )  # fmt: skip
    actions.pass_gate(
        actor=Actor.system(), now=now, enterprise_id=firm.pk, submission_id=uuid4(), shift=Shift.MORNING,
        reading=Reading("工号1002", Decimal("38.9"), has_mask=False),
    )  # fmt: skip
    row = GateShift.objects.get(how=How.SELF)
    assert (row.people, row.masked, row.fevers, GatePass.objects.count()) == (2, 1, 1, 2)
    assert Case.objects.get().is_urgent
    with pytest.raises(NotAllowed):
        actions.pass_gate(
            actor=Actor(user_id=None, name=""), now=now, enterprise_id=firm.pk, submission_id=uuid4(), shift=Shift.NIGHT,
            reading=Reading("工号1003", Decimal("36.5")),
        )  # fmt: skip


def test_the_roll_up_reaches_health_by_itself_and_again_is_the_same(
    boss: Actor, firm: Enterprise, now: dt.datetime, make_user: MakeUser, small_district: District, outsider: Actor
) -> None:
    told_gate(boss, firm, now, fevers=(Reading("张工", Decimal(38)),))
    handlers.roll_up_gates(now)
    handlers.roll_up_gates(now + dt.timedelta(minutes=15))
    day = timezone.localtime(now).date()
    health = access.actor_for(user=make_user("cdc", health_officer=small_district.root.code), now=now, verified=True)
    (row,) = queries.gate_days(viewer=health, day=day)
    assert (row.people, row.measured, row.masked, row.fevers, row.shifts) == (80, 80, 79, 1, 1)
    assert GateDay.objects.count() == 1
    assert queries.gate_days(viewer=outsider, day=day) == []


def test_a_shift_that_is_told_days_later_reaches_health_too(boss: Actor, firm: Enterprise, now: dt.datetime) -> None:
    told_gate(boss, firm, now)
    handlers.roll_up_gates(now + dt.timedelta(minutes=15))
    later = now + dt.timedelta(days=5)
    assert queries.days_to_roll_up(timezone.localtime(later).date(), back=7) == []
    actions.record_gate(
        actor=boss, now=later, enterprise_id=firm.pk, submission_id=uuid4(), day=timezone.localtime(now).date(),
        shift=Shift.NIGHT, how=How.COUNT, told=ShiftTold(20, 20, 20, is_disinfected=False),
    )  # fmt: skip
    handlers.roll_up_gates(later + dt.timedelta(minutes=15))
    row = GateDay.objects.get()
    assert (row.people, row.shifts, row.not_disinfected) == (100, 2, 1)


def test_a_submission_of_another_firms_gate_is_not_taken_for_ones_own(
    office: Actor, firm: Enterprise, other_firm: Enterprise, now: dt.datetime
) -> None:
    told: dict[str, Any] = {
        "actor": office, "now": now, "submission_id": uuid4(), "day": timezone.localtime(now).date(), "shift": Shift.MORNING,
        "how": How.COUNT, "told": ShiftTold(8, 8, 8, is_disinfected=True),
    }  # fmt: skip
    actions.record_gate(**told, enterprise_id=firm.pk)
    assert actions.record_gate(**told, enterprise_id=firm.pk).is_repeat
    with pytest.raises(Refused):
        actions.record_gate(**told, enterprise_id=other_firm.pk)
    assert GateShift.objects.count() == 1


def test_a_firms_day_is_told_once_and_renewed(boss: Actor, firm: Enterprise, now: dt.datetime) -> None:
    day = timezone.localtime(now).date()
    for staff, use in ((90, 60), (100, 75)):
        actions.report_day(actor=boss, now=now, enterprise_id=firm.pk, day=day, staff_back=staff, capacity_use=use)
    assert list(DayReport.objects.values_list("staff_back", "capacity_use")) == [(100, 75)]
    for wrong in ({"day": day + dt.timedelta(days=1)}, {"capacity_use": 201}, {"staff_back": 9999}):
        with pytest.raises(Refused):
            actions.report_day(
                **{"actor": boss, "now": now, "enterprise_id": firm.pk, "day": day, "staff_back": 1, "capacity_use": 1}
                | wrong
            )
