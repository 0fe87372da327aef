"""Enterprises of the demo: invented firms that come back to work, with cadres, requests, gates and readings of their meters.

Most firms do by themselves what firms do: they open the link they were given and send their pages' forms over HTTP, in the moments
of the weeks before. The others bring it on paper, and the industry office writes it down.

The index is nobody's number: it is what the readings come to. All firms of designated size are at work again, and together
use 86.8 % of their base, so that the method says 93.40. Credit codes begin with an area that no place has.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.urls import reverse
from django.utils import timezone

from renwang.foundation.access import actions as access
from renwang.foundation.access.rules import Actor
from renwang.foundation.sheets.engine import Column, sheet_bytes
from renwang.loop.assignments import actions as assignments
from renwang.loop.assignments.rules import WorkerIn
from renwang.loop.registry.engine.divisions import DivisionRow
from renwang.loop.registry.engine.identifiers import make_credit_code, make_resident_id
from renwang.programmes.enterprise import actions, handlers, queries
from renwang.programmes.enterprise.models import Filing, Invitation, Request
from renwang.programmes.enterprise.rules.checks import Checklist
from renwang.programmes.enterprise.rules.enterprises import EnterpriseIn, MeterIn, Site
from renwang.programmes.enterprise.rules.filings import Status
from renwang.programmes.enterprise.rules.gates import How, Reading, Shift, ShiftTold
from renwang.programmes.enterprise.rules.staff import COLUMNS
from renwang.programmes.enterprise.views.opening import XLSX

from .cast import DISTRICT, PASSWORD
from .clock import Clock, played_time
from .days import Agenda
from .doors import ClosedDoor
from .firm_screen import FirmScreen
from .firms import ASKED, FIT, NAMES, PLAN, PREFIXES, TRADES
from .metering import Firm, Metering
from .overriding import overridden
from .setting import set_up_second_factor
from .world import World

DESIGNATED, SMALL, CADRES = 72, 32, 12
ON_PAPER = 4  # one firm in so many
SEASON = 40 * 24 * 3600  # seconds a firm's session lasts meanwhile: the link it entered by opens once


class Economy:
    """The firms of a demo, and how they come back to work."""

    def __init__(self, world: World, seed: int = 11) -> None:
        self.world = world
        self.random = Random(seed)
        self.today = world.days.today
        self.last = self.today - timedelta(days=1)  # the grid company sends the day before
        self.metering = Metering(self.last, self.random)
        self.agenda = Agenda()
        # The play's clock has come to its end and never goes back; the weeks before have one of their own.
        self.clock = Clock(self.at(29, 0))

    def at(self, days_ago: int, hour: int, minute: int = 0) -> datetime:
        """Return a moment before now."""
        return min(self.world.days.at(self.today - timedelta(days=days_ago), time(hour, minute)), self.world.days.until)

    def play(self) -> None:
        """Let the office enter the firms, let them file and come back, and compute what their meters say."""
        self.world.say("enterprises")
        office = self._office()
        firms = self._firms()
        self._register(office, firms)
        cadres = self._cadres(office, firms)
        self._meters(office, firms)
        for number, firm in enumerate(firms):
            self._come_back(office, cadres[firm.cadre], firm, number)
        self._ask(office, firms)
        self._gates(office, firms)
        with played_time(self.clock), overridden({"SESSION_COOKIE_AGE": SEASON}):
            self.agenda.run(self.world.days.until, before_each=self.clock.move)
        handlers.roll_up_gates(self.world.days.until)
        self.metering.play(office, self.at(0, 9, 30), firms)

    # ── who works on it ─────────────────────────────────────────────────────────────────────────────────────────────

    def _account(self, username: str, name: str, role: str, area: str, unit: str, post: str) -> int:
        made = access.add_account(
            actor=self.world.system,
            now=self.at(30, 9),
            username=username,
            name=name,
            password=PASSWORD if username in ("industry", "cadre") else None,
            role=role,
            area=area,
            unit=unit,
            post=post,
            must_change_password=False,
        )
        return made.user_id

    def _office(self) -> Actor:
        user = self._account("industry", "韩工信", "industry_officer", DISTRICT, "区工业和信息化局", "运行科科长")
        self.world.forget_actors()
        set_up_second_factor(self.world.actor(user, self.at(30, 10)), self.at(30, 10), "industry")
        self.world.forget_actors()
        return self.world.actor(user, self.world.days.until)

    def _firms(self) -> list[Firm]:
        found = []
        places: Sequence[DivisionRow] = [row for row in self.world.villages if row.lon is not None]
        for number in range(DESIGNATED + SMALL):
            industry, kind, staff = TRADES[number % len(TRADES)]
            place = self.random.choice(places)
            is_designated = number < DESIGNATED
            name = f"{PREFIXES[number // len(NAMES)]}{NAMES[number % len(NAMES)]}{kind}"
            told = EnterpriseIn(
                name=name,
                division=place.code,
                credit_code=make_credit_code("990704", f"MA{number:06d}"),
                industry=industry,
                is_designated=is_designated,
                staff=staff + self.random.randrange(80) if is_designated else 12 + self.random.randrange(40),
                site=Site.BUILDING_SITE if industry == "E47" else Site.PLANT,
                address=f"{place.name}工业路{number + 1}号",
                contact_name=self.random.choice("王李张刘陈杨赵周") + "经理",
                phone=f"1549{number:07d}",
                lon=(place.lon or 0) + self.random.uniform(-0.01, 0.01),
                lat=(place.lat or 0) + self.random.uniform(-0.01, 0.01),
            )
            count = 2 if is_designated and number % 7 == 0 else 1
            meters = tuple(f"3799{number:04d}{place_in:02d}" for place_in in range(count))
            # Some small firms stand still; every firm of designated size is back, some more than others.
            share = self.random.uniform(0.62, 1.08) if is_designated or number % 3 else self.random.uniform(0.02, 0.2)
            base = self.random.randrange(900, 9000) if is_designated else self.random.randrange(60, 600)
            found.append(Firm(told, meters, base, share))
        return found

    def _register(self, office: Actor, firms: list[Firm]) -> None:
        made = actions.register_enterprises(
            actor=office, now=self.at(28, 10), enterprises=[firm.told for firm in firms], source="规上企业名录（演示）"
        )
        for firm, pk in zip(firms, made.enterprise_ids, strict=True):
            firm.enterprise_id = pk

    def _cadres(self, office: Actor, firms: list[Firm]) -> list[Actor]:
        users = []
        for number in range(CADRES):
            username = "cadre" if number == 0 else f"cadre{number + 1:02d}"
            name = "赵钱孙李周吴郑王冯陈褚卫"[number] + "驻厂"
            users.append(self._account(username, name, "stationed_cadre", DISTRICT, "区驻厂工作专班", "驻厂员"))
        by_place = sorted(firms, key=lambda firm: (firm.told.lon or 0, firm.told.lat or 0))
        for place, firm in enumerate(by_place):
            firm.cadre = place * CADRES // len(by_place)
        pairs = [(users[firm.cadre], firm.enterprise_id) for firm in firms if firm.told.is_designated or firm.base % 5]
        actions.station_cadre(actor=office, now=self.at(27, 9), pairs=pairs)
        home = self.world.villages[0]
        workers = [WorkerIn(user_id=user, home=home.code, capacity=20, lon=home.lon, lat=home.lat) for user in users]
        assignments.add_workers(actor=self.world.system, now=self.at(27, 9, 30), workers=workers)
        self.world.forget_actors()
        return [self.world.actor(user, self.world.days.until) for user in users]

    def _meters(self, office: Actor, firms: list[Firm]) -> None:
        since = self.metering.base[0] - timedelta(days=200)
        told = [MeterIn(firm.enterprise_id, meter, since) for firm in firms for meter in firm.meters]
        actions.set_meters(actor=office, now=self.at(27, 15), meters=told)

    # ── back to work ────────────────────────────────────────────────────────────────────────────────────────────────

    def _come_back(self, office: Actor, cadre: Actor, firm: Firm, number: int) -> None:
        """Let one firm file, be answered, be checked and begin; some small ones stand half-way."""
        stand = (
            "resumed"
            if firm.told.is_designated or number % 3 == 1
            else ("filed", "rectifying", "none", "accepted")[number % 4]
        )
        if stand == "none":
            return
        days_ago = self.random.randrange(9, 16) if stand == "resumed" else self.random.randrange(1, 3)
        resumes_on = self.today - timedelta(days=max(days_ago - 3, 0))
        minute = number % 60
        self._put(self.at(days_ago, 9, minute), self._file, office, firm, number, resumes_on)
        if stand == "filed":
            return
        self._put(self.at(days_ago, 16, minute), self._accept, office, firm)
        if stand == "accepted":
            return
        seen = replace(FIT, in_a_room=8, posters=False) if stand == "rectifying" else FIT
        self._put(self.at(days_ago - 1, 10, minute), self._check, cadre, firm, seen)
        if stand == "resumed":
            self._put(self.at(days_ago - 1, 15, minute), self._begin, office, firm)
            if number % 11 == 0:  # the round comes again, and finds something
                found = replace(FIT, gate_disinfection=False, stock_days=2)
                self._put(self.at(1, 11, minute), self._check, cadre, firm, found)

    def _put(self, at: datetime, deed: Any, *more: Any) -> None:
        """Let something happen at a moment of the weeks before."""
        self.agenda.put(at, lambda moment: deed(moment, *more))

    def _file(self, at: datetime, office: Actor, firm: Firm, number: int, resumes_on: date) -> None:
        """Let a firm file: on its own pages, or on paper with the office."""
        plan: dict[str, Any] = {
            "plan": PLAN,
            "resumes_on": resumes_on,
            "masks": firm.told.staff * 12,
            "masks_a_day": firm.told.staff * 2,
            "disinfectant": Decimal(60),
            "disinfectant_a_day": Decimal(10),
            "thermometers": 4,
        }
        filename, content = "返岗员工名单.xlsx", self._staff(firm, number)
        if number % ON_PAPER == ON_PAPER - 1:
            told: dict[str, Any] = {"actor": office, "now": at, "enterprise_id": firm.enterprise_id}
            actions.write_filing(**told, **plan)
            actions.take_staff_list(**told, filename=filename, content=content)
            actions.apply_staff_list(**told)
            actions.sign_commitment(**told, signer=firm.told.contact_name, drawn="", agrees=True)
            actions.file_resumption(**told)
            return
        firm.screen = self._enter(at, office, firm)
        mine = f"/my-enterprise/{firm.enterprise_id}/"
        firm.screen.do(f"{mine}filing/", plan)
        firm.screen.upload(f"{mine}staff/", "file", filename, content, XLSX)
        firm.screen.do_all(
            (f"{mine}staff/take/", {}),
            (f"{mine}sign/", {"signer": firm.told.contact_name, "agrees": "on"}),
            (f"{mine}hand-in/", {}),
        )
        self._see(firm, Status.FILED)

    def _enter(self, at: datetime, office: Actor, firm: Firm) -> FirmScreen:
        """Give a firm its link; it enters by it when it sends its first form."""
        made = actions.invite(actor=office, now=at, enterprise_id=firm.enterprise_id)
        token = queries.token_of(Invitation.objects.get(pk=made.invitation_id))
        return FirmScreen(self.world.doors, self.clock, firm.told.name, reverse("enterprise:invitation", args=[token]))

    def _see(self, firm: Firm, status: Status) -> None:
        """End the play where a page has led on without doing what it was asked for."""
        found = Filing.objects.get(enterprise_id=firm.enterprise_id, is_current=True).status
        if found != status:
            raise ClosedDoor(f"{firm.told.name}: {found}, not {status}")

    def _accept(self, at: datetime, office: Actor, firm: Firm) -> None:
        filing = Filing.objects.get(enterprise_id=firm.enterprise_id, is_current=True)
        actions.answer_filing(actor=office, now=at, filing_id=filing.pk, is_accepted=True)

    def _begin(self, at: datetime, office: Actor, firm: Firm) -> None:
        if firm.screen is None:
            actions.resume_work(actor=office, now=at, enterprise_id=firm.enterprise_id)
            return
        firm.screen.do(f"/my-enterprise/{firm.enterprise_id}/resume/")
        self._see(firm, Status.RESUMED)

    def _check(self, now: datetime, cadre: Actor, firm: Firm, seen: Checklist) -> None:
        told: dict[str, Any] = {"enterprise_id": firm.enterprise_id, "submission_id": self.world.submission()}
        # Whoever is stationed at the firm looks; a firm without a cadre is looked at by the house.
        who = cadre if firm.enterprise_id in cadre.people else self.world.system
        actions.check_site(actor=who, now=now, seen=seen, **told)

    def _staff(self, firm: Firm, number: int) -> bytes:
        rows = [
            (
                f"{self.random.choice('王李张刘陈')}{self.random.choice('建国志强秀英')}",
                make_resident_id("990704", date(1970 + place % 30, 1 + place % 12, 1 + number % 28), place, "1"),
                f"1548{number:04d}{place:03d}",
                "山东省",
                "否",
                "是" if place % 3 == 0 else "否",
            )
            for place in range(min(firm.told.staff, 12))
        ]
        return sheet_bytes([Column(title) for title in COLUMNS], rows, title="返岗员工名单", marked_by=firm.told.name)

    def _ask(self, office: Actor, firms: list[Firm]) -> None:
        """Let some firms ask for something; some are answered, one is refused, one has an assisting office."""
        for number, (kind, detail) in enumerate(ASKED):
            firm = firms[3 + number * 5]
            self._put(self.at(6 - number % 5, 10, number), self._ask_for, office, firm, kind, detail)
            self._put(self.at(number % 2, 9, number), self._answer, office, firm, number)
            if number == 3:
                self._put(self.at(0, 10, 20), self._confirm, firm)

    def _ask_for(self, at: datetime, office: Actor, firm: Firm, kind: str, detail: dict[str, Any]) -> None:
        if firm.screen is not None:
            firm.screen.do(f"/enterprise/{firm.enterprise_id}/ask/{kind}/", detail)
            return
        actions.ask_for(
            actor=office, now=at, enterprise_id=firm.enterprise_id, kind=f"enterprise.{kind}", detail=detail
        )

    def _answer(self, at: datetime, office: Actor, firm: Firm, number: int) -> None:
        told: dict[str, Any] = {"actor": office, "now": at, "case_id": self._asked(firm)}
        if number == 1:
            actions.ask_assist(**told, office="transport", asked="安排两辆大巴接外地焊工")
        elif number in (3, 6):
            actions.answer_request(**told, answer="已对接，银行和货运今天联系企业")
        elif number == 10:
            actions.answer_request(**told, answer="道路属防控卡口，月底前不开放，请走东门", is_refused=True)

    def _confirm(self, at: datetime, firm: Firm) -> None:
        """Let a firm say that what it asked for has come; nobody else may."""
        if firm.screen is not None:
            path = f"/my-enterprise/{firm.enterprise_id}/requests/{self._asked(firm)}/confirm/"
            firm.screen.do(path, {"submission_id": self.world.submission(), "is_met": "yes"})

    def _asked(self, firm: Firm) -> int:
        return Request.objects.filter(enterprise_id=firm.enterprise_id).latest("pk").case_id

    def _gates(self, office: Actor, firms: list[Firm]) -> None:
        for number, firm in enumerate(firms[:DESIGNATED]):
            self._put(self.at(0, 8, number % 60), self._gate, office, firm, number)
            self._put(self.at(0, 9, number % 60), self._day, office, firm)

    def _gate(self, at: datetime, office: Actor, firm: Firm, number: int) -> None:
        came = _came(firm)
        hot = Reading("门岗登记3号", Decimal("37.8")) if number == 17 else None
        masked, is_disinfected = max(came - number % 3, 0), number % 13 != 5
        submission = self.world.submission()
        if firm.screen is not None:
            told = {
                "submission_id": submission,
                "day": self.today,
                "shift": Shift.MORNING.value,
                "people": came,
                "measured": came,
                "masked": masked,
                "is_disinfected": "on" if is_disinfected else None,
                "fevers": f"{hot.who} {hot.degrees}" if hot else "",
            }
            firm.screen.do(f"/enterprise/{firm.enterprise_id}/gate/", told)
            return
        actions.record_gate(
            actor=office,
            now=at,
            enterprise_id=firm.enterprise_id,
            submission_id=submission,
            day=self.today,
            shift=Shift.MORNING,
            how=How.COUNT,
            told=ShiftTold(came, came, masked, is_disinfected=is_disinfected, fevers=(hot,) if hot else ()),
        )

    def _day(self, at: datetime, office: Actor, firm: Firm) -> None:
        told: dict[str, Any] = {
            "day": self.last,
            "staff_back": _came(firm),
            "capacity_use": round(min(firm.share, 1.0) * 92),
        }
        if firm.screen is not None:
            firm.screen.do(f"/my-enterprise/{firm.enterprise_id}/day/", told)
        else:
            actions.report_day(actor=office, now=at, enterprise_id=firm.enterprise_id, **told)


def _came(firm: Firm) -> int:
    return int(firm.told.staff * min(firm.share, 0.97))


def bring_enterprises_back(world: World) -> None:
    """Play the economy of a demo, up to its now. Called once, after the days have passed."""
    with timezone.override(world.days.zone):
        Economy(world).play()
