"""What meets a case: offers of shops and offices, and goods on their way to a household, some of them lost."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial

from renwang.loop.cases.models import Case
from renwang.loop.cases.rules import CLOCK_RUNS
from renwang.loop.fulfilment import kinds
from renwang.loop.fulfilment.models import Line, Movement, Offer
from renwang.programmes.relief.models import HeatingOrRepair

from .cast import DISTRICT, Player
from .world import World

# Resource: giver, by whose account, area, quantity.
OFFERS: tuple[tuple[str, str, str, str, str], ...] = (
    ("provisions.food_parcel", "坊子供销超市", "provisions", DISTRICT, "160"),
    ("provisions.food_parcel", "黄旗堡蔬菜合作社", "provisions", "370704007", "60"),
    ("provisions.food_parcel", "九龙惠民超市", "street", "370704006", "45"),
    ("provisions.medicine", "区人民医院药房", "provisions", DISTRICT, "220"),
    ("health.thermometer", "区卫生健康局", "health", DISTRICT, "80"),
    ("health.medical_visit", "各街道卫生院", "health", DISTRICT, "150"),
    ("relief.coal_or_heater", "坊子热力公司", "relief", DISTRICT, "240"),
    ("relief.repair_visit", "区总工会维修队", "relief", DISTRICT, "60"),
    ("relief.carer_visit", "区慈善总会护理队", "civil", DISTRICT, "200"),
    ("general.help", "区青年志愿者协会", "district", DISTRICT, "180"),
)
QUANTITY = {
    "provisions.food_parcel": (1, 2),
    "provisions.medicine": (1, 3),
    "relief.coal_or_heater": (2, 6),
    "relief.carer_visit": (2, 7),
}


class Goods:
    """Everything that is promised, sent and received in a play."""

    def __init__(self, world: World) -> None:
        self.world = world

    def begin(self) -> None:
        """Let shops and offices say what they have."""
        days = self.world.days
        eve = days.at(days.day(-1), time(16))
        for number, offer in enumerate(OFFERS):
            self.world.put(eve + timedelta(minutes=4 * number), partial(self._offer, offer=offer))

    def _offer(self, at: datetime, offer: tuple[str, str, str, str, str]) -> None:
        resource, giver, by, area, quantity = offer
        fields = {
            "resource": resource,
            "giver_name": giver,
            "area": area,
            "quantity": quantity,
            "until": (self.world.days.today + timedelta(days=14)).isoformat(),
        }
        self.world.screen_of(by).do("/offers/", fields)
        made = Offer.objects.latest("pk")
        # The nearest first.
        self.world.offers[resource].insert(0 if area != DISTRICT else len(self.world.offers[resource]), made.pk)

    def is_on_the_way(self, case_id: int) -> bool:
        """Answer whether something is promised or on its way that has not come yet."""
        return any(
            line.in_transit or line.quantities.waiting
            for line in Line.objects.filter(case_id=case_id, is_cancelled=False)
        )

    def bring(self, case: Case, at: datetime, worker: Player) -> datetime | None:
        """Ask for what the case needs and send it; return when all should have come, None when something went wrong."""
        fitting = [kind.code for kind in kinds.meeting(case.kind) if kind.code in self.world.offers]
        if not fitting:
            return at + self.world.minutes(60, 400)
        if case.kind == "relief.heating_or_repair":
            is_heating = HeatingOrRepair.objects.filter(case=case, is_heating=True).exists()
            fitting = ["relief.coal_or_heater" if is_heating else "relief.repair_visit"]
        resource = fitting[0] if len(fitting) == 1 or self.world.chance(0.8) else self.world.random.choice(fitting)
        least, most = QUANTITY.get(resource, (1, 1))
        quantity = Decimal(self.world.random.randint(least, most))
        requested = at + self.world.minutes(3, 20)
        self.world.put(requested, lambda at: self._request(at, case.pk, worker, resource, quantity), by_day=False)
        # What chance brings: all at once, in two parts, lost on the way, or promised and not sent yet.
        return requested + timedelta(hours=self.world.random.uniform(2, 9))

    def _request(self, at: datetime, case_id: int, worker: Player, resource: str, quantity: Decimal) -> None:
        case = Case.objects.get(pk=case_id)
        if case.status not in CLOCK_RUNS:
            return
        submission = self.world.submission()
        self.world.screen(worker.user_id).do(
            f"/cases/{case_id}/lines/request/",
            {"submission_id": submission, "resource": resource, "quantity": quantity},
        )
        made = Movement.objects.filter(submission_id=submission).first()
        if made is None:
            return
        if self._fails(case, "nobody_promises"):
            return  # nobody has promised it yet
        self.world.put(at + self.world.minutes(5, 60), lambda at: self._commit(at, made.line_id, resource, quantity))

    def _commit(self, at: datetime, line_id: int, resource: str, quantity: Decimal) -> None:
        line = Line.objects.select_related("case").get(pk=line_id)
        if line.is_cancelled or line.case.status not in CLOCK_RUNS:
            return
        giver = self._who_gives(line.case, at)
        for offer_id in self._offers_for(line.case, resource):
            if self._step(giver, line_id, "commit", quantity, offer=offer_id):
                break  # the offer holds as much
        else:
            return
        if self._fails(line.case, "not_sent"):
            return  # promised, and not sent yet
        self.world.put(at + self.world.minutes(20, 200), lambda at: self._send(at, line_id, giver))

    def _send(self, at: datetime, line_id: int, giver: Player) -> None:
        line = Line.objects.select_related("case").get(pk=line_id)
        waiting = line.quantities.waiting
        if waiting <= 0 or line.case.status not in CLOCK_RUNS:
            return
        part = waiting if waiting == 1 or self._share("at_once") else (waiting / 2).quantize(Decimal(1))
        self._step(giver, line_id, "send", part)
        self.world.put(at + self.world.minutes(30, 150), lambda at: self._arrive(at, line_id, giver, part))
        if part < waiting:
            self.world.put(at + self.world.minutes(200, 700), lambda at: self._send(at, line_id, giver))

    def _arrive(self, at: datetime, line_id: int, giver: Player, part: Decimal) -> None:
        """Let a part come, or be lost on the way: then it is promised and sent anew."""
        line = Line.objects.select_related("case").get(pk=line_id)
        if line.in_transit < part:
            return
        if not kinds.get(line.resource).is_goods or not self._share("lost"):
            self._step(giver, line_id, "receive", part)
            return
        self._step(giver, line_id, "lose", part, note="路上洒漏破损，退回商家")
        self.world.put(at + self.world.minutes(60, 300), lambda at: self._commit(at, line_id, line.resource, part))

    def _step(self, giver: Player, line_id: int, step: str, quantity: Decimal, **more: object) -> bool:
        """Press one of the buttons of a line on the case's page; answers whether it was done."""
        submission = self.world.submission()
        fields = {"submission_id": submission, "quantity": quantity, **more}
        self.world.screen(giver.user_id).do(f"/lines/{line_id}/{step}/", fields)
        return Movement.objects.filter(submission_id=submission).exists()

    def _share(self, name: str) -> bool:
        return self.world.chance(self.world.how.share("goods", name))

    def _fails(self, case: Case, name: str) -> bool:
        """Throw the dice for something that goes no further; not in a story."""
        return case.subject_id not in self.world.watched and self._share(name)

    def _who_gives(self, case: Case, at: datetime) -> Player:
        """Return who may promise goods in the case's area: the village's secretary, else the street."""
        return self.world.cast.in_village(case.division_id, "secretary") or self.world.cast.of_street(case.division_id)

    def _offers_for(self, case: Case, resource: str) -> list[int]:
        ids = self.world.offers[resource]
        areas = dict(Offer.objects.filter(pk__in=ids).values_list("pk", "area"))
        return [pk for pk in ids if case.division_id.startswith(areas[pk])]
