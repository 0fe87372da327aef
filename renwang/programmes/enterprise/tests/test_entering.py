"""Who is an enterprise, and how it enters: links and codes that open once, and only for the firm they were made for."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from conftest import District, MakeUser
from renwang.foundation.access import queries as access
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.foundation.channels.models import Message
from renwang.loop.registry.models import Organisation
from renwang.programmes.enterprise import actions, queries
from renwang.programmes.enterprise.models import Enterprise, Invitation, Meter, Seat, SignInCode
from renwang.programmes.enterprise.rules.enterprises import (
    CannotEnter,
    DuplicateCode,
    MeterHeld,
    MeterIn,
    NotACreditCode,
    Refused,
)

from .conftest import PHONE, MakeSeat, code, told

SYSTEM = Actor.system()


# ── the register ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_another_streets_officer_enters_no_enterprise_here(outsider: Actor, now: dt.datetime) -> None:
    with pytest.raises(NotAllowed):
        actions.register_enterprises(actor=outsider, now=now, enterprises=[told()], source="test")
    assert not Enterprise.objects.exists()


def test_an_officer_cannot_take_a_firm_of_another_street_by_its_code(
    street_officer: Actor, other_firm: Enterprise, now: dt.datetime
) -> None:
    with pytest.raises(NotAllowed):
        actions.register_enterprises(actor=street_officer, now=now, enterprises=[told("我的厂", 2)], source="test")
    assert Organisation.objects.get(credit_code=code(2)).subject.name == "外乡机械厂"


def test_a_wrong_or_a_double_code_enters_nothing(office: Actor, now: dt.datetime, duty: Any) -> None:
    with pytest.raises(NotACreditCode):
        actions.register_enterprises(
            actor=office, now=now, enterprises=[told(credit_code="91370704MA3T000000")], source="t"
        )
    with pytest.raises(DuplicateCode) as refused:
        actions.register_enterprises(actor=office, now=now, enterprises=[told(), told("另一家", 1)], source="t")
    assert refused.value.found == (code(1),)
    assert not Enterprise.objects.exists()


def test_the_same_enterprises_again_change_nothing_and_a_thousand_take_few_queries(
    office: Actor, now: dt.datetime, duty: Any, django_assert_max_num_queries: Any
) -> None:
    many = [told(f"企业{n}", n, phone="") for n in range(200)]
    with django_assert_max_num_queries(60):
        made = actions.register_enterprises(actor=office, now=now, enterprises=many, source="test")
    assert made.count_new == 200
    again = actions.register_enterprises(actor=office, now=now, enterprises=many, source="test")
    assert (again.count_new, again.count_changed) == (0, 0)
    more = actions.register_enterprises(
        actor=office, now=now, enterprises=[told("企业0", 0, staff=5, phone="")], source="t"
    )
    assert more.count_changed == 1
    assert Entry.objects.filter(name="enterprise.register_enterprises").count() == 3


# ── meters ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_meter_moves_from_one_firm_to_another_and_keeps_both_periods(
    office: Actor, firm: Enterprise, other_firm: Enterprise, now: dt.datetime
) -> None:
    first, later = dt.date(2019, 1, 1), dt.date(2020, 2, 10)
    actions.set_meters(actor=office, now=now, meters=[MeterIn(firm.pk, "M1", first)])
    same = actions.set_meters(actor=office, now=now, meters=[MeterIn(firm.pk, "M1", first)])
    assert (same.count_new, same.count_ended) == (0, 0)
    moved = actions.set_meters(actor=office, now=now, meters=[MeterIn(other_firm.pk, "M1", later)])
    assert (moved.count_new, moved.count_ended) == (1, 1)
    rows = list(Meter.objects.order_by("since").values_list("enterprise_id", "since", "until"))
    assert rows == [(firm.pk, first, dt.date(2020, 2, 9)), (other_firm.pk, later, None)]


def test_blanks_around_a_meters_number_make_no_second_meter(office: Actor, firm: Enterprise, now: dt.datetime) -> None:
    for number in ("M1", " M1 "):
        actions.set_meters(actor=office, now=now, meters=[MeterIn(firm.pk, number, dt.date(2019, 1, 1))])
    assert list(Meter.objects.values_list("number", flat=True)) == ["M1"]
    with pytest.raises(MeterHeld) as told, translation.override("en"):
        actions.set_meters(actor=office, now=now, meters=[MeterIn(firm.pk, "M1", dt.date(2018, 1, 1))])
    assert "This enterprise has meter M1" in str(told.value)


def test_two_firms_never_hold_a_meter_on_one_day(
    office: Actor, firm: Enterprise, other_firm: Enterprise, now: dt.datetime
) -> None:
    actions.set_meters(actor=office, now=now, meters=[MeterIn(firm.pk, "M1", dt.date(2020, 2, 10))])
    with pytest.raises(MeterHeld):
        actions.set_meters(actor=office, now=now, meters=[MeterIn(other_firm.pk, "M1", dt.date(2020, 2, 1))])


def test_a_street_cannot_take_another_streets_meter(
    make_user: MakeUser, office: Actor, firm: Enterprise, other_firm: Enterprise, outsider: Actor, now: dt.datetime
) -> None:
    actions.set_meters(actor=office, now=now, meters=[MeterIn(firm.pk, "M1", dt.date(2019, 1, 1))])
    with pytest.raises(NotAllowed):
        actions.set_meters(actor=outsider, now=now, meters=[MeterIn(other_firm.pk, "M1", dt.date(2020, 2, 1))])


# ── links ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_link_opens_once_and_only_its_own_firm(
    office: Actor, firm: Enterprise, other_firm: Enterprise, now: dt.datetime
) -> None:
    made = actions.invite(actor=office, now=now, enterprise_id=firm.pk)
    entered = actions.accept_invitation(actor=SYSTEM, now=now, invitation_id=made.invitation_id)
    with pytest.raises(CannotEnter):
        actions.accept_invitation(actor=SYSTEM, now=now, invitation_id=made.invitation_id)
    actor = access.actor_for(user=User.objects.get(pk=entered.user_id), now=now, verified=True)
    assert actor.roles() == {"enterprise_user"}
    assert actor.people == {firm.pk}
    assert not actor.may_for("enterprise.see_own", other_firm.subject.division_id, other_firm.pk)
    assert [one.pk for one in queries.own(viewer=actor, now=now)] == [firm.pk]
    assert not actor.may_anywhere("registry.view") and not actor.may_anywhere("cases.view")


def test_a_new_link_ends_the_old_one_and_none_holds_longer_than_a_week(
    office: Actor, firm: Enterprise, now: dt.datetime
) -> None:
    old = actions.invite(actor=office, now=now, enterprise_id=firm.pk)
    new = actions.invite(actor=office, now=now + dt.timedelta(minutes=1), enterprise_id=firm.pk)
    with pytest.raises(CannotEnter):
        actions.accept_invitation(actor=SYSTEM, now=now + dt.timedelta(minutes=2), invitation_id=old.invitation_id)
    with pytest.raises(CannotEnter):
        actions.accept_invitation(actor=SYSTEM, now=now + dt.timedelta(days=8), invitation_id=new.invitation_id)
    assert not Seat.objects.exists()


def test_a_forged_link_is_none() -> None:
    assert queries.invitation_of("MQ:1abc:forged") is None
    assert queries.gate_of("MQ:1abc:forged") is None


def test_opening_the_page_of_a_link_uses_nothing_up(office: Actor, firm: Enterprise) -> None:
    from django.utils import timezone

    made = actions.invite(actor=office, now=timezone.now(), enterprise_id=firm.pk)
    address = reverse("enterprise:invitation", args=[queries.token_of(Invitation.objects.get(pk=made.invitation_id))])
    client = Client()
    assert client.get(address).status_code == 200
    assert client.get(address).status_code == 200
    entered = client.post(address)
    assert entered.status_code == 302
    assert client.get(entered["Location"]).status_code == 302
    assert client.get(reverse("enterprise:own", args=[firm.pk])).status_code == 200
    assert Client().post(address).status_code == 410


# ── codes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def sent(firm: Enterprise, now: dt.datetime) -> str:
    actions.send_code(actor=SYSTEM, now=now, enterprise_id=firm.pk, phone=PHONE)
    return SignInCode.objects.filter(enterprise=firm).latest("made_at", "pk").code or ""


def tried(firm: Enterprise, typed: str, now: dt.datetime, phone: str = PHONE) -> bool:
    return actions.enter_by_code(actor=SYSTEM, now=now, enterprise_id=firm.pk, phone=phone, code=typed).is_right


def test_a_code_goes_to_the_registered_phone_only(firm: Enterprise, now: dt.datetime) -> None:
    with pytest.raises(CannotEnter):
        actions.send_code(actor=SYSTEM, now=now, enterprise_id=firm.pk, phone="15400000099")
    assert not Message.objects.exists()
    typed = sent(firm, now)
    message = Message.objects.get()
    assert message.address == PHONE and typed in (message.text or "") and message.is_urgent


def test_a_code_opens_once_for_ten_minutes_and_survives_five_wrong_tries_only(
    firm: Enterprise, now: dt.datetime
) -> None:
    typed = sent(firm, now)
    assert not tried(firm, typed, now + dt.timedelta(minutes=10))
    assert not tried(firm, typed, now, phone="15400000099")
    assert tried(firm, f" {typed[:3]} {typed[3:]} ", now + dt.timedelta(minutes=1))
    assert not tried(firm, typed, now + dt.timedelta(minutes=1))
    later = now + dt.timedelta(minutes=2)
    again = sent(firm, later)
    wrong = "000000" if again != "000000" else "111111"
    assert not any(tried(firm, wrong, later) for _try in range(5))
    assert not tried(firm, again, later)
    assert Seat.objects.count() == 1


def test_codes_are_rationed_one_a_minute_and_five_a_day(firm: Enterprise, now: dt.datetime) -> None:
    sent(firm, now)
    with pytest.raises(CannotEnter):
        sent(firm, now + dt.timedelta(seconds=59))
    for minute in range(1, 5):
        sent(firm, now + dt.timedelta(minutes=minute))
    with pytest.raises(CannotEnter):
        sent(firm, now + dt.timedelta(minutes=10))
    sent(firm, now + dt.timedelta(days=1, minutes=1))


def test_the_same_phone_comes_back_to_the_same_account_and_a_closed_one_stays_shut(
    firm: Enterprise, now: dt.datetime
) -> None:
    assert tried(firm, sent(firm, now), now)
    later = now + dt.timedelta(minutes=5)
    assert tried(firm, sent(firm, later), later)
    assert Seat.objects.count() == 1
    User.objects.filter(pk=Seat.objects.get().user_id).update(is_active=False)
    last = now + dt.timedelta(minutes=10)
    typed = sent(firm, last)
    with pytest.raises(CannotEnter):
        tried(firm, typed, last)


def test_a_seat_that_ended_sees_the_firm_no_longer(
    office: Actor, firm: Enterprise, make_seat: MakeSeat, now: dt.datetime
) -> None:
    user = make_seat(firm)
    actions.end_seat(actor=office, now=now, seat_id=Seat.objects.get().pk)
    assert not access.actor_for(user=user, now=now + dt.timedelta(seconds=1), verified=True).people
    with pytest.raises(Refused):
        actions.end_seat(actor=office, now=now, seat_id=Seat.objects.get().pk)


def test_the_sign_in_page_does_not_tell_whether_a_firm_is_known(firm: Enterprise, small_district: District) -> None:
    address = reverse("enterprise:enter")
    known = Client().post(address, {"credit_code": code(1), "phone": PHONE})
    unknown = Client().post(address, {"credit_code": code(9), "phone": PHONE})
    stranger = Client().post(address, {"credit_code": code(1), "phone": "15400000099"})

    def text(response: Any) -> str:
        body = response.content.decode()
        for one in (code(1), code(9), PHONE, "15400000099"):
            body = body.replace(one, "")
        return body.split("<main")[1].split("csrfmiddlewaretoken")[0]

    assert known.status_code == unknown.status_code == stranger.status_code == 200
    assert text(known) == text(unknown) == text(stranger)
    # Nor does asking again at once, for which no code is sent.
    again = Client().post(address, {"credit_code": code(1), "phone": PHONE})
    assert text(again) == text(unknown)
    assert again.content.count(b"rw-notice") == unknown.content.count(b"rw-notice")
    assert Message.objects.count() == 1


def test_a_firm_enters_by_its_code_on_the_page(firm: Enterprise) -> None:
    client, address = Client(), reverse("enterprise:enter")
    client.post(address, {"credit_code": code(1), "phone": PHONE})
    typed = SignInCode.objects.get().code
    wrong = client.post(
        address, {"credit_code": code(1), "phone": PHONE, "code": "000000" if typed != "000000" else "1"}
    )
    assert wrong.status_code == 422
    assert client.post(address, {"credit_code": code(1), "phone": PHONE, "code": typed}).status_code == 302
    assert client.get(reverse("enterprise:own", args=[firm.pk])).status_code == 200
