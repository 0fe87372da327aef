"""Two offices' workbooks: one that was checked and entered, one whose faults an officer still has to look at."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from renwang.foundation.sheets.engine.writing import sheet_bytes
from renwang.loop.registry import actions as registry
from renwang.loop.registry.models import Household
from renwang.loop.registry.rules import HouseholdIn, Relation, Sex

from .cast import NEXT_STREET, STORY_STREET
from .keeping import Keeping
from .people import Inventor, Neighbour
from .setting import remember
from .world import World

TITLES = (
    "户编号",
    "姓名",
    "与户主关系",
    "证件号码",
    "性别",
    "乡镇",
    "村",
    "家庭住址",
    "户联系电话",
    "联系电话",
    "户属性",
)
RELATIONS = {
    Relation.HEAD: "户主",
    Relation.SPOUSE: "配偶",
    Relation.SON: "子",
    Relation.DAUGHTER: "女",
    Relation.PARENT: "父母",
}
GOOD, FAULTY = WORKBOOKS = ("坊安街道新增边缘户台账.xlsx", "九龙街道返乡人员登记表.xlsx")
HOUSEHOLDS_IN_LEDGER = 14


class Ledgers:
    """The imports of a play."""

    def __init__(self, world: World, keeping: Keeping, seed: int) -> None:
        self.world = world
        self.keeping = keeping
        self.inventor = Inventor(seed + 2, first_phone=50_000_000, how=world.how)

    def begin(self) -> None:
        """Let one office enter its workbook on the first day, and another hand one in this morning."""
        days = self.world.days
        self.world.put(days.at(days.day(0), time(9, 30)), self._good)
        self.world.put(days.at(days.today, time(8, 40)), self._faulty)

    def _good(self, at: datetime) -> None:
        neighbours = self._neighbours(NEXT_STREET)
        rows = [row for one in neighbours for row in self._rows(one.told)]
        batch = self._hand_in(at, "relief", NEXT_STREET, GOOD, rows)
        later = at + timedelta(minutes=11)
        registry.apply_import(actor=self.world.named("relief", later), now=self.world.real(later), batch_id=batch)
        self.keeping.keep_promises(later)
        numbers = {self._number(one.told): one for one in neighbours}
        entered = Household.objects.filter(number__in=numbers).values_list("subject_id", "number")
        remember(self.world, {pk: numbers[number] for pk, number in entered})

    def _faulty(self, at: datetime) -> None:
        """A workbook as they come: a digit of an ID number wrong, a village nobody knows, letters in a phone."""
        rows = [row for one in self._neighbours(STORY_STREET)[:9] for row in self._rows(one.told)]
        rows[2][3] = rows[2][3][:-1] + ("0" if rows[2][3][-1] != "0" else "1")
        rows[5][6] = "龙银村"
        rows[8][9] = "1540OO12345"
        rows[11][1] = ""
        self._hand_in(at, "street", STORY_STREET, FAULTY, rows)

    def _hand_in(self, at: datetime, by: str, area: str, filename: str, rows: Sequence[Sequence[str]]) -> int:
        content = sheet_bytes(TITLES, rows, title=filename.removesuffix(".xlsx"), marked_by="演示数据")
        done = registry.receive_workbook(
            actor=self.world.named(by, at), now=self.world.real(at), area=area, filename=filename, content=content
        )
        self.keeping.keep_promises(at)
        return done.batch_id

    def _neighbours(self, street: str) -> list[Neighbour]:
        villages = [row for row in self.world.villages if row.code.startswith(street)]
        return list(self.inventor.households(villages, HOUSEHOLDS_IN_LEDGER, self.world.days.today))

    @staticmethod
    def _number(household: HouseholdIn) -> str:
        return household.number.replace("D", f"T{household.division[8:9]}")

    def _rows(self, household: HouseholdIn) -> list[list[str]]:
        names = {row.code: row.name for row in (*self.world.villages, *self.world.streets)}
        return [
            [
                self._number(household),
                person.name,
                RELATIONS.get(person.relation, "其他"),
                person.id_number,
                "男" if person.sex == Sex.MALE else "女",
                names.get(household.division[:9], ""),
                names.get(household.division, ""),
                household.address,
                household.phone,
                person.phone,
                "一般贫困户"
                if any(one.programme == "poor_household" for one in household.enrolments)
                else "边缘易致贫户",
            ]
            for person in household.members
        ]
