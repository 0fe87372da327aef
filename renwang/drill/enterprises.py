"""Enterprises of the demo: invented firms that come back to work, with cadres, requests, gates and readings of their meters.

The index is nobody's number: it is what the readings come to. All firms of designated size are at work again, and together
use 86.8 % of their base, so that the method says 93.40. Credit codes begin with an area that no place has.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from renwang.foundation.access import actions as access
from renwang.foundation.access.rules import Actor
from renwang.foundation.sheets.engine import Column, sheet_bytes
from renwang.loop.assignments import actions as assignments
from renwang.loop.assignments.rules import WorkerIn
from renwang.loop.registry.engine.divisions import DivisionRow
from renwang.loop.registry.engine.identifiers import make_credit_code, make_resident_id
from renwang.programmes.enterprise import actions, handlers
from renwang.programmes.enterprise.models import Filing
from renwang.programmes.enterprise.rules.checks import Checklist
from renwang.programmes.enterprise.rules.enterprises import EnterpriseIn, MeterIn, Site
from renwang.programmes.enterprise.rules.gates import How, Reading, Shift, ShiftTold
from renwang.programmes.enterprise.rules.staff import COLUMNS

from .cast import DISTRICT, PASSWORD
from .metering import Firm, Metering
from .setting import set_up_second_factor
from .world import World

DESIGNATED, SMALL, CADRES = 72, 32, 12
NAMES = [
    "恒泰",
    "华丰",
    "金鼎",
    "瑞祥",
    "宏远",
    "永兴",
    "德昌",
    "鲁源",
    "东盛",
    "凯达",
    "万和",
    "同创",
    "新锐",
    "海润",
    "佳宏",
    "正大",
    "盛隆",
    "天成",
    "富康",
    "广发",
    "益民",
    "长城",
    "泰山",
    "昌乐",
]
PREFIXES = ("坊子", "九龙", "凤凰", "坊城", "北海")
TRADES: tuple[tuple[str, str, int], ...] = (
    ("C17", "纺织有限公司", 160),
    ("C18", "服装有限公司", 120),
    ("C34", "机械有限公司", 140),
    ("C36", "汽车零部件有限公司", 220),
    ("C33", "金属制品有限公司", 90),
    ("C29", "橡塑有限公司", 110),
    ("C14", "食品有限公司", 130),
    ("C27", "药业有限公司", 180),
    ("C38", "电气有限公司", 150),
    ("C22", "纸业有限公司", 100),
    ("E47", "建设工程有限公司", 200),
)
PLAN = "成立复工防控领导小组，厂长任组长。分区、错峰上岗和就餐；门口逐人测温登记，车间和宿舍每日消毒两次；设隔离室一间，发现发热立即隔离并上报。"
FIT = Checklist(
    gate_disinfection=True,
    gate_temperature=True,
    stock_days=6,
    isolation_room=True,
    canteen=True,
    in_a_room=6,
    area_each=Decimal("3.0"),
    posters=True,
)
ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("workers", {"what": "缝纫工，两班倒", "people": 30}),
    ("workers", {"what": "焊工，有证", "people": 12}),
    ("finance", {"what": "二月份工资和原料款", "amount": 200, "months": 12}),
    ("finance", {"what": "流动资金周转", "amount": 80, "months": 6}),
    ("protective_goods", {"what": "一次性口罩", "pieces": 3000, "days_left": 1}),
    ("protective_goods", {"what": "额温枪", "pieces": 6, "days_left": 4}),
    ("raw_material", {"what": "棉纱 12 吨滞留在途", "from_where": "河北邢台"}),
    ("transport", {"what": "铸件一车，需通行证", "from_where": "坊子", "to_where": "苏州"}),
    ("transport", {"what": "接外地员工返岗", "from_where": "菏泽", "to_where": "坊子"}),
    ("policy", {"what": "社保费能否缓缴？"}),
    ("other", {"what": "厂区门口道路封闭，货车绕行"}),
)


class Economy:
    """The firms of a demo, and how they come back to work."""

    def __init__(self, world: World, seed: int = 11) -> None:
        self.world = world
        self.random = Random(seed)
        self.today = world.days.today
        self.last = self.today - timedelta(days=1)  # the grid company sends the day before
        self.metering = Metering(self.last, self.random)

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
        told: dict[str, Any] = {
            "actor": office,
            "now": self.at(days_ago, 9, number % 60),
            "enterprise_id": firm.enterprise_id,
        }
        actions.write_filing(
            **told,
            plan=PLAN,
            resumes_on=self.today - timedelta(days=max(days_ago - 3, 0)),
            masks=firm.told.staff * 12,
            masks_a_day=firm.told.staff * 2,
            disinfectant=Decimal(60),
            disinfectant_a_day=Decimal(10),
            thermometers=4,
        )
        actions.take_staff_list(**told, filename="返岗员工名单.xlsx", content=self._staff(firm, number))
        actions.sign_commitment(**told, signer=firm.told.contact_name, drawn="", agrees=True)
        actions.file_resumption(**told)
        if stand == "filed":
            return
        filing = Filing.objects.get(enterprise_id=firm.enterprise_id, is_current=True)
        later = self.at(days_ago, 16, number % 60)
        actions.answer_filing(actor=office, now=later, filing_id=filing.pk, is_accepted=True)
        if stand == "accepted":
            return
        checked = self.at(days_ago - 1, 10, number % 60)
        seen = replace(FIT, in_a_room=8, posters=False) if stand == "rectifying" else FIT
        self._check(cadre, checked, firm, seen)
        if stand == "resumed":
            begun = self.at(days_ago - 1, 15, number % 60)
            actions.resume_work(actor=office, now=begun, enterprise_id=firm.enterprise_id)
            if number % 11 == 0:  # the round comes again, and finds something
                self._check(
                    cadre, self.at(1, 11, number % 60), firm, replace(FIT, gate_disinfection=False, stock_days=2)
                )

    def _check(self, cadre: Actor, now: datetime, firm: Firm, seen: Checklist) -> None:
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
            made = actions.ask_for(
                actor=office,
                now=self.at(6 - number % 5, 10, number),
                enterprise_id=firm.enterprise_id,
                kind=f"enterprise.{kind}",
                detail=detail,
            )
            told: dict[str, Any] = {"actor": office, "now": self.at(number % 2, 9, number), "case_id": made.case_id}
            if number == 1:
                actions.ask_assist(**told, office="transport", asked="安排两辆大巴接外地焊工")
            elif number in (3, 6):
                actions.answer_request(**told, answer="已对接，银行和货运今天联系企业")
            elif number == 10:
                actions.answer_request(**told, answer="道路属防控卡口，月底前不开放，请走东门", is_refused=True)

    def _gates(self, office: Actor, firms: list[Firm]) -> None:
        for number, firm in enumerate(firms[:DESIGNATED]):
            came = int(firm.told.staff * min(firm.share, 0.97))
            fevers = (Reading("门岗登记 3 号", Decimal("37.8")),) if number == 17 else ()
            actions.record_gate(
                actor=office,
                now=self.at(0, 8, number % 60),
                enterprise_id=firm.enterprise_id,
                submission_id=self.world.submission(),
                day=self.today,
                shift=Shift.MORNING,
                how=How.COUNT,
                told=ShiftTold(came, came, max(came - number % 3, 0), is_disinfected=number % 13 != 5, fevers=fevers),
            )
            actions.report_day(
                actor=office,
                now=self.at(0, 9, number % 60),
                enterprise_id=firm.enterprise_id,
                day=self.last,
                staff_back=came,
                capacity_use=round(min(firm.share, 1.0) * 92),
            )
        handlers.roll_up_gates(self.world.days.until)


def bring_enterprises_back(world: World) -> None:
    """Play the economy of a demo, up to its now. Called once, after the days have passed."""
    with timezone.override(world.days.zone):
        Economy(world).play()
