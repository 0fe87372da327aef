"""What must be written so that the register says what a ledger tells: gathered, and counted, before anything is written."""

from dataclasses import dataclass, field
from datetime import date, datetime

from .changes import Index, Told, changes_of_household, changes_of_person
from .choices import Relation, SubjectKind, Verdict
from .households import EnrolmentIn, HouseholdIn, PersonIn, completed, household_name
from .known import KnownPerson, Match


@dataclass(slots=True)
class NewSubject:
    """A subject that will be written, and gets its id just before."""

    kind: SubjectKind
    name: str
    division_id: str
    pk: int = 0


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
    else:
        of_subject, of_household = changes_of_household(household, known, work.is_same)
        if of_subject:
            work.changed_subjects[known.id] = of_subject
        if of_household:
            work.changed_households[known.id] = of_household
    home: Who = subject if subject is not None else known.id if known else 0
    members: list[Verdict] = []
    for person, who in zip(household.members, match.people, strict=True):
        so_far = _size(work)
        _enter_person(work, completed(person), who, household.division, home)
        is_changed = _size(work) != so_far
        members.append(Verdict.NEW if who is None else Verdict.CHANGED if is_changed else Verdict.UNCHANGED)
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
    )


def _enter_person(work: Work, person: PersonIn, who: KnownPerson | None, division: str, home: Who) -> None:
    if who is None:
        subject = work.new_subject(SubjectKind.PERSON, person.name, division)
        work.persons.append((subject, person))
        work.memberships.append((subject, home, person.relation))
        return
    of_subject, of_person = changes_of_person(person, who, division, work.is_same)
    if of_subject:
        work.changed_subjects[who.id] = of_subject
    if of_person:
        work.changed_persons[who.id] = of_person
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
