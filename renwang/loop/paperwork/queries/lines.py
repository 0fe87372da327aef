"""The rows of a list: one household or one person each, with what its columns ask for. Some queries for each thousand, none per row."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import pgettext

from renwang.foundation.access.engine.masks import mask_id, mask_phone
from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.foundation.sheets.engine.cells import Value
from renwang.loop.assignments.models import Assignment
from renwang.loop.registry import queries as registry
from renwang.loop.registry.models import Enrolment, Membership, Subject
from renwang.loop.registry.queries import particulars
from renwang.loop.registry.rules import DivisionLevel, SubjectKind, called
from renwang.loop.rounds import kinds as modes
from renwang.loop.rounds import queries as rounds
from renwang.loop.rounds.models import CheckIn
from renwang.loop.rounds.rules import ContactState

from ..rules import ANSWER_MASK, LEDGER, OWN, PARTICULAR, Field, Level
from .answers import ANSWER_FIELDS, BLOCK_OF, answers_of, own_answers
from .days import end_of, local_day
from .doings import doings_of

STEP = 1_000
Row = dict[str, Value]
Look = tuple[int, str, str]  # subject, where it belongs, which sealed field


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a list is asked for: who looks, over which area, as of which day, which ledger ("": all), which fields."""

    viewer: Actor
    area: str
    day: date
    now: datetime
    level: Level
    fields: Sequence[Field]
    programme: str = ""
    office: str = ""  # for whose form
    opens_sealed: bool = False
    household_ids: Sequence[int] | None = None

    def asks(self, *groups: str) -> bool:
        """Answer whether a field of some group is asked for."""
        return any(one.group in groups for one in self.fields)

    def codes(self, prefix: str) -> list[str]:
        """Return the names in a family of fields that are asked for."""
        return [one.code.removeprefix(prefix) for one in self.fields if one.code.startswith(prefix)]


@dataclass
class Line:
    """One row: whose it is, where they belong, and its values by field."""

    subject_id: int
    division: str
    values: Row
    looks: list[Look] = field(default_factory=list)


def households(wanted: Wanted) -> QuerySet[Subject]:
    """Return the households a list may show: the viewer's own scope, within the area, on the ledger."""
    found = Subject.objects.filter(
        registry.visible(wanted.viewer),
        in_scope("division_id", (wanted.area,)),
        kind=SubjectKind.HOUSEHOLD,
        is_current=True,
    )
    if wanted.household_ids is not None:
        found = found.filter(pk__in=wanted.household_ids)
    return on_ledger(found, wanted.programme, wanted.day)


def on_ledger(found: QuerySet[Subject], programme: str, day: date) -> QuerySet[Subject]:
    """Return those that stand on a ledger on a day, themselves or by a member; all where no ledger is named."""
    if not programme:
        return found
    standing = Enrolment.objects.filter(
        Q(until__isnull=True) | Q(until__gte=day), programme_id=programme, since__lte=day
    ).values("subject_id")
    homes = Membership.objects.filter(person_id__in=standing, until__isnull=True).values("household_id")
    return found.filter(Q(pk__in=standing) | Q(pk__in=homes))


