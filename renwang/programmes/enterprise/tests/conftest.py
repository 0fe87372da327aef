"""Two firms in two streets, a cadre, the industry office, and somebody of each firm. All codes belong to nobody."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import Workbook

from conftest import JOINED, NOW, District, MakeUser
from renwang.foundation.access import queries as access
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.assignments.models import Duty
from renwang.loop.registry.engine.identifiers import make_credit_code, make_resident_id
from renwang.programmes.enterprise import actions
from renwang.programmes.enterprise.models import Enterprise, Filing, Seat
from renwang.programmes.enterprise.rules.checks import Checklist
from renwang.programmes.enterprise.rules.enterprises import EnterpriseIn, MeterIn

from .metering import BASE, DAY, compute, csv, send

PHONE = "15400000001"


def code(number: int) -> str:
    """Return a credit code with right check characters and an area that no place has."""
    return make_credit_code("990704", f"TEST{number:04d}".replace("S", "5"))


def told(name: str = "示范纺织厂", number: int = 1, division: str = "370704006201", **more: Any) -> EnterpriseIn:
    """Return an enterprise as an office tells it."""
    return EnterpriseIn(
        **{
            "name": name,
            "division": division,
            "credit_code": code(number),
            "industry": "C17",
            "is_designated": True,
            "staff": 120,
            "phone": PHONE,
            "contact_name": "孙厂长",
            "lon": 119.16,
            "lat": 36.65,
            **more,
        }
    )


@pytest.fixture
def duty(small_district: District) -> Duty:
    """The duty of a stationed cadre."""
    return Duty.objects.get_or_create(
        code="stationed_cadre",
        defaults={
            "label": "驻厂员",
            "label_en": "Stationed cadre",
            "held_for": "subject",
            "is_answerable": True,
            "order": 20,
        },
    )[0]


@pytest.fixture
def office(small_district: District, make_user: MakeUser, as_actor: Callable[[User], Actor]) -> Actor:
    """The industry office of the district."""
    return as_actor(make_user("industry", name="工信局", industry_officer=small_district.root.code))


@pytest.fixture
def firm(duty: Duty, office: Actor, now: dt.datetime) -> Enterprise:
    """A textile mill of designated size in the first village."""
    made = actions.register_enterprises(actor=office, now=now, enterprises=[told()], source="test")
    return Enterprise.objects.get(pk=made.enterprise_ids[0])


@pytest.fixture
def other_firm(duty: Duty, office: Actor, now: dt.datetime, small_district: District) -> Enterprise:
    """A firm in the other street."""
    one = told(
        "外乡机械厂", 2, small_district.far_village.code, phone="15400000002", is_designated=False, industry="C34"
    )
    made = actions.register_enterprises(actor=office, now=now, enterprises=[one], source="test")
    return Enterprise.objects.get(pk=made.enterprise_ids[0])


MakeSeat = Callable[..., User]


@pytest.fixture
def make_seat(make_user: MakeUser) -> MakeSeat:
    """Return a function that lets somebody speak for a firm."""

    def make(enterprise: Enterprise, name: str = "firm") -> User:
        user = make_user(name, name="企业经办人", enterprise_user=enterprise.subject.division_id)
        Seat.objects.create(user=user, enterprise=enterprise, phone=PHONE, since=JOINED)
        return user

    return make


@pytest.fixture
def boss(firm: Enterprise, make_seat: MakeSeat, as_actor: Callable[[User], Actor]) -> Actor:
    """Who speaks for the mill."""
    return as_actor(make_seat(firm))


@pytest.fixture
def cadre_user(small_district: District, make_user: MakeUser) -> User:
    """The account of the cadre."""
    return make_user("cadre", name="赵驻厂", stationed_cadre=small_district.street.code)


@pytest.fixture
def cadre(cadre_user: User, firm: Enterprise, office: Actor, now: dt.datetime) -> Actor:
    """The cadre stationed at the mill."""
    actions.station_cadre(actor=office, now=now, pairs=[(cadre_user.pk, firm.pk)])
    return access.actor_for(user=cadre_user, now=now + dt.timedelta(seconds=1), verified=True)


def staff_list(rows: int = 3, *, broken: int = 0) -> bytes:
    """Return a workbook of staff; the last ``broken`` rows have a wrong ID number."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["复工人员名单", None, None])
    page.append(["姓名", "身份证号", "手机号", "来自", "14天内是否到过重点地区", "是否住宿舍"])
    for n in range(rows):
        identity = make_resident_id("990704", dt.date(1985, 1, 1), n, "1")
        if n >= rows - broken:
            identity = identity[:-1] + ("0" if identity[-1] != "0" else "1")
        page.append([f"工人{n}", identity, f"154{n:08d}", "临沂", "否", "是"])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@dataclass
