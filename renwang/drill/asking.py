"""Helpers work: they open their list on the phone several times a day, call, visit, and hand in what they were told."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from renwang.loop.rounds import queries
from renwang.loop.rounds.models import Contact
from renwang.loop.rounds.rules import Asked, ContactState

from .casework import Casework
from .doors import ClosedDoor
from .filling import answer_fields
from .keeping import Keeping
from .pages import day_list, submission_in
from .telling import answers_of, says_something
from .world import Home, World

# When somebody sits down to their list. The second contact of a day begins at two in the afternoon.
SITTINGS = (time(8, 30), time(11, 15), time(14, 10), time(16, 10), time(18, 30), time(19, 45))
MOST_IN_A_SITTING = 16
VISITS_IN_A_SITTING = 6
SOON = timedelta(minutes=75)  # after which a number that did not answer is called again
# Whose list is left half done today, for whoever looks at the demo.
LEAVES_SOME = ("helper", "grid")
GONE = 404  # the household is no longer on this list
NOTES = {
    "wrong_number": "接电话的人说打错了",
    "moved_away": "邻居说已搬到县城女儿家",
    "not_home": "敲门无人应，已留便条",
}


@dataclass(frozen=True)
class Tried:
    """One try of a sitting: at whom, by which mode, when, and how it ended."""

    row: Contact
    mode: str
    at: datetime
    outcome: str


class Asking:
    """All that helpers do with their lists in a play."""

    def __init__(self, world: World, casework: Casework, keeping: Keeping) -> None:
        self.world = world
        self.casework = casework
        self.keeping = keeping
        self.done: set[int] = set()  # contacts whose answer is on its way
        self.not_before: dict[int, datetime] = {}
        self.at_work: set[int] = set()
        self.finished: set[int] = set()  # whose list was empty at the last look today

    def begin(self) -> None:
        """Write down when everybody begins, and when the system works out what phones have handed in."""
        days = self.world.days
        for day in days.all():
            self.world.put(days.at(day, time(7, 0)), partial(self._begin_day, day=day), by_day=False)
            self.world.put(days.at(day, time(13, 30)), partial(self._call_in, day=day), by_day=False)
            for half_hour in range(15, 43):
                at = days.at(day, time(half_hour // 2, half_hour % 2 * 30))
                self.world.put(at, self.follow, by_day=False)

    def follow(self, at: datetime) -> None:
        """Let the system work out what phones have handed in, and the cases that come of it begin their lives."""
        self.keeping.tick("rounds.work_out", at)
        self.casework.take_up(at)

    # --- the day -----------------------------------------------------------------------------------------------------------

    def _begin_day(self, at: datetime, day: date) -> None:
        """Everybody's list of the day is there: the worker has made it at night."""
        self.world.say(f"{day.isoformat()}")
        self.at_work.clear()
        self.finished.clear()
        self._call_in(at, day)

    def _call_in(self, at: datetime, day: date) -> None:
        """Let whoever has a list and is not at work yet sit down to it several times; a few come late, fewer never."""
        self.finished.clear()
        users = (
            Contact.objects.filter(day=day, user__isnull=False).order_by("user_id").values_list("user_id", flat=True)
        )
        for user_id in users.distinct():
            if user_id in self.at_work | self.world.away:
                continue
            self.at_work.add(user_id)
            is_late = self.world.chance(self.world.how.share("work", "late"))
            if self.world.chance(self.world.how.share("work", "idle")):
                continue
            for hour in SITTINGS[2 if is_late else 0 :]:
                begins = self.world.days.at(day, hour) + self.world.minutes(0, 22)
                if begins > at:
                    self.world.put(begins, partial(self._sit_down, user_id=user_id, day=day))

    def _sit_down(self, at: datetime, user_id: int, day: date) -> None:
        """Let one worker go through what the list shows: some calls and some visits, one after the other."""
        if user_id in self.finished:
            return
        shown = day_list(self.world.screen(user_id).get("/my/"))
        if shown.is_empty:
            self.finished.add(user_id)
            return
        waiting = [pk for pk in shown.calls if self._is_to_try(pk, at)][:MOST_IN_A_SITTING]
        visits = [pk for pk in shown.visits if self._is_to_try(pk, at)][:VISITS_IN_A_SITTING]
        if day == self.world.days.today:
            most = self._left_to_do(user_id, day)
            waiting, visits = waiting[:most], visits[: max(most - len(waiting), 0)]
        rows = Contact.objects.in_bulk([*waiting, *visits])
        asked = queries.asked_in_contacts(list(rows))
        tried, moment = [], at
        for pk in (*waiting, *visits):
            if rows[pk].household_id not in self.world.homes:
                continue
            one = self._try(rows[pk], "visit" if pk in visits else "call", moment)
            moment = one.at
            tried.append(one)
        self._hand_in_all(tried, asked, user_id, moment)

    def _is_to_try(self, contact_id: int, at: datetime) -> bool:
        return contact_id not in self.done and self.not_before.get(contact_id, at) <= at

    def _left_to_do(self, user_id: int, day: date) -> int:
        """Return how many more may be tried today: whoever visits the demo finds their own list half done, at any hour."""
        if user_id not in {self.world.cast[name].user_id for name in LEAVES_SOME}:
            return MOST_IN_A_SITTING + VISITS_IN_A_SITTING
        mine = Contact.objects.filter(user_id=user_id, day=day)
        touched = mine.exclude(state=ContactState.DUE).values_list("pk", flat=True)
        return max(
            mine.count() * 2 // 5 - len({*touched, *self.done.intersection(mine.values_list("pk", flat=True))}), 0
        )

    # --- one household -------------------------------------------------------------------------------------------------

    def _try(self, row: Contact, mode: str, at: datetime) -> Tried:
        outcome = self._outcome(self.world.homes[row.household_id], row, mode)
        lasts = "visit" if mode == "visit" else "call" if outcome == "answered" else "vain"
        takes = self.world.minutes(*self.world.how.minutes("work", f"{lasts}_minutes"))
        self.world.worked[mode] += takes.total_seconds() / 60
        return Tried(row, mode, at + takes, outcome)

    def _outcome(self, home: Home, row: Contact, mode: str) -> str:
        """Return how a try ends, by the household's temper and by chance."""
        temper = home.temper
        if (home.household_id, row.day, row.slot) in self.world.script:
            return "answered"
        if mode == "visit":
            if temper.moved_away:
                return "moved_away"
            if temper.never_home:
                return "not_home"
        elif temper.wrong_number:
            return "no_such_number" if temper.number_is_dead else "wrong_number"
        elif temper.never_home or temper.moved_away:
            return "no_answer"
        if temper.refuses:
            return "refused"
        weights = self.world.how.shares("answers", mode)
        weights["answered"] *= 1 + 0.25 - temper.gives_trouble * 0.25
        return str(self.world.random.choices(list(weights), list(weights.values()))[0])

    def _hand_in_all(self, tried: Sequence[Tried], asked: dict[int, Asked], user_id: int, end: datetime) -> None:
        """Write down what was told at its moment; that all is well is kept on the phone and handed in at the end, in one go."""
        well: list[dict[str, Any]] = []
        for one in tried:
            if one.outcome != "answered":
                self.not_before[one.row.pk] = one.at + SOON
                self.world.put(one.at, partial(self._note, user_id=user_id, tried=one), by_day=False)
                continue
            self.done.add(one.row.pk)
            home = self.world.homes[one.row.household_id]
            answers = answers_of(self.world, home, asked[one.row.pk], one.row.day, one.row.slot)
            if says_something(answers):
                self.world.put(one.at, partial(self._record, user_id=user_id, tried=one, answers=answers), by_day=False)
                continue
            well.append(
                {
                    "submission_id": str(self.world.submission()),
                    "contact": one.row.pk,
                    "mode": one.mode,
                    "answers": answers,
                    "told_at": self.world.real(one.at).isoformat(),
                    "told_by": home.members[0].person_id if home.members else None,
                    "is_partial": self.world.chance(self.world.how.share("answers", "partial")),
                }
            )
        if well:
            self.world.put(end, partial(self._hand_in, user_id=user_id, told=well), by_day=False)

    # --- the three ways in ---------------------------------------------------------------------------------------------

    def _note(self, at: datetime, user_id: int, tried: Tried) -> None:
        """Tap how a try in vain has ended. Whose answer has come since the list was opened is not called: their page says so."""
        if tried.row.pk in self.done:
            return
        self._tap(
            user_id,
            tried.row.pk,
            [
                ("submission_id", self.world.submission()),
                ("outcome", tried.outcome),
                ("mode", tried.mode),
                ("note", NOTES.get(tried.outcome, "")),
                ("told_at", self.world.real(tried.at)),
            ],
        )

    def _record(self, at: datetime, user_id: int, tried: Tried, answers: dict[str, Any]) -> None:
        """Open the household's page and fill it in."""
        path = f"/my/contact/{tried.row.pk}/"
        answer = self.world.screen(user_id).open(path)
        if answer.status == GONE:
            return
        fields = [
            ("submission_id", submission_in(answer.text)),
            ("outcome", "answered"),
            ("mode", tried.mode),
            ("told_at", self.world.real(tried.at)),
        ]
        self._tap(user_id, tried.row.pk, [*fields, *answer_fields(answers)])
        self.casework.take_up(at)

    def _tap(self, user_id: int, contact_id: int, fields: Sequence[tuple[str, Any]]) -> None:
        answer = self.world.screen(user_id).send(f"/my/contact/{contact_id}/", fields, as_script=True)
        if answer.status not in (201, GONE):
            raise ClosedDoor(f"contact {contact_id}: {answer.status} {json.loads(answer.text)}")

    def _hand_in(self, at: datetime, user_id: int, told: Sequence[dict[str, Any]]) -> None:
        """Let the phone hand in what it has gathered, as a device."""
        for one, became in zip(told, self.world.screen(user_id).hand_in(told), strict=True):
            # 403: meanwhile somebody else is responsible for the household.
            if became["status"] not in (201, 403, GONE):
                raise ClosedDoor(f"contact {one['contact']}: {became}")
