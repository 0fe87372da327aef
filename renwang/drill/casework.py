"""What becomes of a case: somebody takes it, brings what is needed, says it is met, and the household confirms it. Or not."""

from collections.abc import Callable
from datetime import datetime, timedelta

from renwang.loop.cases import actions as cases
from renwang.loop.cases import queries
from renwang.loop.cases.models import Case, ConfirmationLink
from renwang.loop.cases.rules import LIVE, Refused, Status, VerifiedHow
from renwang.loop.registry import actions as registry

from .cast import Player
from .goods import Goods
from .people import behaviour
from .world import World

WAYS = ("normal", "left", "late", "give_up", "refer", "transfer")
WAYS_FIRST = (
    "normal",
    "refer",
    "transfer",
    "normal",
    "give_up",
    "late",
    "normal",
    "left",
    "normal",
    "refer",
    "transfer",
)
GIVEN_UP_BECAUSE = ("户主说已由亲戚解决，不再需要", "一家已转到外地子女家，无法办理", "与另一个案重复，合并处理")
DONE_WORDS = {
    "health": ("卫生院已上门查看，体温正常", "已送医就诊，医生嘱在家休息", "已连续两次测温正常"),
    "provisions": ("已送到门口，户主当面清点", "已联系商户送到家", "网格员代购送到"),
    "relief": ("师傅已上门修好", "煤已送到，炉子已点上", "已更换，户主试用正常"),
    "civil": ("护理员已到家，一日三餐有人管", "邻居和志愿者轮流照看"),
    "command": ("志愿者已上门帮忙办妥", "已协调解决，户主知晓"),
    "education": ("设备已送到，孩子能上网课",),
}