class Way:
    """Takes a firm along the way of a filing."""

    boss: Actor
    office: Actor
    firm: Enterprise
    now: dt.datetime = NOW

    def write(self, **more: Any) -> Filing:
        contents: dict[str, Any] = {
            "plan": "成立领导小组，分区错峰上岗，门口测温登记，车间每日消毒两次，发现异常立即隔离报告。",
            "resumes_on": dt.date(2020, 2, 20),
            "masks": 1000,
            "masks_a_day": 240,
            "disinfectant": Decimal(40),
            "disinfectant_a_day": Decimal(10),
            "thermometers": 4,
        } | more
        actions.write_filing(actor=self.boss, now=self.now, enterprise_id=self.firm.pk, **contents)
        return self.filing

    def complete(self) -> Filing:
        self.write()
        actions.take_staff_list(
            actor=self.boss, now=self.now, enterprise_id=self.firm.pk, filename="名单.xlsx", content=staff_list()
        )
        actions.apply_staff_list(actor=self.boss, now=self.now, enterprise_id=self.firm.pk)
        actions.sign_commitment(
            actor=self.boss, now=self.now, enterprise_id=self.firm.pk, signer="孙厂长", drawn="", agrees=True
        )
        return self.filing

    def file(self) -> Filing:
        self.complete()
        actions.file_resumption(actor=self.boss, now=self.now, enterprise_id=self.firm.pk)
        return self.filing

    def accept(self) -> Filing:
        filing = self.file()
        actions.answer_filing(actor=self.office, now=self.now, filing_id=filing.pk, is_accepted=True)
        return self.filing

    def check(self, actor: Actor, seen: Checklist | None = None, **more: Any) -> Any:
        return actions.check_site(
            actor=actor, now=self.now, enterprise_id=self.firm.pk, submission_id=uuid4(), seen=seen or GOOD, **more
        )

    @property
    def filing(self) -> Filing:
        return Filing.objects.get(enterprise=self.firm, is_current=True)


GOOD = Checklist(
    gate_disinfection=True,
    gate_temperature=True,
    stock_days=5,
    isolation_room=True,
    canteen=True,
    in_a_room=6,
    area_each=Decimal("2.5"),
    posters=True,
)


@pytest.fixture
def way(boss: Actor, office: Actor, firm: Enterprise) -> Way:
    """The way of the mill's filing."""
    return Way(boss, office, firm)


@pytest.fixture
def data(settings: Any, tmp_path: Path) -> Path:
    """A data folder of its own."""
    settings.RENWANG_DATA = tmp_path
    return tmp_path


@pytest.fixture
def metered(
    office: Actor, firm: Enterprise, other_firm: Enterprise, now: dt.datetime, data: Path
) -> tuple[Enterprise, Enterprise]:
    """Two firms with a meter each, and a second one at the mill."""
    since = dt.date(2019, 1, 1)
    meters = [MeterIn(firm.pk, "M1", since), MeterIn(firm.pk, "M2", since), MeterIn(other_firm.pk, "M3", since)]
    actions.set_meters(actor=office, now=now, meters=meters)
    return firm, other_firm


@pytest.fixture
def computed(office: Actor, metered: Any, now: dt.datetime) -> dt.date:
    """The index of one day: the mill at 80 % of its base, the other at 10 %."""
    send(office, now, csv(*BASE, M1=600, M2=400, M3=1000), "base.csv")
    send(office, now, csv(DAY, M1=500, M2=300, M3=100), "day.csv")
    compute(now)
    return DAY
