"""What must be written so that the register says what a ledger tells: gathered, and counted, before anything is written."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from .changes import Index, Say, Told, changes_of_household, changes_of_person
from .choices import Relation, Sex, SubjectKind, Verdict
from .households import EnrolmentIn, HouseholdIn, PersonIn, completed, household_name
from .known import KnownHousehold, KnownPerson, Match
from .particulars import joined


@dataclass(slots=True)
class NewSubject:
    """A subject that will be written, and gets its id just before."""

    kind: SubjectKind
    name: str
    division_id: str
    pk: int = 0


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that was written: a run of new rows, or one column of a row with what it held before and after."""

    what: str
    first: int
    last: int
    before: str = ""
    after: str = ""


def runs_of(what: str, ids: Iterable[int]) -> list[Trace]:
    """Return new rows as runs of keys: half a million of them are a few dozen runs."""
    found: list[Trace] = []
    first = last = 0
    for pk in sorted(ids):
        if pk != last + 1 or not first:
            if first:
                found.append(Trace(what, first, last))
            first = pk
        last = pk
    return [*found, Trace(what, first, last)] if first else found


Who = NewSubject | int  # one that will be written, or the id of one that is there


@dataclass(slots=True)
class Work:
    """All that one registration must write, gathered before the first row of it is written."""

    now: datetime
    today: date
    is_same: Index
    subjects: list[NewSubject] = field(default_factory=list)
    households: list[tuple[NewSubject, HouseholdIn]] = field(default_factory=list)
    persons: list[tuple[NewSubject, PersonIn]] = field(default_factory=list)
    memberships: list[tuple[Who, Who, Relation]] = field(default_factory=list)  # person, household
    ended: list[int] = field(default_factory=list)
    relations: list[tuple[int, Relation]] = field(default_factory=list)
    enrolments: list[tuple[Who, EnrolmentIn]] = field(default_factory=list)
    reasons: list[tuple[int, str]] = field(default_factory=list)
    changed_subjects: dict[int, Told] = field(default_factory=dict)
    changed_persons: dict[int, Told] = field(default_factory=dict)
    changed_households: dict[int, Told] = field(default_factory=dict)
    persons_moved: int = 0
    emptied: list[int] = field(default_factory=list)  # households whose last member moved; filled when it is written
    say: Say = field(default_factory=Say)
    particulars: list[tuple[Who, str]] = field(default_factory=list)  # of subjects of whom this office told nothing yet
    changed_particulars: dict[int, str] = field(default_factory=dict)
    disputed: dict[int, tuple[str, ...]] = field(default_factory=dict)
    traces: list[Trace] | None = None  # what was written, for the way back; None where nobody will go it

    @property
    def changes_known(self) -> bool:
        """Whether anything changes of those who are there already, new rows about them aside."""
        return bool(
            self.changed_subjects or self.changed_persons or self.changed_households or self.changed_particulars
            or self.ended or self.relations or self.reasons
        )  # fmt: skip

    def new_subject(self, kind: SubjectKind, name: str, division: str) -> NewSubject:
        """Return a subject that will be written."""
        subject = NewSubject(kind, name, division)
        self.subjects.append(subject)
        return subject


@dataclass(frozen=True, slots=True)
class Entered:
    """What becomes of one household: its subject if it is new, its verdict, and each member's."""

    subject: NewSubject | None
    verdict: Verdict
    members: tuple[Verdict, ...]


def enter(work: Work, household: HouseholdIn, match: Match) -> Entered:
    """Gather what one household needs, and tell what would become of it."""
    before = _size(work)
    known = match.household
    name = household_name(household)
    subject: NewSubject | None = None
    if known is None:
        subject = work.new_subject(SubjectKind.HOUSEHOLD, name, household.division)
        work.households.append((subject, household))
    elif not household.is_loose:
        of_subject, of_household = changes_of_household(household, known, work.is_same)
        empty = {
            "phone": known.phone_idx is None,
            "address": not known.address,
            "lon": known.lon is None,
            "lat": known.lat is None,
            "name": True,  # a household bears the name of its head, who is disputed if anybody is
        }
        _settle(work, known.id, known.source, of_subject, of_household, empty, work.changed_households)
    if known is not None and known.has_ended and household.members:
        work.changed_subjects.setdefault(known.id, {})["is_current"] = True  # somebody lives there again
    home: Who = subject if subject is not None else known.id if known else 0
    _enter_particulars(work, household.particulars, home, known)
    members: list[Verdict] = []
    for person, who in zip(household.members, match.people, strict=True):
        if who is None:
            _enter_person(work, completed(person), None, household, home)
            members.append(Verdict.NEW)
            continue
        so_far = _size(work)
        _enter_person(work, completed(person), who, household, home)
        members.append(Verdict.CHANGED if _size(work) != so_far else Verdict.UNCHANGED)
    if not household.is_loose or known is None:
        _retire_former_head(work, household, match)
        _enter_enrolments(work, household, match, home)
    if subject is not None:
        return Entered(subject, Verdict.NEW, tuple(members))
    return Entered(None, Verdict.CHANGED if _size(work) != before else Verdict.UNCHANGED, tuple(members))


