"""One file per household (一户一档): all that is known, told, done and owed, gathered for paper. Some queries for each hundred."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.engine.masks import mask_id, mask_phone
from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.loop.assignments.models import Assignment
from renwang.loop.cases import kinds as needs
from renwang.loop.cases import queries as cases
from renwang.loop.cases.models import Case
from renwang.loop.cases.rules import Status
from renwang.loop.fulfilment import kinds as resources
from renwang.loop.fulfilment.models import Movement
from renwang.loop.fulfilment.rules import Step, plain
from renwang.loop.registry import queries as registry
from renwang.loop.registry.models import Household, Membership, Person, Subject
from renwang.loop.registry.rules import SubjectKind, called
from renwang.loop.rounds import kinds as modes
from renwang.loop.rounds import queries as rounds
from renwang.loop.rounds.models import CheckIn

from .answers import ANSWER_FIELDS, answers_of
from .lines import Look, on_ledger

STEP = 100
MOST_TOLD = 15  # check-ins on a file: the latest
MOST = 30  # of everything else


@dataclass
class HouseholdFile:
    """One household's file as plain values, in the reader's language; ``looks``: whose sealed fields stand open in it."""

    household_id: int
    division: str
    name: str
    data: dict[str, Any]
    looks: list[Look] = field(default_factory=list)


def household_ids(*, viewer: Actor, area: str, programme: str, day: date) -> list[int]:
    """Return the households of an area whose files somebody may take, by village and name."""
    found = registry.visible_subjects(viewer=viewer, kind=SubjectKind.HOUSEHOLD).filter(
        in_scope("division_id", (area,))
    )
    rows = on_ledger(found, programme, day).order_by("division_id", "name", "pk")
    return list(rows.values_list("pk", flat=True))


def household_files(
    *,
    viewer: Actor,
    ids: Sequence[int],
    now: datetime,
    opens_sealed: bool = False,
    report: Callable[[int], None] | None = None,
) -> Iterator[HouseholdFile]:
    """Yield the files of households the viewer may see, in the order of their ids."""
    for start in range(0, len(ids), STEP):
        part = ids[start : start + STEP]
        yield from _Part(viewer, part, now, opens_sealed=opens_sealed).files()
        if report:
            report((start + len(part)) * 95 // len(ids))


class _Part:
    def __init__(self, viewer: Actor, ids: Sequence[int], now: datetime, *, opens_sealed: bool) -> None:
        self.viewer, self.now, self.opens_sealed = viewer, now, opens_sealed
        seen = Subject.objects.filter(registry.visible(viewer), pk__in=ids, kind=SubjectKind.HOUSEHOLD)
        by_id = {row.pk: row for row in seen.select_related("household", "division__parent")}
        self.homes = [by_id[pk] for pk in ids if pk in by_id]
        keys = [home.pk for home in self.homes]
        self.members: dict[int, list[Membership]] = defaultdict(list)
        rows = Membership.objects.filter(household_id__in=keys).select_related("person__person").order_by("pk")
        for row in rows:
            if row.until is None and row.person.is_current:
                self.members[row.household_id].append(row)
        self.home_of = {pk: pk for pk in keys} | {
            row.person_id: home for home, members in self.members.items() for row in members
        }
        self.names = {row.person_id: row.person.name for members in self.members.values() for row in members}
        self.enrolments = registry.enrolments_of(viewer, list(self.home_of))
        self.helpers = self._helpers(keys)
        self.cut: dict[int, dict[str, str]] = defaultdict(dict)
        self.told = self._told(keys)
        every = [row for told in self.told.values() for row in told]
        self.findings = rounds.findings_for([row.pk for row in every])
        self.answers: Mapping[int, Mapping[str, Any]] = answers_of(viewer, every) if opens_sealed else {}
        self.cases = self._cases()
        self.received = self._received()
        self.modes = {mode.code: str(mode.label) for mode in modes.all_modes()}

    def files(self) -> Iterator[HouseholdFile]:
        for home in self.homes:
            file = HouseholdFile(home.pk, home.division_id, home.name, {})
            village, street = home.division, home.division.parent
            file.data = {
                "name": home.name,
                "number": home.household.number,
                "place": " ".join(filter(None, (street.called if street else "", village.called))),
                "address": home.household.address,
                "phone": self._phone(home.household, home.pk, file),
                "ledgers": [self._ledger(one, "") for one in self.enrolments.get(home.pk, ())],
                "members": [self._member(row, file) for row in self._ordered(home.pk)],
                "helpers": self.helpers.get(home.pk, []),
                "told": [self._check_in(row, file) for row in self.told.get(home.pk, [])],
                "cases": self.cases.get(home.pk, []),
                "received": self.received.get(home.pk, []),
                "masked": not self.opens_sealed,
                "cut": {"told": "", "cases": "", "received": "", **self.cut.get(home.pk, {})},
            }
            for row in self._ordered(home.pk):
                file.data["ledgers"] += [
                    self._ledger(one, row.person.name) for one in self.enrolments.get(row.person_id, ())
                ]
            yield file

    def _ordered(self, home: int) -> list[Membership]:
        return sorted(self.members.get(home, []), key=lambda row: (row.relation != "head", row.pk))

    def _phone(self, row: Household | Person, subject_id: int, file: HouseholdFile) -> str:
        if not row.phone:
            return ""
        if not self.opens_sealed:
            return mask_phone(row.phone)
        file.looks.append((subject_id, file.division, "phone"))
        return row.phone

    def _member(self, row: Membership, file: HouseholdFile) -> dict[str, str]:
        person = row.person.person
        number = person.id_number or ""
        if number and self.opens_sealed:
            file.looks.append((row.person_id, file.division, "id_number"))
        return {
            "name": row.person.name,
            "relation": str(row.get_relation_display()),
            "sex": str(person.get_sex_display()) if person.sex != "0" else "",
            "born_on": _day(person.born_on),
            "id_number": number if self.opens_sealed else mask_id(number),
            "phone": self._phone(person, row.person_id, file),
            "since": _day(row.since),
        }

    @staticmethod
    def _ledger(one: registry.EnrolmentCard, who: str) -> dict[str, str]:
        return {
            "who": who,
            "label": called(one.label, one.label_en),
            "since": _day(one.since),
            "until": _day(one.until),
            "reason": one.reason,
        }

    def _helpers(self, keys: Sequence[int]) -> dict[int, list[dict[str, str]]]:
        """Return who has been responsible for each household, the latest first; nobody is overwritten."""
        found: dict[int, list[dict[str, str]]] = defaultdict(list)
        rows = Assignment.objects.filter(subject_id__in=keys).select_related("duty", "user")
        for row in rows.order_by("-since", "-pk"):
            assert row.subject_id is not None
            found[row.subject_id].append(
                {
                    "name": row.user.name,
                    "unit": row.user.unit,
                    "phone": row.user.work_phone,
                    "duty": called(row.duty.label, row.duty.label_en),
                    "since": _moment(row.since, short=True),
                    "until": _moment(row.until, short=True) if row.until else "",
                    "because": row.ended_because,
                }
            )
        return found

    def _told(self, keys: Sequence[int]) -> dict[int, list[CheckIn]]:
        found: dict[int, list[CheckIn]] = defaultdict(list)
        seen = rounds.visible_check_ins(viewer=self.viewer).filter(household_id__in=keys)
        self._count("told", dict(seen.order_by().values_list("household_id").annotate(many=Count("pk"))), MOST_TOLD)
        latest = Window(RowNumber(), partition_by=[F("household_id")], order_by=[F("told_at").desc(), F("pk").desc()])
        # After months of daily check-ins only the latest are read, not all of them.
        rows = seen.select_related("by").annotate(place=latest).filter(place__lte=MOST_TOLD)
        if not self.opens_sealed:
            rows = rows.defer("told")
        for row in rows.order_by("household_id", "-told_at", "-pk"):
            found[row.household_id].append(row)
        return found

    def _count(self, part: str, many: Mapping[int, int], most: int) -> None:
        """Note for each household where only the latest of a part stand on its file."""
        for home, number in many.items():
            if number > most:
                self.cut[home][part] = _("The latest %(most)d of %(many)d.") % {"most": most, "many": number}

    def _check_in(self, row: CheckIn, file: HouseholdFile) -> dict[str, str]:
        words = rounds.in_short(row, self.findings.get(row.pk, [])).words
        details = ""
        if row.pk in self.answers and not row.all_well:
            told = self.answers[row.pk]
            parts = [reads(told, None) for reads in ANSWER_FIELDS.values()]
            details = "；".join(str(part) for part in parts if part not in (None, ""))
            file.looks.append((file.household_id, file.division, "answers"))
        return {
            "at": _moment(row.told_at),
            "mode": self.modes.get(row.mode, row.mode),
            "by": row.by.name if row.by else "",
            "words": words,
            "details": details,
        }

    def _cases(self) -> dict[int, list[dict[str, str]]]:
        found: dict[int, list[dict[str, str]]] = defaultdict(list)
        rows = cases.visible_cases(viewer=self.viewer).filter(subject_id__in=list(self.home_of))
        many: Counter[int] = Counter()
        for row in rows.order_by("-opened_at", "-pk"):
            home = self.home_of[row.subject_id]
            many[home] += 1
            if len(found[home]) < MOST:
                found[home].append(self._case(row))
        self._count("cases", many, MOST)
        return found

    def _case(self, row: Case) -> dict[str, str]:
        return {
            "who": self.names.get(row.subject_id, ""),
            "label": needs.label_of(row.kind),
            "status": str(Status(row.status).label),
            "opened": _moment(row.opened_at, short=True),
            "closed": _moment(row.closed_at, short=True) if row.closed_at else "",
            "holder": row.holder.name if row.holder else "",
        }

    def _received(self) -> dict[int, list[dict[str, str]]]:
        found: dict[int, list[dict[str, str]]] = defaultdict(list)
        seen = cases.visible_cases(viewer=self.viewer).filter(subject_id__in=list(self.home_of)).values("pk")
        rows = Movement.objects.filter(Q(step=Step.RECEIVE) | Q(step=Step.VERIFY), line__case__in=seen)
        many: Counter[int] = Counter()
        for row in rows.select_related("line__case", "by").order_by("-at", "-pk"):
            home = self.home_of[row.line.case.subject_id]
            many[home] += 1
            if len(found[home]) >= MOST:
                continue
            quantity = f"{plain(row.quantity)} {resources.unit_of(row.line.resource)}".strip()
            found[home].append(
                {
                    "at": _moment(row.at, short=True),
                    "what": resources.label_of(row.line.resource),
                    "quantity": quantity,
                    "step": str(Step(row.step).label),
                    "by": row.by.name if row.by else "",
                }
            )
        self._count("received", many, MOST)
        return found


def titles() -> dict[str, str]:
    """Return the words of a file, in the reader's language: for the PDF and the Word document alike."""
    return {
        "title": _("File of the household"),
        "head": _("Head of household"),
        "number": _("Household number"),
        "place": _("Place"),
        "address": _("Address"),
        "phone": _("Phone"),
        "ledgers": _("Ledgers and entitlements"),
        "who": _("Who"),
        "ledger": _("Name of the ledger"),
        "since": _("Since"),
        "until": _("Until"),
        "reason": _("Reason"),
        "members": _("Members"),
        "name": _("Name"),
        "relation": _("Relation"),
        "sex": _("Sex"),
        "born_on": _("Born on"),
        "id_number": _("ID number"),
        "helpers": _("Who was and is responsible"),
        "duty": _("Duty"),
        "unit": _("Unit"),
        "told": _("Check-ins"),
        "at": _("When"),
        "mode": _("Way"),
        "by": _("Who noted it"),
        "words": _("What was told"),
        "cases": _("Needs and how they were met"),
        "need": _("Need"),
        "status": _("State"),
        "opened": _("Known since"),
        "closed": _("Closed"),
        "holder": _("In whose hands"),
        "received": _("What was received"),
        "what": _("What"),
        "quantity": _("How much"),
        "step": _("Step"),
        "household_itself": _("the household"),
        "nothing": _("Nothing is written down here."),
        "to_day": _("to this day"),
        "masked": _("Protected fields are masked. Whoever needs one opens it with a reason."),
        "signed_head": _("Signature of the household"),
        "signed_helper": _("Signature of the answerable person"),
        "signed_on": _("Date"),
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _moment(at: datetime, *, short: bool = False) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d" if short else "%Y-%m-%d %H:%M")
