"""Enter households with their members, or bring them up to date: one household and a hundred thousand by the same door."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.engine.normal import normalise
from renwang.foundation.access.fields import blinds
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from ..events import HouseholdsRegistered
from ..models import Division, Programme
from ..queries.matching import KnownPerson, Match, matches
from ..rules import EnrolmentIn, HouseholdIn, PersonIn, Relation, SubjectKind, Verdict, completed, household_name
from ..rules.changes import Told, changes_of_household, changes_of_person
from .rows import write_changes


class UnknownDivision(ValueError):
    """A division code that is not in the register."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(_("Unknown division: %(codes)s. Load the divisions first.") % {"codes": ", ".join(codes)})
        self.codes = tuple(codes)


class UnknownProgramme(ValueError):
    """A ledger that nobody has defined."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(_("Unknown programme: %(codes)s. Define it first.") % {"codes": ", ".join(codes)})
        self.codes = tuple(codes)


def is_same(value: str, kind: str, index: bytes | None) -> bool:
    """Answer whether a value is the one a blind index was made of; a value with nothing in it says nothing new."""
    return not normalise(value, kind) or (index is not None and index in blinds(value, kind))


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


@action
def register_households(
    *, actor: Actor, now: datetime, households: Sequence[HouseholdIn], source: str
) -> HouseholdsRegistered:
    """Enter households, members and enrolments, or bring them up to date; the same again changes nothing.

    Known are those with the same ID number, household number, else name, division and birth. Who moved ends one membership
    and begins another. What is empty erases nothing; members that are not named stay. Up to some thousands at a time.
    Raises UnknownDivision, UnknownProgramme, SamePersonTwice, SameHouseholdTwice.
    """
    codes = {household.division for household in households}
    actor.check_may_all("registry.register_households", codes)
    check_divisions(codes)
    check_programmes({enrolment.programme for household in households for enrolment in household.enrolments})
    lock_register(codes)
    found = matches(households)
    # Whom another area has, only that area may send away.
    actor.check_may_all("registry.register_households", {code for match in found for code in match.codes()})
    work = Work(now=now, today=timezone.localtime(now).date())
    pairs = list(zip(households, found, strict=True))
    entered = [_enter(work, household, match) for household, match in pairs]
    write_changes(work)
    return HouseholdsRegistered(
        batch_id=secrets.token_hex(8),
        source=source,
        household_ids=tuple(
            subject.pk if subject is not None else match.household.id if match.household else 0
            for (subject, _verdict), match in zip(entered, found, strict=True)
        ),
        verdicts=tuple(verdict.value for _subject, verdict in entered),
        persons_new=len(work.persons),
        persons_changed=len(work.changed_persons.keys() | (work.changed_subjects.keys() & _person_ids(found))),
        persons_moved=work.persons_moved,
    )


def check_divisions(codes: set[str]) -> None:
    """Raise UnknownDivision where a code is not in the register."""
    known = set(Division.objects.filter(code__in=codes).values_list("code", flat=True))
    if missing := sorted(codes - known):
        raise UnknownDivision(missing)


def check_programmes(codes: set[str]) -> None:
    """Raise UnknownProgramme where nobody has defined one."""
    if not codes:
        return
    known = set(Programme.objects.filter(code__in=codes).values_list("code", flat=True))
    if missing := sorted(codes - known):
        raise UnknownProgramme(missing)


def lock_register(codes: set[str]) -> None:
    """Let one registration after the other into each district, so that two of the same people do not both find nobody.

    Keyed readers (a new case in the village) are not held up: NO KEY UPDATE.
    """
    heads = Division.objects.filter(code__in={code[:6] for code in codes} | {code[:2] for code in codes})
    list(heads.order_by("code").select_for_update(no_key=True).values_list("code", flat=True))


def _person_ids(found: Sequence[Match]) -> set[int]:
    return {person.id for match in found for person in match.people if person}


def _enter(work: Work, household: HouseholdIn, match: Match) -> tuple[NewSubject | None, Verdict]:
    """Gather what one household needs; return its new subject, if it is new, and the verdict."""
    before = _size(work)
    known = match.household
    name = household_name(household)
    subject: NewSubject | None = None
    if known is None:
        subject = work.new_subject(SubjectKind.HOUSEHOLD, name, household.division)
        work.households.append((subject, household))
    else:
        of_subject, of_household = changes_of_household(household, known, is_same)
        if of_subject:
            work.changed_subjects[known.id] = of_subject
        if of_household:
            work.changed_households[known.id] = of_household
    home: Who = subject if subject is not None else known.id if known else 0
    for person, who in zip(household.members, match.people, strict=True):
        _enter_person(work, completed(person), who, household.division, home)
    _retire_former_head(work, household, match)
    _enter_enrolments(work, household, match, home)
    if subject is not None:
        return subject, Verdict.NEW
    return None, Verdict.CHANGED if _size(work) != before else Verdict.UNCHANGED


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
    of_subject, of_person = changes_of_person(person, who, division, is_same)
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
