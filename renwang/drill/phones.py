"""Phones: they get the district's messages or do not, and write back, use the link, ask for no more, or stay silent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

from renwang.foundation.channels.models import Message
from renwang.loop.rounds import queries
from renwang.loop.rounds.models import Contact
from renwang.loop.rounds.rules import OPEN_STATES
from renwang.loop.rounds.rules.replies import own_by_number

from .asking import Asking
from .keeping import Keeping
from .line import Text
from .pages import letter_in, link_in
from .reports import Reports
from .telling import answers_of
from .world import Home, World
from .writing import reply_of, word

FIRST_TURN, LAST_TURN = time(7, 50), time(21, 30)
EVERY = timedelta(
    minutes=10
)  # the worker looks every few seconds; nobody notices the difference in a day that is played
SOON = timedelta(minutes=20)  # after which a household of a story answers
KEPT_FOR = (300.0, 420.0)  # minutes a centre tries to reach a phone that is off
NO_SUBSCRIBER = "001"
TO_CONFIRM = "/v/"  # how the path of a link begins by which a household says that a need is met


@dataclass(frozen=True)
class Rung:
    """One message on one phone, and whose it is."""

    text: Text
    contact: Contact
    home: Home

    @property
    def letter(self) -> str:
        """By which letter the message wants to be answered, where families share the phone."""
        return letter_in(self.text.words)


class Phones:
    """All phones of a play."""

    def __init__(self, world: World, asking: Asking, keeping: Keeping, reports: Reports) -> None:
        self.world = world
        self.asking = asking
        self.keeping = keeping
        self.reports = reports
        self.wrote: set[int] = set()  # contacts of whom something was written since the last look

    def begin(self) -> None:
        """Write down when messages go out and replies are taken up."""
        for day in self.world.days.all():
            at, last = (self.world.days.at(day, hour) for hour in (FIRST_TURN, LAST_TURN))
            while at <= last:
                self.world.put(at, self.turn, by_day=False)
                at += EVERY

    def turn(self, at: datetime) -> None:
        """Let the line speak both ways until nothing is on its way, and the worker take up what has come."""
        self.keeping.tick("rounds.send_texts", at)
        while texts := self.world.line.exchange():
            self._ring(texts, at)
        self.keeping.tick("rounds.take_replies", at)
        self.keeping.tick("rounds.work_out", at)
        self._look_again()
        self.asking.casework.take_up(at)

    # --- what arrives ------------------------------------------------------------------------------------------------------

    def _ring(self, texts: Sequence[Text], at: datetime) -> None:
        """Let phones get their messages. Who is off gets them later or never; a number that nobody has, says so."""
        contacts = self._contacts(texts)
        for text in texts:
            if (link := link_in(text.words)).startswith(TO_CONFIRM):
                self.world.line.receipt(text, "DELIVRD")
                self.asking.casework.got_link(link, at)
                continue
            contact = contacts.get((text.address, text.reference))
            self.world.rung[contact.pk if contact is not None else 0] += 1
            home = self.world.homes.get(contact.household_id) if contact is not None else None
            if contact is None or home is None:
                self.world.line.receipt(text, "DELIVRD")
                continue
            rung = Rung(text, contact, home)
            temper, line = home.temper, self.world.line
            if temper.wrong_number and temper.number_is_dead:
                line.receipt(text, "UNDELIV", NO_SUBSCRIBER)
            elif self._share("switched_off"):
                self._ring_later(rung, at)
            else:
                if not self._share("no_receipt"):
                    line.receipt(text, "DELIVRD")
                self._react(rung, at)

    def _ring_later(self, rung: Rung, at: datetime) -> None:
        if self._share("never_on"):
            self._receipt_at(at + self.world.minutes(*KEPT_FOR), rung.text, "EXPIRED")
            return
        later = at + self.world.minutes(*self.world.how.minutes("messages", "late_receipt"))
        self._receipt_at(later, rung.text, "DELIVRD")
        self._react(rung, later)

    def _receipt_at(self, at: datetime, text: Text, receipt: str) -> None:
        def bring(_moment: datetime) -> None:
            self.world.line.receipt(text, receipt)

        self.world.put(at, bring, by_day=False)

    def _contacts(self, texts: Iterable[Text]) -> Mapping[tuple[str, int], Contact]:
        """Return whose message each is, as the carrier's own account would tell: by number and reference."""
        rows = Message.objects.filter(about=queries.ABOUT, reference__in={text.reference for text in texts})
        about = {(row.address or "", row.reference): row.about_id for row in rows.order_by("pk")}
        contacts = Contact.objects.in_bulk([pk for pk in about.values() if pk is not None])
        return {key: contacts[pk] for key, pk in about.items() if pk in contacts}

    # --- what is written back ----------------------------------------------------------------------------------------------

    def _react(self, rung: Rung, at: datetime) -> None:
        """Decide what a household does with its message."""
        contact, temper = rung.contact, rung.home.temper
        if (contact.household_id, contact.day, contact.slot) in self.world.script:
            self._write_at(at + SOON, rung, "")
            return
        later = at + self._delay()
        if temper.wrong_number:
            if self._share("stranger"):
                self._write_at(later, rung, word(self.world, "wrong"))
        elif temper.refuses or self._share("refused"):
            self._write_at(later, rung, word(self.world, "stop"))
        elif temper.never_home or temper.moved_away or temper.reports_itself:
            return  # the phone lies elsewhere; or they wait for their helper's link, as every day
        elif self.world.chance(self._answers(rung.home)):
            link = link_in(rung.text.words)
            if self._share("unclear"):
                self._write_at(later, rung, word(self.world, "unclear"))
            elif link and self._share("by_link"):
                self.world.put(later, partial(self.reports.report, row=contact, path=link))
            else:
                self._write_at(later, rung, "")

    def _answers(self, home: Home) -> float:
        return self.world.how.share("messages", "answered") * (1.2 - 0.6 * home.temper.gives_trouble)

    def _delay(self) -> timedelta:
        least, most = self.world.how.minutes("messages", "delay")
        return timedelta(minutes=least + (most - least) * self.world.random.random() ** 2)  # most come early

    def _write_at(self, at: datetime, rung: Rung, words: str) -> None:
        self.world.put(at, partial(self._write, rung=rung, words=words))

    def _write(self, at: datetime, rung: Rung, words: str) -> None:
        """Write the words, or what there is to tell; nobody answers twice."""
        contact = rung.contact
        if contact.pk in self.asking.done:
            return
        self.asking.done.add(contact.pk)
        self.wrote.add(contact.pk)
        if not words:
            asked = queries.asked_in_contacts([contact.pk])[contact.pk]
            answers = answers_of(self.world, rung.home, asked, contact.day, contact.slot)
            words = reply_of(self.world, rung.home, answers, own=own_by_number(asked), letter=rung.letter)
        self.world.line.say(rung.text.address, words)

    def _look_again(self) -> None:
        """Whoever was not understood, or goes on by another way, can be asked by a person."""
        self.asking.done -= set(
            Contact.objects.filter(pk__in=self.wrote, state__in=OPEN_STATES).values_list("pk", flat=True)
        )
        self.wrote.clear()

    def _share(self, name: str) -> bool:
        return self.world.chance(self.world.how.share("messages", name))
