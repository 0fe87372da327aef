"""Ask households by message: one each, with the questions of all offices."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action, count_what_has_grown, together
from renwang.foundation.audit.queries import among
from renwang.foundation.channels.actions import MessageToSend, queue_messages
from renwang.foundation.channels.rules import QuietHours

from .. import queries
from ..events import TextsSent
from ..models import Contact, Link
from ..queries import Number, ToText
from ..rules import OPEN_STATES, Step
from ..rules.texts import Letter, compose, letters_for
from .links import make_links

BATCH = 1000


def send_texts(*, actor: Actor, now: datetime, day: date | None = None) -> int:
    """Queue one message for every contact of today that is asked by message; returns how many. Each batch is a transaction of its
    own; an interrupted run goes on where it stopped, and no household gets a second message for the same try."""
    today = day or timezone.localdate(now)
    sent = last = 0
    while rows := queries.contacts_to_text(today, BATCH, last):
        with together():
            sent += _send(rows, actor=actor, now=now)
        last = rows[-1].pk
        count_what_has_grown()
    return sent


def _send(rows: Sequence[ToText], *, actor: Actor, now: datetime) -> int:
    steps = queries.steps_of_rounds({row.led_by_id for row in rows})
    numbers = queries.numbers_of({row.household_id for row in rows})
    asked = queries.asked_in_contacts([row.pk for row in rows])
    shared = queries.contacts_on_phones({one.index for one in numbers.values()}, rows[0].day)
    begins = _begins(rows, steps, now)
    going = [row for row in rows if row.household_id in numbers and begins[row.pk].date() == row.day]
    links = _links(going, actor=actor, now=now)
    messages = []
    for row in going:
        letter = _letter(row, numbers[row.household_id], shared)
        row.letter = letter
        text = compose(
            Letter(
                sender=settings.DISTRICT_NAME,
                name=row.name,
                asked=asked[row.pk],
                link=links.get(row.pk, ""),
                letter=letter,
            )
        )
        messages.append(
            MessageToSend(
                key=f"contact:{row.pk}:{row.step}:{row.tries}",
                address=numbers[row.household_id].number,
                text=text,
                about=queries.ABOUT,
                about_id=row.pk,
                area=row.division_id,
                not_before=begins[row.pk],
                expires_at=begins[row.pk] + steps[row.led_by_id][row.step].wait,
            )
        )
    note_texts(actor=actor, now=now, rows=rows, begins=begins)
    if messages:
        queue_messages(actor=actor, now=now, messages=messages)
    return len(messages)


@action
def note_texts(*, actor: Actor, now: datetime, rows: Sequence[ToText], begins: Mapping[int, datetime]) -> TextsSent:
    """Note that these contacts are asked by message: the wait for an answer begins when the message may go out."""
    actor.check_may_all("rounds.send_texts", {row.division_id for row in rows})
    steps = queries.steps_of_rounds({row.led_by_id for row in rows})
    waits: dict[tuple[int, datetime, str], list[int]] = {}
    for row in rows:
        until = begins[row.pk] + steps[row.led_by_id][row.step].wait
        waits.setdefault((row.step * 10 + row.tries + 1, until, row.letter), []).append(row.pk)
    for (texted, until, letter), ids in waits.items():
        Contact.objects.filter(among(Contact, "id", ids), state__in=OPEN_STATES).update(
            texted=texted, next_try_at=until, letter=letter
        )
    return TextsSent(contact_ids=tuple(row.pk for row in rows))


def _begins(rows: Sequence[ToText], steps: Mapping[int, Sequence[Step]], now: datetime) -> dict[int, datetime]:
    """Return when each message may go out, by the local clock: from the beginning of its slot on, and not in the quiet hours."""
    quiet = QuietHours.parse(settings.RENWANG_QUIET_HOURS)
    moments = {row.pk: max(now, row.next_try_at - steps[row.led_by_id][row.step].wait) for row in rows}
    # Thousands begin at the same few moments.
    after = {moment: quiet.after(timezone.localtime(moment)) for moment in set(moments.values())}
    return {pk: after[moment] for pk, moment in moments.items()}


def _letter(row: ToText, number: Number, shared: Mapping[bytes, Sequence[Contact]]) -> str:
    same = [one for one in shared.get(number.index, ()) if one.slot == row.slot]
    letters = letters_for(len(same))
    return next((letter for one, letter in zip(same, letters, strict=True) if one.pk == row.pk), "")


def _links(rows: Sequence[ToText], *, actor: Actor, now: datetime) -> dict[int, str]:
    """Return the address of each household's self-report, where the installation has an address of its own."""
    if not settings.RENWANG_PUBLIC_URL or not rows:
        return {}
    made = make_links(actor=actor, now=now, contact_ids=[row.pk for row in rows])
    return {
        link.contact_id: settings.RENWANG_PUBLIC_URL + reverse("rounds:self_report", args=[queries.token_of(link)])
        for link in Link.objects.filter(pk__in=made.link_ids)
    }