def _size(work: Work) -> tuple[int, ...]:
    return (
        len(work.subjects),
        len(work.memberships),
        len(work.relations),
        len(work.enrolments),
        len(work.reasons),
        len(work.changed_subjects),
        len(work.changed_persons),
        len(work.changed_households),
        len(work.particulars),
        len(work.changed_particulars),
    )


def _settle(
    work: Work,
    subject: int,
    source: str,
    of_subject: Told,
    own: Told,
    empty: dict[str, bool],
    changed: dict[int, Told],
) -> None:
    """Note what changes of one known subject, and what does not because another office has the say."""
    if not of_subject and not own:
        return
    of_subject, names = work.say.parted(of_subject, source, empty)
    own, fields = work.say.parted(own, source, empty)
    if names or fields:
        work.disputed[subject] = names + fields
    if of_subject:
        work.changed_subjects[subject] = of_subject
    if own:
        changed[subject] = own


def _enter_particulars(work: Work, told: str, who: Who, known: KnownPerson | KnownHousehold | None) -> None:
    if not told:
        return
    if known is None or known.told_idx is None or not isinstance(who, int):
        work.particulars.append((who, told))
    elif not work.is_same(told, "exact", known.told_idx):
        both = joined(known.told_text, told)
        if both != known.told_text:
            work.changed_particulars[who] = both


def _enter_person(work: Work, person: PersonIn, who: KnownPerson | None, household: HouseholdIn, home: Who) -> None:
    division = household.division
    if who is None:
        subject = work.new_subject(SubjectKind.PERSON, person.name, division)
        work.persons.append((subject, person))
        work.memberships.append((subject, home, person.relation))
        _enter_particulars(work, person.particulars, subject, None)
        return
    stays = household.is_loose and who.household == home
    of_subject, of_person = changes_of_person(person, who, who.division if stays else division, work.is_same)
    empty = {"sex": who.sex == Sex.UNKNOWN, "born_on": who.born_on is None, "phone": who.phone_idx is None}
    _settle(work, who.id, who.source, of_subject, of_person, empty, work.changed_persons)
    _enter_particulars(work, person.particulars, who.id, who)
    if stays:
        return
    if who.household == home:
        if person.relation not in (who.relation, Relation.OTHER) and who.membership:
            work.relations.append((who.membership, person.relation))
        return
    if who.membership:
        work.ended.append(who.membership)
        work.persons_moved += 1
    work.memberships.append((who.id, home, person.relation))


def _retire_former_head(work: Work, household: HouseholdIn, match: Match) -> None:
    """Let a head who is not told of any more stand as a member, where the household told of has another head."""
    if match.household is None or not any(person.relation == Relation.HEAD for person in household.members):
        return
    told = {who.id for who in match.people if who}
    for member in match.household.members:
        if member.relation == Relation.HEAD and member.id not in told and member.membership:
            work.relations.append((member.membership, Relation.OTHER))


def _enter_enrolments(work: Work, household: HouseholdIn, match: Match, home: Who) -> None:
    told: set[str] = set()
    for enrolment in household.enrolments:
        if enrolment.programme in told:
            continue
        told.add(enrolment.programme)
        held = match.household.enrolments.get(enrolment.programme) if match.household else None
        if held is None:
            work.enrolments.append((home, enrolment))
        elif enrolment.reason and enrolment.reason != held[1]:
            work.reasons.append((held[0], enrolment.reason))
