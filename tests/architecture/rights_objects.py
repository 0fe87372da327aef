"""What the parameters of addresses stand for, made in the place that is asked for."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from conftest import JOINED, NOW
from renwang.foundation.access.models import BreakGlass, Grant, Look, User
from renwang.foundation.audit.models import Promise
from renwang.foundation.audit.rules import PromiseStatus
from renwang.foundation.channels.models import Incoming
from renwang.loop.assignments.models import Assignment, HandOver, Proposal, ProposalLine, Worker
from renwang.loop.cases.models import Case, ConfirmationLink, OtherNeed, Referral, SavedFilter
from renwang.loop.fulfilment.models import Line, Offer
from renwang.loop.registry.models import Enrolment, ImportBatch, Membership, Merge
from renwang.loop.rounds.models import CheckIn, Contact, Device, Round
from renwang.programmes.command.models import Attachment, Copy, Directive, Report

from .rights import Place, World

Make = Callable[[World, Place], Any]
TODAY = NOW.date()


def _emergency(world: World, place: Place) -> int:
    taker = User.objects.get(username="stranger")
    until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=5)
    return BreakGlass.objects.create(user=taker, area=place.village, reason="邻村老人高烧", since=NOW, until=until).pk


def _looked_at(world: World, place: Place) -> int:
    """Return the household, at which its officer has looked."""
    household = place.family.household
    Look.objects.create(
        user=place.officer, subject_id=household.pk, code=place.village, field="phone", reason="x", at=NOW
    )
    return household.pk


def _dead_letter(world: World, place: Place) -> int:
    told: dict[str, Any] = {"payload": {}, "made_at": NOW, "due_at": NOW, "status": PromiseStatus.DEAD}
    return Promise.objects.create(kind="none", key=f"walk-{Promise.objects.count()}", **told).pk


def _membership(world: World, place: Place) -> int:
    return Membership.objects.get(person=place.family.members[1]).pk


def _enrolment(world: World, place: Place) -> int:
    told: dict[str, Any] = {"subject": place.family.household, "programme_id": "resident", "until": None}
    return Enrolment.objects.get_or_create(**told, defaults={"since": JOINED.date()})[0].pk


def _merge(world: World, place: Place) -> int:
    kept, gone = place.family.members[:2]
    told: dict[str, Any] = {"kept": kept, "gone": gone, "undone_at": None}
    return Merge.objects.get_or_create(**told, defaults={"by": place.officer, "reason": "同一人", "at": NOW})[0].pk


def _batch(world: World, place: Place) -> int:
    told: dict[str, Any] = {"digest": "0" * 64, "blob": b"", "area": place.village, "by": place.officer}
    return ImportBatch.objects.create(filename=f"{place.officer.name}.xlsx", uploaded_at=NOW, **told).pk


def _assignment(world: World, place: Place) -> int:
    told: dict[str, Any] = {"duty_id": "cadre_in_charge", "user": place.officer, "division_id": place.village}
    return Assignment.objects.get_or_create(**told, defaults={"since": JOINED})[0].pk


def _worker(world: World, place: Place) -> int:
    _assignment(world, place)
    Worker.objects.get_or_create(user=place.officer, defaults={"home_id": place.village})
    return place.officer.pk


def _hand_over(world: World, place: Place) -> int:
    taker = User.objects.get(username="stranger")
    told: dict[str, Any] = {"from_user": place.officer, "to_user": taker, "area": place.village, "reason": "休假"}
    return HandOver.objects.create(batch=f"walk{HandOver.objects.count()}", at=NOW, **told).pk


def _proposal(world: World, place: Place) -> int:
    told: dict[str, Any] = {
        "area": place.street,
        "duty_id": "helper",
        "status": "drafted",
        "households": 1,
        "placed": 1,
    }
    proposal = Proposal.objects.filter(area=place.street).first() or Proposal.objects.create(made_at=NOW, **told)
    ProposalLine.objects.get_or_create(proposal=proposal, subject=place.family.household, user=place.officer)
    return proposal.pk


def _round(world: World, place: Place) -> int:
    told: dict[str, Any] = {
        "title": f"走访{place.officer.name}",
        "office": "command",
        "area": place.village,
        "status": "open",
    }
    found = Round.objects.filter(area=place.village).first()
    return (found or Round.objects.create(opens_on=TODAY, closes_on=TODAY, made_at=NOW, **told)).pk


def _contact(world: World, place: Place) -> int:
    where: dict[str, Any] = {"household": place.family.household, "division_id": place.village, "day": TODAY}
    return Contact.objects.get_or_create(
        **where, defaults={"led_by_id": _round(world, place), "mode": "call", "next_try_at": NOW, "user": place.officer}
    )[0].pk


def _incoming(world: World, place: Place) -> int:
    told: dict[str, Any] = {"address": "15400000000", "text": "赶集", "digest": b"0" * 16, "state": "review"}
    return Incoming.objects.create(received_at=NOW, area=place.village, reason="unclear", **told).pk


def _check_in(world: World, place: Place) -> int:
    told: dict[str, Any] = {"household": place.family.household, "mode": "call", "told": "{}", "all_well": True}
    return CheckIn.objects.get_or_create(
        contact_id=_contact(world, place),
        defaults={"submission_id": uuid.uuid4(), "told_at": NOW, "received_at": NOW, **told},
    )[0].pk


def _case(world: World, place: Place) -> int:
    where: dict[str, Any] = {"subject": place.family.household, "division_id": place.village, "kind": "general.other"}
    case, is_new = Case.objects.get_or_create(
        **where, defaults={"office": "command", "opened_at": NOW, "due_at": NOW + dt.timedelta(days=1)}
    )
    if is_new:
        OtherNeed.objects.create(case=case, words="轮椅")
    return case.pk


def _referral(world: World, place: Place) -> int:
    told: dict[str, Any] = {"kind": "refer", "to_area": place.village, "by": place.officer, "reason": "请协助"}
    found = Referral.objects.filter(case_id=_case(world, place)).first()
    return (found or Referral.objects.create(case_id=_case(world, place), made_at=NOW, **told)).pk


def _confirmation_link(world: World, place: Place) -> int:
    told: dict[str, Any] = {"made_by": place.officer, "made_at": NOW, "expires_at": NOW + dt.timedelta(days=9999)}
    return ConfirmationLink.objects.create(case_id=_case(world, place), **told).pk


def _offer(world: World, place: Place) -> int:
    told: dict[str, Any] = {"giver_name": place.officer.name, "area": place.village, "quantity": 10, "since": NOW}
    return Offer.objects.create(resource="provisions.food", **told).pk


def _line(world: World, place: Place) -> int:
    told: dict[str, Any] = {"resource": "provisions.food", "requested": 2, "made_at": NOW}
    return Line.objects.create(case_id=_case(world, place), **told).pk


def _directive(world: World, place: Place) -> int:
    """Return a directive that went to the street and was passed on to its village."""
    found = Directive.objects.filter(area=place.street).first()
    if found is None:
        told: dict[str, Any] = {"title": f"通知{place.officer.name}", "text": "排查", "office": "command"}
        found = Directive.objects.create(
            submission_id=uuid.uuid4(),
            number=f"走发{place.street}号",
            area=place.street,
            acknowledge_by=NOW + dt.timedelta(days=9999),
            issued_at=NOW,
            **told,
        )
        street = Copy.objects.create(directive=found, kind="street", division_id=place.street, sent_at=NOW)
        below: dict[str, Any] = {"kind": "village", "division_id": place.village, "status": "acknowledged"}
        Copy.objects.create(directive=found, parent=street, sent_at=NOW, **below)
    return found.pk


def _copy(world: World, place: Place) -> int:
    return Copy.objects.get(directive_id=_directive(world, place), kind="village").pk


def _report(world: World, place: Place) -> int:
    told: dict[str, Any] = {"text": f"{place.officer.name}已办", "for_day": TODAY, "told_at": NOW}
    found = Report.objects.filter(copy_id=_copy(world, place)).first()
    return (found or Report.objects.create(copy_id=_copy(world, place), submission_id=uuid.uuid4(), **told)).pk


def _attachment(world: World, place: Place) -> int:
    told: dict[str, Any] = {"content": place.officer.name.encode(), "digest": "0" * 64, "size": 4, "at": NOW}
    found = Attachment.objects.filter(report_id=_report(world, place)).first()
    return (found or Attachment.objects.create(report_id=_report(world, place), label="名单.txt", **told)).pk


# By "route.parameter" first, then by "parameter".
OBJECTS: dict[str, Make] = {
    "user_id": _worker,
    "grant_id": lambda world, place: Grant.objects.get(user=place.officer).pk,
    "break_glass_id": _emergency,
    "access:looks_at_subject.subject_id": _looked_at,
    "promise_id": _dead_letter,
    "subject_id": lambda world, place: place.family.household.pk,
    "household_id": lambda world, place: place.family.household.pk,
    "person_id": lambda world, place: place.family.head.pk,
    "code": lambda world, place: place.village,
    "assignments:duty.code": lambda world, place: "helper",
    "registry:reveal.field": lambda world, place: "phone",
    "membership_id": _membership,
    "enrolment_id": _enrolment,
    "merge_id": _merge,
    "batch_id": _batch,
    "assignment_id": _assignment,
    "hand_over_id": _hand_over,
    "proposal_id": _proposal,
    "contact_id": _contact,
    "check_in_id": _check_in,
    "incoming_id": _incoming,
    "round_id": _round,
    "rounds:move.verb": lambda world, place: "close",
    "case_id": _case,
    "cases:verb.name": lambda world, place: "take",
    "referral_id": _referral,
    "link_id": _confirmation_link,
    "filter_id": lambda world, place: (
        SavedFilter.objects.create(user=place.officer, name=f"f{SavedFilter.objects.count()}", query="state=open").pk
    ),
    "offer_id": _offer,
    "line_id": _line,
    "directive_id": _directive,
    "copy_id": _copy,
    "report_id": _report,
    "attachment_id": _attachment,
    "device_id": lambda world, place: (
        Device.objects.create(
            user=place.officer, name="旧手机", made_at=NOW, expires_at=NOW + dt.timedelta(days=9999)
        ).pk
    ),
    "fulfilment:move.step": lambda world, place: "send",
}
