"""Households answer by themselves: a helper sends the link of the day, and most of them use it in the course of the morning."""

from datetime import date, datetime, time
from functools import partial

from renwang.loop.rounds import queries
from renwang.loop.rounds.models import Contact
from renwang.loop.rounds.rules import OPEN_STATES

from .asking import Asking
from .doors import ClosedDoor
from .filling import is_unwell, report_fields
from .pages import link_in, submission_in
from .telling import answers_of
from .world import World

SPENT = (404, 410)  # the link opens no longer
HANDED_OUT = time(8, 5)


class Reports:
    """The self-reports of a play."""

    def __init__(self, world: World, asking: Asking) -> None:
        self.world = world
        self.asking = asking

    def begin(self) -> None:
        """Write down when links are given."""
        for day in self.world.days.all():
            self.world.put(self.world.days.at(day, HANDED_OUT), partial(self._hand_out, day=day))

    def _hand_out(self, at: datetime, day: date) -> None:
        """Let every helper send those who like to answer by themselves their link."""
        rows = Contact.objects.filter(day=day, slot=0, user__isnull=False, state__in=OPEN_STATES)
        likes: dict[int, list[Contact]] = {}
        for row in rows.order_by("user_id", "pk"):
            home = self.world.homes.get(row.household_id)
            if home is not None and home.temper.reports_itself and row.user_id and row.user_id not in self.world.away:
                likes.setdefault(row.user_id, []).append(row)
        for user_id, several in likes.items():
            self.world.put(at + self.world.minutes(0, 10), partial(self._send_links, user_id=user_id, rows=several))

    def _send_links(self, at: datetime, user_id: int, rows: list[Contact]) -> None:
        for row in rows:
            answer = self.world.screen(user_id).send(f"/my/contact/{row.pk}/link/", ())
            path = link_in(answer.text)
            if path and self.world.chance(self.world.how.share("answers", "link_used")):
                later = at + self.world.minutes(*self.world.how.minutes("answers", "link_delay"))
                self.world.put(later, partial(self.report, row=row, path=path))

    def report(self, at: datetime, row: Contact, path: str) -> None:
        """Open the link, and tell how the family is: on one page where all is well, on two where it is not."""
        if row.pk in self.asking.done:
            return
        page = self.world.phone.open(path)
        if not page:
            return
        self.asking.done.add(row.pk)
        asked = queries.asked_in_contacts([row.pk])[row.pk]
        answers = answers_of(self.world, self.world.homes[row.household_id], asked, row.day, row.slot)
        submission = ("submission_id", submission_in(page))
        unwell = is_unwell(answers)
        if any(unwell.values()):
            first = [(name, "yes" if is_so else "no") for name, is_so in unwell.items()]
        else:
            first = [("all_well", "1")]
        if any(unwell.values()) or asked.own:
            answer = self.world.phone.send(path, [submission, *first])
            second = [submission, ("step", "2"), *first, *report_fields(answers)]
            answer = self.world.phone.send(path, second)
        else:
            answer = self.world.phone.send(path, [submission, *first])
        if answer.status != 200 and answer.status not in SPENT:
            raise ClosedDoor(f"self-report: {answer.status}")
        self.asking.casework.take_up(at)
