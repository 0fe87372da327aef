"""The day is told: every evening an office reads the day's draft and writes its opening words, and the command publishes it."""

from datetime import date, datetime, time
from functools import partial

from .cast import DISTRICT
from .doors import ClosedDoor
from .pages import draft_in, form_in, number_at_end, version_in
from .world import World

# The worker drafts at five; who reads it has half an hour.
READ, PUBLISHED = time(17, 30), time(18, 10)
EDITOR = "health"
LATE_READINGS = "电网公司次日送来企业用电数据，补入复工电力指数"
# Numbers are placeholders of the bulletin: they follow their figures, and are masked where they must be.
LEAD = "今天全区应联系 {outreach.coverage#of} 户，联系率 {outreach.coverage}；排查发现情况 {findings.count} 项，未办事项 {cases.open} 件。"
LEAD_EN = (
    "Today {outreach.coverage#of} households of the district were to be asked, and {outreach.coverage} were reached; "
    "{findings.count} findings came in, and {cases.open} cases are being worked on."
)


class Bulletins:
    """The bulletins of a play."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.edited: dict[date, int] = {}

    def begin(self) -> None:
        """Write down when each day's bulletin is read and published."""
        for day in self.world.days.all():
            self.world.put(self.world.days.at(day, READ), partial(self._edit, day=day))
            self.world.put(self.world.days.at(day, PUBLISHED), partial(self._publish, day=day))

    def _edit(self, at: datetime, day: date) -> None:
        """Let an office open the day's draft, take the latest figures, write the opening words, and keep them."""
        screen = self.world.screen_of(EDITOR)
        number = draft_in(screen.get("/bulletins/"))
        if not number:
            # The worker drafts on the hour; where it has not, somebody presses the button.
            number = number_at_end(screen.do("/bulletins/draft/", {"area": DISTRICT}))
        screen.do(f"/bulletins/{number}/refresh/")
        path = f"/bulletins/{number}/edit/"
        screen.do(path, form_in(screen.get(path)) | {"lead": LEAD, "lead_en": LEAD_EN})
        self.edited[day] = number

    def _publish(self, at: datetime, day: date) -> None:
        """Let the command read the bulletin as it will be published, and publish it."""
        path = f"/bulletins/{self.edited[day]}/"
        screen = self.world.screen_of("district")
        version = version_in(screen.get(f"{path}?as=published"))
        screen.do(f"{path}publish/", {"version": version})
        if version_in(screen.get(path)):
            raise ClosedDoor(f"the bulletin of {day} is still a draft")


def count_yesterday_anew(world: World) -> None:
    """Let the command have yesterday counted anew: what the grid company sent of it came after the day was fixed."""
    if world.days.count < 2:
        return
    fields = {"area": DISTRICT, "day": world.days.all()[-2].isoformat(), "reason": LATE_READINGS}
    world.screen_of("district").do("/indicators/correct/", fields)