def lines(wanted: Wanted, *, report: Callable[[int], None] | None = None, most: int | None = None) -> Iterator[Line]:
    """Yield the rows by village, then by name; at most ``most`` households."""
    keys = list(households(wanted).order_by("division_id", "name", "pk").values_list("pk", flat=True)[:most])
    for start in range(0, len(keys), STEP):
        part = keys[start : start + STEP]
        yield from _Part(wanted, part).lines()
        if report:
            report((start + len(part)) * 100 // len(keys))


class _Part:
    """Up to a thousand households, with all that their rows need."""

    def __init__(self, wanted: Wanted, keys: Sequence[int]) -> None:
        self.wanted = wanted
        rows = Subject.objects.filter(pk__in=keys).select_related("household", "division__parent")
        if not {"household_phone", "phone"} & self._codes():
            rows = rows.defer("household__phone")
        by_key = {row.pk: row for row in rows}
        self.homes = [by_key[key] for key in keys if key in by_key]
        self.keys = [home.pk for home in self.homes]
        self.members = self._members()
        self.helpers = self._helpers() if wanted.asks("helper") else {}
        needs_ledgers = wanted.asks("ledgers") or bool(wanted.codes(LEDGER))
        people = [row.person_id for rows in self.members.values() for row in rows]
        self.enrolments = registry.enrolments_of(wanted.viewer, [*self.keys, *people]) if needs_ledgers else {}
        self.last: dict[int, CheckIn] = self._last() if wanted.asks("told", "answers") else {}
        self.findings = rounds.findings_for([row.pk for row in self.last.values()]) if wanted.asks("told") else {}
        self.contacts = self._contacts() if wanted.asks("contact") else {}
        self.answers: Mapping[int, Mapping[str, Any]] = {}
        if wanted.asks("answers") and wanted.opens_sealed:
            self.answers = answers_of(wanted.viewer, self.last.values())
        self.own: Mapping[tuple[int, str], Any] = {}
        if wanted.codes(OWN):
            self.own = own_answers(
                wanted.viewer, self.keys, wanted.codes(OWN), before=end_of(wanted.day), office=wanted.office
            )
        self.particulars: Mapping[int, Mapping[str, Mapping[str, str]]] = {}
        if wanted.codes(PARTICULAR):
            self.particulars = particulars.particulars_of(viewer=wanted.viewer, subject_ids=[*self.keys, *people])
        homes_of = {key: key for key in self.keys} | {
            row.person_id: home for home, rows in self.members.items() for row in rows
        }
        self.doings = doings_of(wanted.viewer, homes_of, now=wanted.now) if wanted.asks("cases", "received") else {}
        self.modes = {mode.code: str(mode.label) for mode in modes.all_modes()} if wanted.asks("told") else {}

    def _codes(self) -> set[str]:
        return {one.code for one in self.wanted.fields}

    def lines(self) -> Iterator[Line]:
        for home in self.homes:
            members = self.members.get(home.pk, [])
            if self.wanted.level is Level.PERSON:
                for member in members:
                    yield self._line(home, members, member, member.person_id)
            else:
                head = next((one for one in members if one.relation == "head"), members[0] if members else None)
                yield self._line(home, members, head, home.pk)

    def _line(self, home: Subject, members: list[Membership], member: Membership | None, subject_id: int) -> Line:
        line = Line(subject_id, home.division_id, {})
        for one in self.wanted.fields:
            value = self._value(one, home, members, member, line)
            line.values[one.code] = value
        return line

    def _value(
        self, one: Field, home: Subject, members: list[Membership], member: Membership | None, line: Line
    ) -> Value:
        families: Mapping[str, Callable[[str], Value]] = {
            LEDGER: lambda code: self._stands_on(code, home, member),
            OWN: lambda code: self._own(code, home, member, line),
            PARTICULAR: lambda code: self._particular(code, home, member, line),
        }
        for prefix, read in families.items():
            if one.code.startswith(prefix):
                return read(one.code.removeprefix(prefix))
        readers: Mapping[str, Callable[[str], Value]] = {
            "place": lambda code: _place(code, home),
            "household": lambda code: self._household(code, home, members, line),
            "members": lambda code: self._household(code, home, members, line),
            "person": lambda code: self._person(code, home, member, line),
            "helper": lambda code: self.helpers.get(home.pk, {}).get(code),
            "ledgers": lambda code: self._ledgers(code, home, members),
            "told": lambda code: self._told(code, home),
            "contact": lambda _code: self.contacts.get(home.pk),
            "answers": lambda code: self._answer(code, home, member, line),
            "cases": lambda code: self._done(code, home),
            "received": lambda code: self._done(code, home),
        }
        return readers[one.group](one.code) if one.group in readers else None

    def _done(self, code: str, home: Subject) -> Value:
        return self.doings.get(home.pk, {}).get(code, 0 if code.endswith("_count") else None)

    def _household(self, code: str, home: Subject, members: list[Membership], line: Line) -> Value:
        match code:
            case "number":
                return home.household.number or None
            case "head_name":
                return home.name
            case "address":
                return home.household.address or None
            case "member_count":
                return len(members)
            case "members":
                return "、".join(row.person.name for row in members)
        return self._sealed(home.household.phone, "phone", mask_phone, home.pk, line)

    def _person(self, code: str, home: Subject, member: Membership | None, line: Line) -> Value:
        if member is None:
            return home.name if code == "name" else None
        person = member.person.person
        match code:
            case "name":
                return member.person.name
            case "sex":
                return str(person.get_sex_display()) if person.sex != "0" else None
            case "born_on":
                return person.born_on
            case "age":
                return _age(person.born_on, self.wanted.day)
            case "relation":
                return str(member.get_relation_display())
            case "id_number":
                return self._sealed(person.id_number, "id_number", mask_id, member.person_id, line)
        own = self._sealed(person.phone, "phone", mask_phone, member.person_id, line)
        if own is None and self.wanted.level is Level.HOUSEHOLD:
            return self._sealed(home.household.phone, "phone", mask_phone, home.pk, line)
        return own

    def _sealed(self, value: str | None, name: str, mask: Callable[[str], str], subject_id: int, line: Line) -> Value:
        if not value:
            return None
        if not self.wanted.opens_sealed:
            return mask(value)
        line.looks.append((subject_id, line.division, name))
        return value

    def _stands_on(self, programme: str, home: Subject, member: Membership | None) -> Value:
        ids = [home.pk, *([member.person_id] if member else [])]
        return next((_yes() for key in ids for one in self._running(key) if one.programme == programme), None)

    def _running(self, key: int) -> list[registry.EnrolmentCard]:
        day = self.wanted.day
        return [
            one for one in self.enrolments.get(key, ()) if one.since <= day and (one.until is None or one.until >= day)
        ]

    def _ledgers(self, code: str, home: Subject, members: list[Membership]) -> Value:
        found = [one for key in (home.pk, *(row.person_id for row in members)) for one in self._running(key)]
        told = [one.reason for one in found] if code == "reason" else [called(one.label, one.label_en) for one in found]
        return "、".join(dict.fromkeys(filter(None, told))) or None

    def _told(self, code: str, home: Subject) -> Value:
        last = self.last.get(home.pk)
        if last is None:
            return None
        match code:
            case "told_on":
                return local_day(last.told_at)
            case "told_mode":
                return self.modes.get(last.mode, last.mode)
        return rounds.in_short(last, self.findings.get(last.pk, [])).words

    def _answer(self, code: str, home: Subject, member: Membership | None, line: Line) -> Value:
        last = self.last.get(home.pk)
        if last is None or last.all_well:
            return None
        if not self.wanted.opens_sealed:
            return ANSWER_MASK
        told = self.answers.get(last.pk)
        if told is None:
            return ANSWER_MASK
        person = member.person_id if member is not None and self.wanted.level is Level.PERSON else None
        if BLOCK_OF[code] not in told["blocks"]:
            return ANSWER_MASK  # another office asked this: empty would say that nothing was told
        line.looks.append((home.pk, line.division, "answers"))
        return ANSWER_FIELDS[code](told, person)

    def _own(self, code: str, home: Subject, member: Membership | None, line: Line) -> Value:
        value = self.own.get((home.pk, code))
        if isinstance(value, Mapping):
            if self.wanted.level is Level.PERSON and member is not None:
                value = value.get(str(member.person_id))
            else:
                value = "、".join(dict.fromkeys(_plain(one) for one in value.values() if one is not None))
        if value is None or value == "":
            return None
        if not self.wanted.opens_sealed:
            return ANSWER_MASK
        line.looks.append((home.pk, line.division, "answers"))
        return value if isinstance(value, int | float) and not isinstance(value, bool) else _plain(value)

    def _particular(self, code: str, home: Subject, member: Membership | None, line: Line) -> Value:
        """Return what an office's ledger told: the form's own office first, of the person before the household."""
        mine = [member.person_id] if member is not None else []
        keys = [*mine, home.pk] if self.wanted.level is Level.PERSON else [home.pk, *mine]
        for key in keys:
            told = self.particulars.get(key, {})
            for office in sorted(told, key=lambda one: (one != self.wanted.office, one)):
                if value := told[office].get(code):
                    if not self.wanted.opens_sealed:
                        return ANSWER_MASK
                    line.looks.append((key, line.division, "particulars"))
                    return value
        return None

    def _members(self) -> dict[int, list[Membership]]:
        if not (
            self.wanted.level is Level.PERSON
            or self.wanted.asks("person", "members", "ledgers", "cases", "received")
            or self.wanted.codes(LEDGER)
            or self.wanted.codes(PARTICULAR)
        ):
            return {}
        found: dict[int, list[Membership]] = defaultdict(list)
        rows = Membership.objects.filter(
            household_id__in=self.keys, until__isnull=True, person__is_current=True
        ).select_related("person__person")
        sealed = {"id_number": "person__person__id_number", "phone": "person__person__phone"}
        rows = rows.defer(*(path for code, path in sealed.items() if code not in self._codes()))
        for row in rows.order_by("pk"):
            found[row.household_id].append(row)
        for members in found.values():
            members.sort(key=lambda row: row.relation != "head")
        return found

    def _helpers(self) -> dict[int, Row]:
        now = self.wanted.now
        rows = Assignment.objects.filter(
            Q(until__isnull=True) | Q(until__gt=now), subject_id__in=self.keys, duty__is_answerable=True, since__lte=now
        ).select_related("user")
        return {
            row.subject_id or 0: {
                "helper_name": row.user.name,
                "helper_phone": row.user.work_phone or None,
                "helper_unit": row.user.unit or None,
            }
            for row in rows.order_by("-duty__order", "pk")
        }

    def _last(self) -> dict[int, CheckIn]:
        """Return the last check-in of each household until the end of the day, its answers unopened."""
        seen = rounds.visible_check_ins(viewer=self.wanted.viewer).filter(
            household_id=OuterRef("pk"), told_at__lt=end_of(self.wanted.day)
        )
        latest = Subquery(seen.order_by("-told_at", "-pk").values("pk")[:1])
        keys = Subject.objects.filter(pk__in=self.keys).annotate(last=latest).values_list("last", flat=True)
        rows = CheckIn.objects.filter(pk__in=[key for key in keys if key])
        return {row.household_id: row for row in (rows if self.wanted.opens_sealed else rows.defer("told"))}

    def _contacts(self) -> dict[int, Value]:
        rows = rounds.visible_contacts(viewer=self.wanted.viewer).filter(
            household_id__in=self.keys, day=self.wanted.day
        )
        found: dict[int, Value] = {}
        for household, state in rows.order_by("slot").values_list("household_id", "state"):
            found[household] = _yes() if state == ContactState.REACHED else str(ContactState(state).label)
        return found


def _place(code: str, home: Subject) -> Value:
    village = home.division
    if village.level == DivisionLevel.GRID and village.parent is not None:
        village = village.parent
    match code:
        case "division":
            return village.code
        case "village":
            return village.called
    street = village.parent
    return street.called if street is not None else None


def _age(born_on: date | None, day: date) -> int | None:
    if born_on is None:
        return None
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _yes() if value else _no()
    return str(value)


def _yes() -> str:
    return pgettext("in a cell of a form", "yes")


def _no() -> str:
    return pgettext("in a cell of a form", "no")
