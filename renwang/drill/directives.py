"""The district commands: one directive to all subdistricts and villages, acknowledged and answered by most, on their own pages."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial

from renwang.programmes.command.models import AskedFigure, Copy
from renwang.programmes.command.rules import Cadence, CopyStatus, FigureKind, UnitKind, Urgency

from .cast import DISTRICT
from .doors import ClosedDoor
from .pages import number_at_end
from .world import World

TITLE = "关于开展返乡人员摸排和居家观察的通知"
TEXT = """各街道（乡镇），各村（社区），区有关部门：
一、各村（社区）今天起逐户摸排返乡人员，做到不漏一户、不漏一人。
二、对需要居家观察的人员，落实责任人，每天上午、下午各测一次体温，并解决其生活困难。
三、每天17时前报送当天数据；发现发热人员，立即报告区卫生健康局。"""
FIGURES = ("返乡人员", "居家观察")
TO = ("all:streets", "all:villages", f"office:{DISTRICT}:health")
AT = "%Y-%m-%dT%H:%M"  # as a browser sends a moment


class Directives:
    """What the district command asks of its units in a play."""

    def __init__(self, world: World) -> None:
        self.world = world

    def begin(self) -> None:
        """Issue the directive on the first morning; let units acknowledge it and report every afternoon."""
        days = self.world.days
        self.world.put(days.at(days.day(0), time(9, 15)), self._issue)

    def _issue(self, at: datetime) -> None:
        """Let the command write its directive on the page for it, tick all units, and issue it."""
        days = self.world.days
        first = days.day(0)
        fields: list[tuple[str, object]] = [
            ("submission_id", self.world.submission()),
            ("number", f"坊防指发〔{first.year}〕4号"),
            ("title", TITLE),
            ("text", TEXT),
            ("office", "command"),
            ("area", DISTRICT),
            ("urgency", Urgency.URGENT.value),
            ("acknowledge_by", days.at(first, time(13)).strftime(AT)),
            ("cadence", Cadence.DAILY.value),
            ("report_by", days.at(first, time(17)).strftime(AT)),
            ("closes_on", days.today + timedelta(days=7)),
            *(("unit", key) for key in TO),
        ]
        for place, label in enumerate(FIGURES):
            fields += [(f"figure_{place}", label), (f"unit_{place}", "人"), (f"kind_{place}", FigureKind.WHOLE.value)]
        directive = number_at_end(self.world.screen_of("district").do("/directives/new/", fields))
        figures = list(AskedFigure.objects.filter(directive_id=directive).values_list("pk", flat=True))
        for copy in Copy.objects.filter(directive_id=directive).order_by("pk"):
            username = self._who(copy)
            if username is None or not self._share("acknowledges"):
                continue
            self.world.put(at + self.world.minutes(5, 200), partial(self._acknowledge, copy_id=copy.pk, by=username))
            for day in days.all():
                if self._share("reports"):
                    told = days.at(day, time(14)) + self.world.minutes(0, 170)
                    self.world.put(told, partial(self._report, copy_id=copy.pk, by=username, figures=figures))

    def _share(self, name: str) -> bool:
        return self.world.chance(self.world.how.share("units", name))

    def _who(self, copy: Copy) -> str | None:
        if copy.kind == UnitKind.OFFICE:
            return copy.office
        if copy.kind == UnitKind.STREET:
            return self.world.cast.of_street(copy.division_id).username
        secretary = self.world.cast.in_village(copy.division_id, "secretary")
        return secretary.username if secretary else None

    def _acknowledge(self, at: datetime, copy_id: int, by: str) -> None:
        self._press(by, copy_id, "acknowledge")
        if Copy.objects.get(pk=copy_id).status == CopyStatus.SENT:
            raise ClosedDoor(f"{by} could not acknowledge copy {copy_id}")

    def _report(self, at: datetime, copy_id: int, by: str, figures: Sequence[int]) -> None:
        """Fill in the report of the day; what the page does not take comes back with words and ends the play."""
        returned = self.world.random.randint(2, 40)
        numbers = zip(figures, (returned, returned // 4), strict=True)
        self._press(
            by,
            copy_id,
            "report",
            ("submission_id", self.world.submission()),
            ("text", "已逐户摸排，居家观察人员均已落实责任人。"),
            *((f"figure_{key}", number) for key, number in numbers),
        )

    def _press(self, by: str, copy_id: int, verb: str, *fields: tuple[str, object]) -> None:
        self.world.screen_of(by).do(f"/directives/copies/{copy_id}/{verb}/", fields)
