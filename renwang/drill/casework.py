"""What becomes of a case: somebody takes it, brings what is needed, says it is met, and the household confirms it. Or not."""

from collections.abc import Callable
from datetime import datetime, timedelta

from renwang.loop.cases import queries
from renwang.loop.cases.models import Case, ConfirmationLink, Referral
from renwang.loop.cases.rules import LIVE, LinkWay, Status, VerifiedHow
from renwang.loop.registry import actions as registry

from .cast import Player
from .goods import Goods
from .pages import submission_in
from .world import World

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
        self.newest = 0  # the last case that was taken up
        self.says_met: dict[int, bool] = {}  # what a household will say once its link has come
        self.ways = world.how.shares("cases", "ways")

    def take_up(self, at: datetime) -> None:
        """Let the cases that were opened since begin their lives, in an order that does not hang on their numbers."""
        found = list(Case.objects.filter(pk__gt=self.newest))
        self.newest = max((case.pk for case in found), default=self.newest)
        for case in sorted(found, key=lambda case: (case.subject_id, case.kind)):
            self.begin(case, at)

    def _do(self, player: Player, case: Case, verb: str, *fields: tuple[str, object]) -> str:
        """Press one of the buttons on a case's page; return where it leads."""
        return self.world.screen(player.user_id).do(f"/cases/{case.pk}/{verb}/", list(fields))

    def _share(self, name: str) -> bool:
        return self.world.chance(self.world.how.share("cases", name))

    # --- one case ------------------------------------------------------------------------------------------------------

    def begin(self, case: Case, at: datetime) -> None:
        """Decide what will become of a case."""
        random = self.world.random
        if case.kind == "health.risk_contact" and self._share("observed"):
            self._next(case.pk, at + self.world.minutes(30, 150), self._observe, set(LIVE))
        self.begun += 1
        # The first cases go every way there is, so that a small district shows them too.
        way = (
            WAYS_FIRST[self.begun - 1]
            if self.begun <= len(WAYS_FIRST)
            else random.choices(list(self.ways), list(self.ways.values()))[0]
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
        if case.holder_id in self.world.cast.by_id:
            return self.world.cast.by_id[case.holder_id]
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
        worker = self.worker_for(case)
        secretary = self.world.cast.in_village(case.division_id, "secretary")
        if way == "late":
            # The street hands out what nobody took.
            street = self.world.cast.of_street(case.division_id)
            worker = secretary or worker
            self._do(street, case, "assign", ("user", worker.user_id), ("reason", "逾期，请马上办理"))
        else:
            if secretary is not None and self.world.chance(0.2):
                worker = secretary
            self._do(worker, case, "take")
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
        if case.subject_id not in self.world.watched and self._share("slow"):
            return  # in hand, and nothing comes of it yet
        ready = self.goods.bring(case, at, worker)
        if ready is not None:
            self._next(case.pk, ready + self.world.minutes(5, 120), self._meet, {Status.IN_HAND})

    def _meet(self, case: Case, at: datetime) -> None:
        worker = self.worker_for(case)
        if self.goods.is_on_the_way(case.pk):
            self._next(case.pk, at + self.world.minutes(90, 300), self._meet, {Status.IN_HAND})
            return
        self._do(worker, case, "meet", ("note", self.world.random.choice(DONE_WORDS[case.office])))
        if self._share("confirmed"):
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
        is_met = not self._share("not_met")
        if how == VerifiedHow.HOUSEHOLD_LINK:
            sent = ConfirmationLink.objects.filter(case=case, way=LinkWay.SENT)
            before = sent.count()
            self._do(self.worker_for(case), case, "send-link")
            if sent.count() > before:
                self.says_met[case.pk] = is_met
                return
            how = VerifiedHow.HOUSEHOLD_CALL  # no number of their own: somebody else asks
        second = self._second_person(case)
        if second is None:
            return
        self._do(
            second,
            case,
            "confirm",
            ("submission_id", self.world.submission()),
            ("how", how.value),
            ("is_met", "yes" if is_met else "no"),
            ("note", "" if is_met else "户主说东西没有收齐"),
        )
        self._after_confirming(case, at, is_met=is_met)

    def got_link(self, link: str, at: datetime) -> None:
        """Let a household that has got its link answer by it, or lay the phone aside."""
        row = ConfirmationLink.objects.get(pk=int(link.removeprefix("/v/").partition(".")[0], 36))
        is_met = self.says_met.pop(row.case_id, True)
        if self._share("link_used"):
            self._next(
                row.case_id,
                at + self.world.minutes(3, 200),
                lambda case, at: self._confirm_by_link(case, at, link, is_met=is_met),
                {Status.MET},
            )

    def _confirm_by_link(self, case: Case, at: datetime, link: str, *, is_met: bool) -> None:
        """Let the household open its link and press its answer."""
        page = self.world.phone.open(link)
        if not submission_in(page):
            return
        self.world.phone.send(link, {"submission": submission_in(page), "answer": "yes" if is_met else "no"})
        self._after_confirming(case, at, is_met=is_met)

    def _after_confirming(self, case: Case, at: datetime, *, is_met: bool) -> None:
        if not is_met:
            self._next(case.pk, at + self.world.minutes(60, 240), self._meet, {Status.IN_HAND})
        elif self._share("closed_by_hand"):
            self._next(case.pk, at + self.world.minutes(30, 400), self._close, {Status.VERIFIED})

    def _second_person(self, case: Case) -> Player | None:
        """Return somebody of the place who never handled this case."""
        handlers = queries.handlers_of(case)
        cast = self.world.cast
        posts = [cast.in_village(case.division_id, post) for post in ("secretary", "grid", "doctor", "charge")]
        found = [player for player in (*posts, cast.of_street(case.division_id)) if player is not None]
        return next((player for player in found if player.user_id not in handlers), None)

    def _close(self, case: Case, at: datetime) -> None:
        self._do(self.worker_for(case), case, "close")

    def _give_up(self, case: Case, at: datetime) -> None:
        reason = self.world.random.choice(GIVEN_UP_BECAUSE)
        self._do(self.worker_for(case), case, "give-up", ("seen", Status.IN_HAND.value), ("reason", reason))

    # --- handing on ----------------------------------------------------------------------------------------------------

    def _refer(self, case: Case, at: datetime) -> None:
        """Ask the doctor or the cadre in charge to help; they accept, refuse, or have not looked yet."""
        worker, cast = self.worker_for(case), self.world.cast
        posts = ("doctor", "charge") if case.office == "health" else ("charge", "doctor")
        helper = next((found for post in posts if (found := cast.in_village(case.division_id, post))), None)
        if helper is None or helper.user_id == worker.user_id:
            self._work(case, at, worker)
            return
        self._do(worker, case, "refer", ("user", helper.user_id), ("reason", "请协助上门看一下"))
        self._answer_later(case, at, helper, "今天已排满，请找卫生院")

    def _transfer(self, case: Case, at: datetime) -> None:
        """Offer a case to the district's office; it accepts, refuses, or has not looked yet."""
        worker = self.worker_for(case)
        secretary = self.world.cast.in_village(case.division_id, "secretary") or worker
        office = case.office if case.office in self.world.cast.players else "district"
        self._do(
            secretary,
            case,
            "transfer",
            ("area", case.division_id[:6]),
            ("office", case.office),
            ("reason", "村里解决不了，请区里协调"),
        )
        self._answer_later(case, at, self.world.cast[office], "属街道职责，请街道先办")

    def _answer_later(self, case: Case, at: datetime, receiver: Player, refusal: str) -> None:
        offered = Referral.objects.filter(case=case).order_by("-pk").first()
        answer = self.world.random.choices(("accept", "reject", "wait"), (50, 25, 25))[0]
        if answer == "wait" or offered is None:
            return

        def do(case: Case, moment: datetime) -> None:
            # Where it was settled meanwhile, the page says so.
            self.world.screen(receiver.user_id).do(
                f"/cases/referrals/{offered.pk}/answer/",
                {"answer": answer, "reason": "" if answer == "accept" else refusal},
            )
            case.refresh_from_db()
            self._work(case, moment, self.worker_for(case))

        self._next(case.pk, at + self.world.minutes(20, 240), do, set(LIVE))
