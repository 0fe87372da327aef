"""What happens to somebody in particular: the lorry driver back from Wuhan, an old couple, and what officers do beside."""

from collections.abc import Callable
from datetime import datetime, time

from renwang.foundation.access import actions as access
from renwang.loop.assignments import actions as assignments
from renwang.loop.assignments.models import Assignment
from renwang.loop.registry import actions as registry
from renwang.loop.registry.rules import Sex

from .cast import DISTRICT, NEXT_STREET, STORY_STREET, STORY_VILLAGE
from .keeping import Keeping
from .world import Home, World

LAST_STREET = "370704009"
NEXT_VILLAGE = "370704006D02"
LOOK_BECAUSE = ("电话排查，需要拨打", "核对户主身份信息", "送药前电话确认", "个案回访")
OBSERVED_SINCE = "从武汉返回，居家医学观察14天"


class Stories:
    """The told stories of a play."""

    def __init__(self, world: World, keeping: Keeping) -> None:
        self.world = world
        self.keeping = keeping
        self.driver: Home | None = None

    def begin(self) -> None:
        """Choose who it happens to, and when."""
        first, today = self.world.days.day(0), self.world.days.today
        self.driver = self._find(self._is_driver)
        if self.driver is not None:
            self._drive(self.driver)
        couple = self._find(lambda home: home is not self.driver and self._is_old_couple(home))
        if couple is not None:
            self._put_needs(couple)
        at = self.world.days.at
        self.world.put(at(first, time(10, 5)), self._break_glass)
        self.world.put(at(first, time(11, 40)), self._acknowledge)
        self.world.put(at(first, time(17, 30)), self._mend)
        self.world.put(at(today, time(8, 30)), self._break_glass_today)
        for place, day in enumerate(self.world.days.all()):
            for number in range(7):
                self.world.put(at(day, time(8 + number, 13 + place)), self._look)
        middle = self.world.days.day(max(self.world.days.count - 2, 0))
        self.world.put(at(middle, time(13, 10)), self._hand_over)
        self.world.put(at(middle, time(20, 10)), self._call_in_sick)
        self.world.put(at(today, time(8, 5)), self._propose)

    def _find(self, fits: Callable[[Home], bool]) -> Home | None:
        return next((home for home in self.world.homes.values() if home.village == STORY_VILLAGE and fits(home)), None)

    # --- the lorry driver ----------------------------------------------------------------------------------------------

    @staticmethod
    def _is_driver(home: Home) -> bool:
        head = home.members[0] if home.members else None
        return (
            head is not None
            and head.told.sex == Sex.MALE
            and 36 <= head.age <= 58
            and len(home.members) >= 3
            and home.temper.has_phone
            and not home.stands_on("poor_household")
        )

    def _drive(self, home: Home) -> None:
        """He brought vegetables to Wuhan and came back the night before the first day."""
        days, driver = self.world.days, str(home.members[0].person_id)
        self.world.watched.add(home.members[0].person_id)
        came_back = days.day(-1).isoformat()
        temperatures = (36.6, 36.8, 36.5, 36.9, 36.7, 36.8)
        for place, day in enumerate(days.all()):
            for slot in (0, 1):
                told: dict[str, object] = {
                    "all_well": True,
                    "members": {
                        str(member.person_id): {"temperature": temperatures[(2 * place + slot + number) % 6]}
                        for number, member in enumerate(home.members)
                    },
                }
                self.world.script[home.household_id, day, slot] = told
        self.world.script[home.household_id, days.day(0), 0] = {
            "all_well": False,
            "members": {
                driver: {
                    "temperature": 36.6,
                    "travel": {"place": "武汉市（送蔬菜）", "returned_on": came_back, "vehicle": "truck"},
                }
            },
        }
        if days.count > 1:
            self.world.script[home.household_id, days.day(1), 0] = {
                "all_well": False,
                "members": {driver: {"temperature": 36.5}},
                "needs": {"food": {"what": "面粉、蔬菜（隔离不能出门）", "days_left": 1, "for_infant": False}},
            }
        self.world.put(days.at(days.day(0), time(10, 50)), lambda at: self._observe(at, home))

    def _observe(self, at: datetime, home: Home) -> None:
        """The health office puts the household under observation; a neighbour who volunteers looks after it."""
        now = self.world.real(at)
        registry.enrol(
            actor=self.world.named("health", at),
            now=now,
            programme="observation",
            subject_ids=[home.household_id],
            reason=OBSERVED_SINCE,
        )
        volunteer = self.world.cast["volunteer"]
        assignments.assign(
            actor=self.world.named("street", at),
            now=now,
            duty="helper",
            pairs=[(volunteer.user_id, home.household_id)],
            reason="邻居志愿照护：每天测温两次、代购送到门口",
        )
        self.world.forget_actors()

    # --- an old couple who needs three things at once -----------------------------------------------------------------

    @staticmethod
    def _is_old_couple(home: Home) -> bool:
        return (
            home.stands_on("poor_household")
            and 1 <= len(home.members) <= 2
            and all(one.age >= 58 for one in home.members)
        )

    def _put_needs(self, home: Home) -> None:
        days = self.world.days
        day = days.day(max(days.count - 2, 0))
        self.world.script[home.household_id, day, 0] = {
            "all_well": False,
            "needs": {
                "food": {"what": "面粉、食用油", "days_left": 2, "for_infant": False},
                "medicine": {"what": "降压药", "days_left": 2, "is_chronic": True},
                "heating": {"what": "煤快烧完了", "days_left": 1},
            },
        }

    # --- what officers do beside ---------------------------------------------------------------------------------------

    def _break_glass(self, at: datetime) -> None:
        """The neighbouring village's secretary helps out while this one's is on the road."""
        secretary = self.world.cast.in_village(NEXT_VILLAGE, "secretary")
        if secretary is not None:
            self._break(at, secretary.username, STORY_VILLAGE, "龙吟村书记外出拉物资，代为接报一例发热")

    def _break_glass_today(self, at: datetime) -> None:
        officer = next(
            player.username
            for player in self.world.cast.players.values()
            if player.role == "street_officer" and player.area == NEXT_STREET
        )
        self._break(at, officer, STORY_STREET, "两街道交界处卡口联合排查，需查看返乡人员家庭")

    def _break(self, at: datetime, username: str, area: str, reason: str) -> None:
        done = access.break_glass(
            actor=self.world.named(username, at), now=self.world.real(at), area=area, reason=reason
        )
        self.world.forget_actors()
        self.broken = (username, done.break_glass_id)

    def _acknowledge(self, at: datetime) -> None:
        access.acknowledge_break_glass(
            actor=self.world.named("street", at), now=self.world.real(at), break_glass_id=self.broken[1]
        )

    def _mend(self, at: datetime) -> None:
        username, broken = self.broken
        access.mend_glass(actor=self.world.named(username, at), now=self.world.real(at), break_glass_id=broken)
        self.world.forget_actors()

    def _look(self, at: datetime) -> None:
        """Somebody opens a sealed field, and says why."""
        home = self.world.random.choice(list(self.world.homes.values()))
        secretary = self.world.cast.in_village(home.village, "secretary")
        if secretary is None or not home.members:
            return
        person = home.members[0]
        field = "phone" if person.told.phone else "id_number"
        registry.reveal_field(
            actor=self.world.actor(secretary.user_id, at),
            now=self.world.real(at),
            subject_id=person.person_id,
            field=field,
            reason=self.world.random.choice(LOOK_BECAUSE),
        )

    def _hand_over(self, at: datetime) -> None:
        """A helper falls ill; all of their households go to a colleague of the same street, in one action."""
        helpers = [
            player
            for row in self.world.villages
            if row.code.startswith(NEXT_STREET) and (player := self.world.cast.in_village(row.code, "helper"))
        ]
        busy = set(Assignment.objects.filter(until__isnull=True).values_list("user_id", flat=True))
        ill = next((helper for helper in helpers if helper.user_id in busy), None)
        colleague = next((helper for helper in helpers if helper is not ill), None)
        if ill is None or colleague is None:
            return
        actor, now = self.world.named("district", at), self.world.real(at)
        access.grant_role(
            actor=self.world.named("accounts", at), now=now, user_id=colleague.user_id, role="helper", area=ill.area
        )
        assignments.hand_over(
            actor=actor, now=now, from_user=ill.user_id, to_user=colleague.user_id, reason="发热就诊，居家观察"
        )
        assignments.set_availability(actor=actor, now=now, user_ids=[ill.user_id], is_available=False)
        self.world.forget_actors()

    def _call_in_sick(self, at: datetime) -> None:
        """Another helper will not come tomorrow, and nobody has taken over yet: their households stand on the list."""
        village = next(row for row in self.world.villages if row.code.startswith(LAST_STREET))
        helper = self.world.cast.in_village(village.code, "helper")
        if helper is not None:
            assignments.set_availability(
                actor=self.world.named("district", at),
                now=self.world.real(at),
                user_ids=[helper.user_id],
                is_available=False,
            )
            self.world.away.add(helper.user_id)

    def _propose(self, at: datetime) -> None:
        """The district lets the system propose helpers for all who have none; nobody has applied it yet."""
        assignments.propose_helpers(actor=self.world.named("district", at), now=self.world.real(at), area=DISTRICT)
        self.keeping.keep_promises(at)
