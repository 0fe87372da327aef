"""The offices ask: rounds are opened, days are planned, and workers sit down to their lists several times a day."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial

from renwang.loop.cases.models import Case
from renwang.loop.rounds import actions as rounds
from renwang.loop.rounds import kinds, queries
from renwang.loop.rounds.actions import AttemptMade, ByActor, CheckInTold
from renwang.loop.rounds.events import CheckInsRecorded
from renwang.loop.rounds.models import Contact
from renwang.loop.rounds.rules import OPEN_STATES, Asked, ContactState

from .casework import Casework
from .cast import DISTRICT
from .enquiries import DRAFTS, QUESTIONS
from .people import behaviour
from .telling import answers_of, says_something
from .world import Home, World

# When somebody sits down to their list. The second contact of a day begins at two in the afternoon.
SITTINGS = (time(8, 20), time(10, 0), time(14, 10), time(16, 10), time(18, 30), time(19, 45))
MOST_IN_A_SITTING = 16
VISITS_IN_A_SITTING = 6
SOON = timedelta(minutes=75)  # after which a number that did not answer is called again
# Whose list is left half done today, for whoever looks at the demo.
LEAVES_SOME = ("helper", "grid")
TALKING = {"call": (2.0, 5.0), "visit": (8.0, 15.0)}


class Asking:
    """All outreach of a play."""

    def __init__(self, world: World, casework: Casework) -> None:
        self.world = world
        self.casework = casework
        self.gathered: list[ByActor] = []
        self.done: set[int] = set()  # contacts whose answer is on its way
        self.not_before: dict[int, datetime] = {}
        self.at_work: set[int] = set()

    def begin(self) -> None:
        """Write down what will happen of its own accord: rounds opened, days planned, answers gathered."""
        days = self.world.days
        eve = days.at(days.day(-1), time(15))
        self.world.put(eve, self._questions)
        for minutes, key in enumerate(DRAFTS, start=1):
            self.world.put(eve + timedelta(minutes=7 * minutes), partial(self._open, key=key))
        for day in days.all():
            self.world.put(days.at(day, time(7, 0)), partial(self._begin_day, day=day), by_day=False)
            self.world.put(days.at(day, time(13, 30)), partial(self._call_in, day=day), by_day=False)
            for half_hour in range(15, 43):
                at = days.at(day, time(half_hour // 2, half_hour % 2 * 30))
                self.world.put(at, self.gather, by_day=False)
        if days.count > 1:
            self.world.put(days.at(days.day(days.count - 2), time(19, 30)), self._close_one)

    # --- the rounds -------------------------------------------------------------------------------------------------------

    def _questions(self, at: datetime) -> None:
        for office, questions in QUESTIONS.items():
            rounds.define_questions(
                actor=self.world.named(office, at), now=at, office=office, area=DISTRICT, questions=questions
            )

    def _open(self, at: datetime, key: str) -> None:
        """Draft a round and, unless it stays a draft, open it."""
        days = self.world.days
        draft = DRAFTS[key](days.day(0), days.day(1), days.today)
        actor = self.world.named(draft.office, at)
        made = rounds.draft_round(actor=actor, now=at, draft=draft)
        self.world.rounds[key] = made.round_id
        if key != "devices":
            rounds.open_round(actor=actor, now=at + timedelta(minutes=3), round_id=made.round_id)

    def _close_one(self, at: datetime) -> None:
        rounds.close_round(
            actor=self.world.named("civil", at), now=self.world.real(at), round_id=self.world.rounds["coal"]
        )

    # --- the day -----------------------------------------------------------------------------------------------------------

    def _begin_day(self, at: datetime, day: date) -> None:
        """Everybody's list of the day is there: the worker has made it at night."""
        self.world.say(f"{day.isoformat()}")
        self.at_work.clear()
        self._call_in(at, day)

    def _call_in(self, at: datetime, day: date) -> None:
        """Let whoever has a list and is not at work yet sit down to it several times; a few come late, fewer never."""
        users = (
            Contact.objects.filter(day=day, user__isnull=False).order_by("user_id").values_list("user_id", flat=True)
        )
        for user_id in users.distinct():
            if user_id in self.at_work | self.world.away:
                continue
            self.at_work.add(user_id)
            is_late, is_idle = self.world.chance(0.05), self.world.chance(0.008)
            if is_idle:
                continue
            self.world.put(
                max(at, self.world.days.at(day, time(8, 5))),
                partial(self._hand_out_links, user_id=user_id, day=day),
            )
            for hour in SITTINGS[2 if is_late else 0 :]:
                begins = self.world.days.at(day, hour) + self.world.minutes(0, 22)
                if begins > at:
                    self.world.put(begins, partial(self._sit_down, user_id=user_id, day=day))

    def _hand_out_links(self, at: datetime, user_id: int, day: date) -> None:
        """Send those who like to answer by themselves their link; most of them do, in the course of the morning."""
        rows = Contact.objects.filter(user_id=user_id, day=day, slot=0, state__in=OPEN_STATES).order_by("pk")
        likes = [
            row
            for row in rows
            if (home := self.world.homes.get(row.household_id)) is not None and home.temper.reports_itself
        ]
        if not likes:
            return
        made = rounds.make_links(
            actor=self.world.actor(user_id, at), now=self.world.real(at), contact_ids=[row.pk for row in likes]
        )
        asked = queries.asked_in_contacts([row.pk for row in likes])
        for row, link_id in zip(likes, made.link_ids, strict=True):
            if self.world.chance(0.85):
                self.world.put(
                    at + self.world.minutes(4, 210),
                    partial(self._report, row=row, link_id=link_id, asked=asked[row.pk]),
                )

    def _report(self, at: datetime, row: Contact, link_id: int, asked: Asked) -> None:
        is_open = Contact.objects.filter(pk=row.pk, state__in=OPEN_STATES).exists()
        if row.pk in self.done or not is_open:
            return
        self.done.add(row.pk)
        done = rounds.record_self_report(
            actor=self.world.system,
            now=self.world.real(at),
            link_id=link_id,
            submission_id=self.world.submission(),
            answers=answers_of(self.world, self.world.homes[row.household_id], asked, row.day, row.slot),
        )
        self._cases_of(at, done)

    def _sit_down(self, at: datetime, user_id: int, day: date) -> None:
        """Let one worker go through what is open on the list: some calls and some visits, one after the other."""
        slots = (0,) if at.astimezone(self.world.days.zone).time() < time(14) else (0, 1)
        found = Contact.objects.filter(user_id=user_id, day=day, state__in=OPEN_STATES, slot__in=slots).order_by(
            "slot", "next_try_at", "division_id", "household_id"
        )
        waiting = [row for row in found if row.pk not in self.done and self.not_before.get(row.pk, at) <= at]
        if day == self.world.days.today:
            waiting = waiting[: self._left_to_do(user_id, day)]
        calls = [row for row in waiting if row.mode != "visit"][:MOST_IN_A_SITTING]
        visits = [row for row in waiting if row.mode == "visit"][:VISITS_IN_A_SITTING]
        asked = queries.asked_in_contacts([row.pk for row in (*calls, *visits)])
        failed: list[tuple[Contact, str, datetime]] = []
        moment = at
        for row in (*calls, *visits):
            home = self.world.homes.get(row.household_id)
            if home is None:
                continue
            moment += self.world.minutes(*TALKING["visit" if row.mode == "visit" else "call"])
            outcome = self._outcome(home, row)
            if outcome != "answered":
                failed.append((row, outcome, moment))
                self.not_before[row.pk] = moment + SOON
                continue
            self.done.add(row.pk)
            answers = answers_of(self.world, home, asked[row.pk], day, row.slot)
            told = CheckInTold(
                submission_id=self.world.submission(),
                contact_id=row.pk,
                mode=row.mode if row.mode == "visit" else "call",
                answers=answers,
                told_at=self.world.real(moment),
                told_by=home.members[0].person_id if home.members else None,
                is_partial=self.world.chance(0.015),
            )
            if says_something(answers):
                self.world.put(moment, partial(self._record, user_id=user_id, told=told), by_day=False)
            else:
                self.world.put(
                    moment,
                    partial(self._hand_in, user_id=user_id, told=told),
                    by_day=False,
                )
        if failed:
            self.world.put(moment, partial(self._note, user_id=user_id, failed=failed), by_day=False)

    def _left_to_do(self, user_id: int, day: date) -> int:
        """Return how many more may be tried today: whoever visits the demo finds their own list half done, at any hour."""
        if user_id not in {self.world.cast[name].user_id for name in LEAVES_SOME}:
            return MOST_IN_A_SITTING + VISITS_IN_A_SITTING
        mine = Contact.objects.filter(user_id=user_id, day=day)
        touched = mine.exclude(state=ContactState.DUE).values_list("pk", flat=True)
        return max(
            mine.count() * 2 // 5 - len({*touched, *self.done.intersection(mine.values_list("pk", flat=True))}), 0
        )

    def _outcome(self, home: Home, row: Contact) -> str:
        """Return how a try ends, by the household's temper and by chance."""
        temper = home.temper
        if (home.household_id, row.day, row.slot) in self.world.script:
            return "answered"
        if row.mode == "visit":
            if temper.moved_away:
                return "moved_away"
            if temper.never_home:
                return "not_home"
        elif temper.wrong_number:
            return "wrong_number"
        elif temper.never_home or temper.moved_away:
            return "no_answer"
        if temper.refuses:
            return "refused"
        shares = behaviour()["answers"]["visit" if row.mode == "visit" else "call"]
        trouble = temper.gives_trouble * 0.25
        weights = {name: float(share) for name, share in shares.items() if name != "refused"}
        weights["answered"] = weights["answered"] * (1 + 0.25 - trouble)
        return str(self.world.random.choices(list(weights), list(weights.values()))[0])

    def _note(self, at: datetime, user_id: int, failed: Sequence[tuple[Contact, str, datetime]]) -> None:
        rounds.record_attempts(
            actor=self.world.actor(user_id, at),
            now=self.world.real(at),
            attempts=[
                AttemptMade(
                    submission_id=self.world.submission(),
                    contact_id=row.pk,
                    mode=row.mode if kinds.get(row.mode).asked_by_worker else "call",
                    outcome=outcome,
                    at=self.world.real(moment),
                    note=NOTES.get(outcome, ""),
                )
                for row, outcome, moment in failed
            ],
        )

    def _record(self, at: datetime, user_id: int, told: CheckInTold) -> None:
        done = rounds.record_check_ins(actor=self.world.actor(user_id, at), now=self.world.real(at), check_ins=[told])
        self._cases_of(at, done)

    def _hand_in(self, at: datetime, user_id: int, told: CheckInTold) -> None:
        self.gathered.append(ByActor(self.world.actor(user_id, at), told))

    def gather(self, at: datetime) -> None:
        """Keep what came in since the last half hour, from everybody's phones."""
        gathered, self.gathered = self.gathered, []
        if gathered:
            done = rounds.record_gathered(actor=self.world.system, now=self.world.real(at), gathered=gathered)
            self._cases_of(at, done)

    def _cases_of(self, at: datetime, done: CheckInsRecorded) -> None:
        if done.finding_ids:
            self.take_up(at, Case.objects.filter(finding_id__in=done.finding_ids).order_by("pk"))

    def take_up(self, at: datetime, cases: Iterable[Case]) -> None:
        """Let the cases that were opened begin their lives."""
        for case in cases:
            self.casework.begin(case, at)


NOTES = {
    "wrong_number": "接电话的人说打错了",
    "moved_away": "邻居说已搬到县城女儿家",
    "not_home": "敲门无人应，已留便条",
    "switched_off": "",
}
