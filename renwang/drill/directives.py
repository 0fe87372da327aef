"""The district commands: one directive to all subdistricts and villages, acknowledged and answered by most, in the open by now."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial

from renwang.programmes.command import actions
from renwang.programmes.command.models import AskedFigure, Copy
from renwang.programmes.command.rules import Cadence, FigureAsked, Unit, UnitKind, Urgency

from .cast import DISTRICT
from .world import World

TITLE = "关于开展返乡人员摸排和居家观察的通知"
TEXT = """各街道（乡镇），各村（社区），区有关部门：
一、各村（社区）今天起逐户摸排返乡人员，做到不漏一户、不漏一人。
二、对需要居家观察的人员，落实责任人，每天上午、下午各测一次体温，并解决其生活困难。
三、每天17时前报送当天数据；发现发热人员，立即报告区卫生健康局。"""
FIGURES = (FigureAsked("返乡人员", "人"), FigureAsked("居家观察", "人"))
# How many of the units do what, by chance; the others are on the list of who has not.
ACKNOWLEDGES, REPORTS = 0.9, 0.85


class Directives:
    """What the district command asks of its units in a play."""

    def __init__(self, world: World) -> None:
        self.world = world

    def begin(self) -> None:
        """Issue the directive on the first morning; let units acknowledge it and report every afternoon."""
        days = self.world.days
        self.world.put(days.at(days.day(0), time(9, 15)), self._issue)

    def _issue(self, at: datetime) -> None:
        days = self.world.days
        streets = [Unit(UnitKind.STREET, row.code) for row in self.world.streets]
        villages = [Unit(UnitKind.VILLAGE, row.code) for row in self.world.villages]
        first = days.at(days.day(0), time(17))
        done = actions.issue_directive(
            actor=self.world.named("district", at),
            now=self.world.real(at),
            draft=actions.DirectiveDraft(
                number=f"坊防指发〔{days.day(0).year}〕4号",
                title=TITLE,
                text=TEXT,
                office="command",
                area=DISTRICT,
                units=(*streets, *villages, Unit(UnitKind.OFFICE, DISTRICT, "health")),
                urgency=Urgency.URGENT,
                acknowledge_by=days.at(days.day(0), time(13)),
                cadence=Cadence.DAILY,
                report_by=first,
                closes_on=days.today + timedelta(days=7),
                figures=FIGURES,
            ),
            submission_id=self.world.submission(),
        )
        figures = list(AskedFigure.objects.filter(directive_id=done.directive_id).values_list("pk", flat=True))
        for copy in Copy.objects.filter(pk__in=done.copy_ids).order_by("pk"):
            username = self._who(copy)
            if username is None or not self.world.chance(ACKNOWLEDGES):
                continue
            self.world.put(at + self.world.minutes(5, 200), partial(self._acknowledge, copy_id=copy.pk, by=username))
            for day in days.all():
                if self.world.chance(REPORTS):
                    told = days.at(day, time(14)) + self.world.minutes(0, 170)
                    self.world.put(told, partial(self._report, copy_id=copy.pk, by=username, figures=figures))

    def _who(self, copy: Copy) -> str | None:
        if copy.kind == UnitKind.OFFICE:
            return copy.office
        if copy.kind == UnitKind.STREET:
            return self.world.cast.of_street(copy.division_id).username
        secretary = self.world.cast.in_village(copy.division_id, "secretary")
        return secretary.username if secretary else None

    def _acknowledge(self, at: datetime, copy_id: int, by: str) -> None:
        actions.acknowledge(actor=self.world.named(by, at), now=self.world.real(at), copy_id=copy_id)

    def _report(self, at: datetime, copy_id: int, by: str, figures: Sequence[int]) -> None:
        returned = Decimal(self.world.random.randint(2, 40))
        actions.report(
            actor=self.world.named(by, at),
            now=self.world.real(at),
            copy_id=copy_id,
            submission_id=self.world.submission(),
            text="已逐户摸排，居家观察人员均已落实责任人。",
            figures=dict(zip(figures, (returned, Decimal(int(returned) // 4)), strict=True)),
        )
