"""Quantities on their way: first who is refused, then how it goes, then what the ledger says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from conftest import District, Family
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.cases import actions as cases
from renwang.loop.cases.models import Case
from renwang.loop.cases.rules import HandlerMayNotConfirm, ReasonMissing, Refused, Status, VerifiedHow
from renwang.loop.fulfilment import actions, kinds, queries, rules
from renwang.loop.fulfilment.models import Line, Movement, Offer

pytestmark = pytest.mark.django_db
Take = Callable[..., Any]


def test_strangers_ask_for_nothing_here(outsider: Actor, case: Case, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        actions.request_line(
            actor=outsider,
            now=now,
            case_id=case.pk,
            resource="provisions.food_parcel",
            quantity=Decimal(1),
            submission_id=uuid4(),
        )
    assert not Line.objects.exists()


def test_a_helper_makes_no_offer_and_promises_nothing(
    helper: Actor, line: Line, offer: Offer, small_district: District, step: Take, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        actions.make_offer(
            actor=helper,
            now=now,
            resource="general.help",
            giver_name="我",
            area=small_district.village.code,
            quantity=Decimal(1),
        )
    with pytest.raises(NotAllowed):
        step(actions.commit_line, helper, line, 1, offer_id=offer.pk)


def test_what_does_not_meet_the_need_is_not_asked_for(helper: Actor, case: Case, now: datetime) -> None:
    with pytest.raises(kinds.UnknownResource):
        actions.request_line(
            actor=helper,
            now=now,
            case_id=case.pk,
            resource="health.thermometer",
            quantity=Decimal(1),
            submission_id=uuid4(),
        )


def test_an_offer_that_is_none_is_refused(street_officer: Actor, small_district: District, now: datetime) -> None:
    good = {
        "resource": "general.help",
        "giver_name": "社区",
        "area": small_district.street.code,
        "quantity": Decimal(1),
    }
    for wrong in ({"giver_name": " "}, {"quantity": Decimal(0)}, {"until": now}, {"resource": "moon.cheese"}):
        with pytest.raises(Refused):
            actions.make_offer(actor=street_officer, now=now, **(good | wrong))
    assert not Offer.objects.exists()


def test_an_offer_is_never_overdrawn_and_says_what_is_left(cadre: Actor, line: Line, offer: Offer, step: Take) -> None:
    step(actions.commit_line, cadre, line, 4, offer_id=offer.pk)
    with translation.override("en"), pytest.raises(rules.OfferExhausted, match="Only 2 is left"):
        step(actions.commit_line, cadre, line, 3, offer_id=offer.pk)
    line.refresh_from_db()
    offer.refresh_from_db()
    assert (line.committed, offer.committed) == (4, 4)
    assert Movement.objects.filter(step="commit").count() == 1


def test_the_database_itself_refuses_an_overdrawn_offer_and_an_impossible_line(line: Line, offer: Offer) -> None:
    for rows, change in (
        (Offer.objects.filter(pk=offer.pk), {"committed": 7}),
        (Line.objects.filter(pk=line.pk), {"committed": 11}),
        (Line.objects.filter(pk=line.pk), {"verified": 1}),
        (Line.objects.filter(pk=line.pk), {"in_transit": 1}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


def test_offers_of_elsewhere_or_of_something_else_or_ended_give_nothing(
    cadre: Actor,
    outsider: Actor,
    street_officer: Actor,
    line: Line,
    offer: Offer,
    small_district: District,
    step: Take,
    now: datetime,
) -> None:
    far = actions.make_offer(
        actor=outsider,
        now=now,
        resource="provisions.food_parcel",
        giver_name="凤凰超市",
        area=small_district.other_street.code,
        quantity=Decimal(5),
    )
    with pytest.raises(Refused):
        step(actions.commit_line, cadre, line, 1, offer_id=far.offer_id)
    with pytest.raises(NotAllowed):
        actions.end_offer(actor=outsider, now=now, offer_id=offer.pk)
    actions.end_offer(actor=street_officer, now=now, offer_id=offer.pk)
    with pytest.raises(rules.OfferExhausted):
        step(actions.commit_line, cadre, line, 1, offer_id=offer.pk)
    with pytest.raises(Refused):
        step(actions.commit_line, cadre, line, 1)  # from elsewhere, but from where?
    step(actions.commit_line, cadre, line, 1, note="村里自己的存粮")


def test_nothing_takes_a_step_before_the_one_before(
    cadre: Actor, helper: Actor, line: Line, offer: Offer, step: Take
) -> None:
    for verb in (actions.send_line, actions.receive_line):
        with pytest.raises(rules.WrongQuantity):
            step(verb, cadre, line, 1)
    with pytest.raises(rules.WrongQuantity):
        step(actions.lose_line, cadre, line, 1, note="翻车了")
    with pytest.raises(ReasonMissing):
        step(actions.lose_line, cadre, line, 1, note="")


def test_the_same_submission_twice_is_once_and_for_something_else_is_refused(
    cadre: Actor, line: Line, offer: Offer, step: Take
) -> None:
    submission = uuid4()
    first = step(actions.commit_line, cadre, line, 2, offer_id=offer.pk, submission_id=submission)
    again = step(actions.commit_line, cadre, line, 2, offer_id=offer.pk, submission_id=submission)
    assert (first.is_repeat, again.is_repeat) == (False, True)
    with pytest.raises(Refused):
        step(actions.send_line, cadre, line, 2, submission_id=submission)
    line.refresh_from_db()
    offer.refresh_from_db()
    assert (line.committed, line.in_transit, offer.committed) == (2, 0, 2)


def test_a_partial_delivery_with_a_loss_keeps_every_quantity_apart(
    cadre: Actor, helper: Actor, line: Line, offer: Offer, step: Take
) -> None:
    step(actions.commit_line, cadre, line, 6, offer_id=offer.pk)
    step(actions.send_line, cadre, line, 5)
    step(actions.receive_line, helper, line, 2)
    step(actions.lose_line, cadre, line, 1, note="路上打翻")
    now = Line.objects.get(pk=line.pk).quantities
    assert (now.requested, now.committed, now.in_transit, now.received, now.verified, now.lost) == (10, 6, 2, 2, 0, 1)
    assert (now.missing, now.waiting, now.progress) == (5, 1, 0)


def test_who_moved_the_goods_or_holds_the_case_does_not_verify_them(
    cadre: Actor, helper: Actor, street_officer: Actor, line: Line, offer: Offer, step: Take
) -> None:
    step(actions.commit_line, cadre, line, 2, offer_id=offer.pk)
    step(actions.send_line, cadre, line, 2)
    step(actions.receive_line, cadre, line, 2)
    for actor in (cadre, helper):
        with pytest.raises(rules.HandlerMayNotVerify):
            step(actions.verify_line, actor, line, 1)
    step(actions.verify_line, street_officer, line, 1)
    assert Line.objects.get(pk=line.pk).verified == 1


def test_who_moved_the_goods_does_not_confirm_the_case_they_were_for(
    cadre: Actor, helper: Actor, street_officer: Actor, case: Case, line: Line, offer: Offer, step: Take, now: datetime
) -> None:
    for verb in (actions.commit_line, actions.send_line, actions.receive_line):
        step(verb, cadre, line, 2, **({"offer_id": offer.pk} if verb is actions.commit_line else {}))
    cases.meet_case(actor=helper, now=now, case_id=case.pk)
    told: dict[str, Any] = {
        "now": now, "case_id": case.pk, "how": VerifiedHow.HOUSEHOLD_VISIT, "is_met": True, "submission_id": uuid4()
    }  # fmt: skip
    for actor in (cadre, helper):
        with pytest.raises(HandlerMayNotConfirm):
            cases.confirm_case(actor=actor, **told)
    assert Case.objects.get(pk=case.pk).status == Status.MET
    cases.confirm_case(actor=street_officer, **told)
    assert Case.objects.get(pk=case.pk).status == Status.VERIFIED
    assert Entry.objects.filter(name="cases.confirm_case").count() == 1


def test_nobody_says_a_need_is_met_or_given_up_while_goods_are_on_their_way(
    cadre: Actor, helper: Actor, case: Case, line: Line, offer: Offer, step: Take, now: datetime
) -> None:
    step(actions.commit_line, cadre, line, 2, offer_id=offer.pk)
    step(actions.send_line, cadre, line, 2)
    with pytest.raises(rules.GoodsOnTheWay):
        cases.meet_case(actor=helper, now=now, case_id=case.pk)
    with pytest.raises(rules.GoodsOnTheWay):
        cases.give_up_case(actor=helper, now=now, case_id=case.pk, seen=Status.IN_HAND, reason="搬走了")
    case.refresh_from_db()
    assert case.status == Status.IN_HAND
    assert not Entry.objects.filter(name__in=("cases.meet_case", "cases.give_up_case")).exists()


def test_when_the_household_confirms_what_came_is_verified_and_what_is_not_needed_goes_back(
    cadre: Actor, helper: Actor, street_officer: Actor, case: Case, line: Line, offer: Offer, step: Take, now: datetime
) -> None:
    step(actions.commit_line, cadre, line, 5, offer_id=offer.pk)
    step(actions.send_line, cadre, line, 3)
    step(actions.receive_line, helper, line, 3)
    cases.meet_case(actor=helper, now=now, case_id=case.pk)
    assert Line.objects.get(pk=line.pk).verified == 0
    cases.confirm_case(
        actor=street_officer,
        now=now,
        case_id=case.pk,
        how=VerifiedHow.HOUSEHOLD_CALL,
        is_met=True,
        submission_id=uuid4(),
    )
    assert Line.objects.get(pk=line.pk).verified == 3
    cases.close_cases(actor=helper, now=now, case_ids=[case.pk])
    offer.refresh_from_db()
    line.refresh_from_db()
    assert (offer.committed, line.committed, line.is_cancelled) == (3, 3, True)
    with pytest.raises(rules.LineClosed):
        step(actions.commit_line, cadre, line, 1, offer_id=offer.pk)
    names = list(Entry.objects.order_by("seq").values_list("name", flat=True))
    assert names[-4:] == [
        "cases.confirm_case",
        "fulfilment.verify_lines_of",
        "cases.close_cases",
        "fulfilment.cancel_lines_of",
    ]


def test_not_met_verifies_nothing(
    cadre: Actor, helper: Actor, street_officer: Actor, case: Case, line: Line, offer: Offer, step: Take, now: datetime
) -> None:
    step(actions.commit_line, cadre, line, 5, offer_id=offer.pk)
    step(actions.send_line, cadre, line, 5)
    step(actions.receive_line, helper, line, 5)
    cases.meet_case(actor=helper, now=now, case_id=case.pk)
    cases.confirm_case(
        actor=street_officer,
        now=now,
        case_id=case.pk,
        how=VerifiedHow.HOUSEHOLD_CALL,
        is_met=False,
        submission_id=uuid4(),
        note="还差五份",
    )
    assert Line.objects.get(pk=line.pk).verified == 0


def test_a_cancelled_line_gives_its_promise_back_once(
    street_officer: Actor, cadre: Actor, line: Line, offer: Offer, step: Take, now: datetime
) -> None:
    step(actions.commit_line, cadre, line, 6, offer_id=offer.pk)
    step(actions.send_line, cadre, line, 1)
    about = {"actor": street_officer, "now": now, "line_id": line.pk, "reason": "不用了"}
    with pytest.raises(rules.GoodsOnTheWay):
        actions.cancel_line(submission_id=uuid4(), **about)
    step(actions.receive_line, cadre, line, 1)
    submission = uuid4()
    for _twice in range(2):
        actions.cancel_line(submission_id=submission, **about)
    offer.refresh_from_db()
    assert offer.committed == 1


def test_what_was_promised_from_elsewhere_does_not_go_back_to_an_offer(
    street_officer: Actor, cadre: Actor, line: Line, offer: Offer, step: Take, now: datetime
) -> None:
    step(actions.commit_line, cadre, line, 2, offer_id=offer.pk)
    step(actions.commit_line, cadre, line, 3, note="镇卫生院库存")
    step(actions.send_line, cadre, line, 2)
    step(actions.receive_line, cadre, line, 2)
    about = {"actor": street_officer, "now": now, "line_id": line.pk, "reason": "不用了"}
    actions.cancel_line(submission_id=uuid4(), **about)
    offer.refresh_from_db()
    line.refresh_from_db()
    assert (offer.committed, line.committed) == (2, 2)  # the two that came are the offer's: it does not have them again


def test_what_an_offer_promised_last_goes_back_to_it_before_what_was_promised_from_elsewhere_earlier(
    street_officer: Actor, cadre: Actor, line: Line, offer: Offer, step: Take, now: datetime
) -> None:
    step(actions.commit_line, cadre, line, 3, note="镇卫生院库存")
    step(actions.commit_line, cadre, line, 2, offer_id=offer.pk)
    step(actions.send_line, cadre, line, 1)
    step(actions.receive_line, cadre, line, 1)
    about = {"actor": street_officer, "now": now, "line_id": line.pk, "reason": "不用了"}
    actions.cancel_line(submission_id=uuid4(), **about)
    offer.refresh_from_db()
    assert offer.committed == 0


def test_the_page_offers_to_verify_goods_to_a_second_person_only(
    cadre: Actor,
    helper: Actor,
    street_officer: Actor,
    case: Case,
    line: Line,
    offer: Offer,
    step: Take,
    client: Client,
    now: datetime,
) -> None:
    step(actions.commit_line, cadre, line, 2, offer_id=offer.pk)
    step(actions.send_line, cadre, line, 2)
    step(actions.receive_line, cadre, line, 2)
    verify = f"/lines/{line.pk}/verify/"
    with time_machine.travel(now, tick=False):
        for actor, is_offered in ((cadre, False), (helper, False), (street_officer, True)):
            user = User.objects.get(pk=actor.user_id)
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            assert (verify in client.get(f"/cases/{case.pk}/").content.decode()) is is_offered


def test_offers_are_seen_in_their_area_and_below(
    cadre: Actor, helper: Actor, outsider: Actor, offer: Offer, now: datetime
) -> None:
    assert not queries.visible_offers(viewer=outsider).exists()
    assert queries.visible_offers(viewer=cadre).get() == offer
    assert queries.visible_offers(viewer=helper).get() == offer
    assert not queries.offers_for(division="370704003201", now=now).exists()
    assert queries.offers_for(division="370704006201", now=now + timedelta(days=1)).get() == offer


def test_an_offer_sent_twice_is_one_and_a_submission_asks_for_one_case_only(
    street_officer: Actor, helper: Actor, offer: Offer, line: Line, family: Family, now: datetime
) -> None:
    told: dict[str, Any] = {"resource": "provisions.food_parcel", "giver_name": "粮站", "area": "370704006"}
    first, second = (
        actions.make_offer(actor=street_officer, now=now, quantity=Decimal(6), **told) for _time in range(2)
    )
    assert first.offer_id == second.offer_id != offer.pk
    later = actions.make_offer(actor=street_officer, now=now + timedelta(hours=1), quantity=Decimal(6), **told)
    assert later.offer_id != first.offer_id
    submission = Movement.objects.get(line=line).submission_id
    other = cases.open_case(actor=helper, now=now, subject_id=family.head.pk, kind="provisions.food", detail={})
    with pytest.raises(Refused):
        actions.request_line(
            actor=helper,
            now=now,
            case_id=other.case_ids[0],
            resource="provisions.food_parcel",
            quantity=Decimal(1),
            submission_id=submission,
        )