class Casework:
    """The lives of all cases of a play."""

    def __init__(self, world: World, goods: Goods) -> None:
        self.world = world
        self.goods = goods
        self.begun = 0
        self.shares: dict[str, float] = {name: float(share) for name, share in behaviour()["cases"].items()}

    # --- one case ------------------------------------------------------------------------------------------------------

    def begin(self, case: Case, at: datetime) -> None:
        """Decide what will become of a case."""
        random = self.world.random
        if case.kind == "health.risk_contact" and self.world.chance(self.shares["observed"]):
            self._next(case.pk, at + self.world.minutes(30, 150), self._observe, set(LIVE))
        self.begun += 1
        # The first cases go every way there is, so that a small district shows them too.
        way = (
            WAYS_FIRST[self.begun - 1]
            if self.begun <= len(WAYS_FIRST)
            else random.choices(WAYS, [self.shares[name] for name in WAYS])[0]
        )
        if case.subject_id in self.world.watched:
            way = "normal"
        if way == "left":
            return
        first = self.world.minutes(8, 60) if case.is_urgent else self.world.minutes(15, 260)
        if way == "late":
            first += timedelta(hours=random.uniform(14, 40))
        self._next(case.pk, at + first, lambda case, at: self._take(case, at, way), {Status.OPEN})

    def _next(
        self,
        case_id: int,
        at: datetime,
        deed: Callable[[Case, datetime], None],
        seen: set[Status],
        *,
        by_day: bool = True,
    ) -> None:
        """Let something happen with a case later, if it still stands so then."""

        def do(moment: datetime) -> None:
            case = Case.objects.get(pk=case_id)
            if Status(case.status) in seen:
                deed(case, moment)

        self.world.put(at, do, by_day=by_day)

    def worker_for(self, case: Case) -> Player:
        """Return who works on a case: whoever it is proposed to, else the village's secretary."""
        for player in self.world.cast.players.values():
            if player.user_id == case.holder_id:
                return player
        return self.world.cast.in_village(case.division_id, "secretary") or self.world.cast.of_street(case.division_id)

    def _observe(self, case: Case, at: datetime) -> None:
        """Put the household under medical observation: from then on it is asked twice a day."""
        registry.enrol(
            actor=self.world.named("health", at),
            now=self.world.real(at),
            programme="observation",
            subject_ids=[self.world.home_of.get(case.subject_id, case.subject_id)],
            reason="风险接触或风险地区返回，居家医学观察14天",
        )

    def _take(self, case: Case, at: datetime, way: str) -> None:
        now = self.world.real(at)
        worker = self.worker_for(case)
        secretary = self.world.cast.in_village(case.division_id, "secretary")
        if way == "late":
            # The street hands out what nobody took.
            street = self.world.cast.of_street(case.division_id)
            cases.assign_cases(
                actor=self.world.actor(street.user_id, at),
                now=now,
                case_ids=[case.pk],
                user_id=(secretary or worker).user_id,
                reason="逾期，请马上办理",
            )
            worker = secretary or worker
        else:
            if secretary is not None and self.world.chance(0.2):
                worker = secretary
            cases.take_cases(actor=self.world.actor(worker.user_id, at), now=now, case_ids=[case.pk])
        match way:
            case "give_up":
                self._next(case.pk, at + self.world.minutes(60, 600), self._give_up, {Status.IN_HAND})
            case "refer":
                self._next(case.pk, at + self.world.minutes(5, 40), self._refer, {Status.IN_HAND})
            case "transfer":
                self._next(case.pk, at + self.world.minutes(10, 60), self._transfer, {Status.IN_HAND})
            case _:
                self._work(case, at, worker)

    def _work(self, case: Case, at: datetime, worker: Player) -> None:
        """Bring what is needed; when all has come, say that the need is met."""
        if case.subject_id not in self.world.watched and self.world.chance(self.shares["slow"]):
            return  # in hand, and nothing comes of it yet
        ready = self.goods.bring(case, at, worker)
        if ready is not None:
            self._next(case.pk, ready + self.world.minutes(5, 120), self._meet, {Status.IN_HAND})

    def _meet(self, case: Case, at: datetime) -> None:
        worker = self.worker_for(case)
        if self.goods.is_on_the_way(case.pk):
            self._next(case.pk, at + self.world.minutes(90, 300), self._meet, {Status.IN_HAND})
            return
        cases.meet_case(
            actor=self.world.actor(worker.user_id, at),
            now=self.world.real(at),
            case_id=case.pk,
            note=self.world.random.choice(DONE_WORDS[case.office]),
        )
        if self.world.chance(self.shares["confirmed"]):
            self._next(case.pk, at + self.world.minutes(25, 500), self._confirm, {Status.MET})

    def _confirm(self, case: Case, at: datetime) -> None:
        """Let the household answer: by its link, or when a second person calls or comes."""
        how = self.world.random.choices(
            (
                VerifiedHow.HOUSEHOLD_LINK,
                VerifiedHow.HOUSEHOLD_CALL,
                VerifiedHow.HOUSEHOLD_VISIT,
                VerifiedHow.SECOND_PERSON,
            ),
            (35, 30, 15, 20),
        )[0]
        is_met = not self.world.chance(self.shares["not_met"])
        now = self.world.real(at)
        if how == VerifiedHow.HOUSEHOLD_LINK:
            worker = self.worker_for(case)
            made = cases.make_confirmation_link(actor=self.world.actor(worker.user_id, at), now=now, case_id=case.pk)
            if self.world.chance(0.8):
                self._next(
                    case.pk,
                    at + self.world.minutes(3, 200),
                    lambda case, at: self._confirm_by_link(case, at, made.link_id, is_met=is_met),
                    {Status.MET},
                )
            return
        second = self._second_person(case)
        if second is None:
            return
        cases.confirm_case(
            actor=self.world.actor(second.user_id, at),
            now=now,
            case_id=case.pk,
            how=how,
            is_met=is_met,
            submission_id=self.world.submission(),
            note="" if is_met else "户主说东西没有收齐",
        )
        self._after_confirming(case, at, is_met=is_met)

    def _confirm_by_link(self, case: Case, at: datetime, link_id: int, *, is_met: bool) -> None:
        if not ConfirmationLink.objects.filter(pk=link_id, used_at__isnull=True).exists():
            return
        cases.confirm_by_link(
            actor=self.world.system,
            now=self.world.real(at),
            link_id=link_id,
            is_met=is_met,
            submission_id=self.world.submission(),
        )
        self._after_confirming(case, at, is_met=is_met)

    def _after_confirming(self, case: Case, at: datetime, *, is_met: bool) -> None:
        if not is_met:
            self._next(case.pk, at + self.world.minutes(60, 240), self._meet, {Status.IN_HAND})
        elif self.world.chance(self.shares["closed_by_hand"]):
            self._next(case.pk, at + self.world.minutes(30, 400), self._close, {Status.VERIFIED})

    def _second_person(self, case: Case) -> Player | None:
        """Return somebody of the place who never handled this case."""
        handlers = queries.handlers_of(case)
        cast = self.world.cast
        posts = [cast.in_village(case.division_id, post) for post in ("secretary", "grid", "doctor", "charge")]
        found = [player for player in (*posts, cast.of_street(case.division_id)) if player is not None]
        return next((player for player in found if player.user_id not in handlers), None)

    def _close(self, case: Case, at: datetime) -> None:
        worker = self.worker_for(case)
        cases.close_cases(actor=self.world.actor(worker.user_id, at), now=self.world.real(at), case_ids=[case.pk])

    def _give_up(self, case: Case, at: datetime) -> None:
        worker = self.worker_for(case)
        cases.give_up_case(
            actor=self.world.actor(worker.user_id, at),
            now=self.world.real(at),
            case_id=case.pk,
            seen=Status.IN_HAND,
            reason=self.world.random.choice(GIVEN_UP_BECAUSE),
        )

    # --- handing on ----------------------------------------------------------------------------------------------------

    def _refer(self, case: Case, at: datetime) -> None:
        """Ask the doctor or the cadre in charge to help; they accept, refuse, or have not looked yet."""
        worker, cast = self.worker_for(case), self.world.cast
        posts = ("doctor", "charge") if case.office == "health" else ("charge", "doctor")
        helper = next((found for post in posts if (found := cast.in_village(case.division_id, post))), None)
        if helper is None or helper.user_id == worker.user_id:
            self._work(case, at, worker)
            return
        made = cases.refer_case(
            actor=self.world.actor(worker.user_id, at),
            now=self.world.real(at),
            case_id=case.pk,
            user_id=helper.user_id,
            reason="请协助上门看一下",
        )
        self._answer_later(case, at, made.referral_id, helper, "今天已排满，请找卫生院")

    def _transfer(self, case: Case, at: datetime) -> None:
        """Offer a case to the district's office; it accepts, refuses, or has not looked yet."""
        worker = self.worker_for(case)
        secretary = self.world.cast.in_village(case.division_id, "secretary") or worker
        office = case.office if case.office in self.world.cast.players else "district"
        made = cases.transfer_case(
            actor=self.world.actor(secretary.user_id, at),
            now=self.world.real(at),
            case_id=case.pk,
            to_area=case.division_id[:6],
            to_office=case.office,
            reason="村里解决不了，请区里协调",
        )
        self._answer_later(case, at, made.referral_id, self.world.cast[office], "属街道职责，请街道先办")

    def _answer_later(self, case: Case, at: datetime, referral_id: int, receiver: Player, refusal: str) -> None:
        answer = self.world.random.choices(("accept", "reject", "wait"), (50, 25, 25))[0]
        if answer == "wait":
            return

        def do(case: Case, moment: datetime) -> None:
            try:
                cases.answer_referral(
                    actor=self.world.actor(receiver.user_id, moment),
                    now=self.world.real(moment),
                    referral_id=referral_id,
                    is_accepted=answer == "accept",
                    answer="" if answer == "accept" else refusal,
                )
            except Refused:
                return  # settled meanwhile
            case.refresh_from_db()
            self._work(case, moment, self.worker_for(case))

        self._next(case.pk, at + self.world.minutes(20, 240), do, set(LIVE))
