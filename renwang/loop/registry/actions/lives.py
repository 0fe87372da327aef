"""What changes in the lives of those in the register: they move, enter a ledger, leave it, leave a household."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from ..events import Enrolled, EnrolmentEnded, HouseholdMoved, MemberAdded, MembershipEnded
from ..models import Enrolment, Household, Membership, SearchKey, Subject
from ..queries.matching import gone_with_id, person_with_id
from ..queries.sameness import is_same
from ..rules import HouseholdIn, PersonIn, Relation, SubjectKind
from ..rules.entering import Work, enter
from ..rules.known import KnownHousehold, KnownPerson, Match
from .emptied import bring_back, end_emptied
from .households import check_divisions, check_programmes, lock_register
from .rows import write_changes


class NotInRegister(ValueError):
    """There is no such current subject."""

    def __init__(self) -> None:
        super().__init__(_("This entry is not in the register any more. It may have been merged; search for it again."))


class SecondHead(ValueError):
    """A household has one head."""

    def __init__(self) -> None:
        super().__init__(
            _("This household has a head already. Choose another relation, or end the head's membership first.")
        )


class AlreadyEnded(ValueError):
    """Somebody else has ended this meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This has been ended meanwhile. Load the page again."))


class EndsBeforeItBegins(ValueError):
    """A period cannot end before its first day."""

    def __init__(self, since: date) -> None:
        super().__init__(_("It began on %(since)s and cannot end before that day.") % {"since": since.isoformat()})


def current_subject(subject_id: int) -> Subject:
    """Return a current subject, locked until the transaction ends; raises NotInRegister."""
    found = Subject.objects.select_for_update().filter(pk=subject_id, is_current=True).first()
    if found is None:
        raise NotInRegister
    return found


@action
def move_household(
    *,
    actor: Actor,
    now: datetime,
    household_id: int,
    division: str,
    address: str = "",
    lon: float | None = None,
    lat: float | None = None,
) -> HouseholdMoved:
    """Let a household live in another division, with all its present members. Raises UnknownDivision, NotInRegister."""
    household = current_subject(household_id)
    actor.check_may_all("registry.move_household", (household.division_id, division))
    check_divisions({division})
    members = list(
        Membership.objects.filter(household=household, until__isnull=True).values_list("person_id", flat=True)
    )
    before = household.division_id
    Subject.objects.filter(pk__in=[household_id, *members]).update(division_id=division, changed_at=now)
    SearchKey.objects.filter(subject_id__in=[household_id, *members]).update(code=division)
    told = {"address": address, "lon": lon, "lat": lat} if address or lon is not None else {}
    if told:
        Household.objects.filter(pk=household_id).update(**told)
    return HouseholdMoved(household_id=household_id, person_ids=tuple(members), from_code=before, to_code=division)


@action
def add_member(*, actor: Actor, now: datetime, household_id: int, person: PersonIn) -> MemberAdded:
    """Let a person live in a household: a new one, or one who is known by the ID number and leaves the household they were in.

    A household that ended with its last member is current again. Raises NotInRegister, SecondHead.
    """
    subject = _home(household_id)
    actor.check_may("registry.add_member", subject.division_id)
    bring_back({household_id}, now)
    lock_register({subject.division_id})
    living = Membership.objects.filter(household=subject, until__isnull=True, person__is_current=True)
    if person.relation == Relation.HEAD and living.filter(relation=Relation.HEAD).exists():
        raise SecondHead
    who = _with_id(person.id_number, now) if person.id_number else None
    if who is not None:
        actor.check_may("registry.add_member", who.division)
    elif (twin := _same_in(subject.pk, person)) is not None:
        return MemberAdded(household_id=household_id, person_id=twin, is_new=False, emptied_ids=())
    home = KnownHousehold(subject.pk, subject.name, subject.division_id, "", "", None, None, None)
    work = Work(now=now, today=timezone.localtime(now).date(), is_same=is_same)
    enter(work, HouseholdIn(division=subject.division_id, members=(person,)), Match(home, [who]))
    write_changes(work)
    person_id = who.id if who is not None else work.persons[0][0].pk
    return MemberAdded(
        household_id=household_id, person_id=person_id, is_new=who is None, emptied_ids=tuple(work.emptied)
    )


def _home(household_id: int) -> Subject:
    """Return a household somebody may live in, locked: a current one, or one that ended and was not merged away."""
    found = Subject.objects.select_for_update().filter(pk=household_id, kind=SubjectKind.HOUSEHOLD)
    home = found.filter(merged_into__isnull=True).first()
    if home is None:
        raise NotInRegister
    return home


def _same_in(household_id: int, person: PersonIn) -> int | None:
    """Return who of a household bears the name and the birthday told, where no ID number tells them apart: sent twice."""
    if person.id_number:
        return None
    here = Membership.objects.filter(household_id=household_id, until__isnull=True, person__is_current=True)
    same = here.filter(person__name=person.name, person__person__born_on=person.born_on)
    return same.values_list("person_id", flat=True).first()


def _with_id(id_number: str, now: datetime) -> KnownPerson | None:
    """Return who bears an ID number; somebody who was written off by mistake is brought back."""
    who = person_with_id(id_number)
    if who is None and (gone := gone_with_id(id_number)) is not None:
        Subject.objects.filter(pk=gone).update(is_current=True, changed_at=now)
        who = person_with_id(id_number)
    return who


@action
def enrol(
    *,
    actor: Actor,
    now: datetime,
    programme: str,
    subject_ids: Sequence[int],
    since: date | None = None,
    reason: str = "",
) -> Enrolled:
    """Let subjects stand on a ledger; whoever stands on it already stays as they are. Raises UnknownProgramme, NotInRegister."""
    wanted = set(subject_ids)
    codes = dict(Subject.objects.filter(pk__in=wanted, is_current=True).values_list("pk", "division_id"))
    if len(codes) != len(wanted):
        raise NotInRegister
    actor.check_may_all("registry.enrol", codes.values())
    check_programmes({programme})
    held = set(
        Enrolment.objects.filter(programme_id=programme, subject_id__in=wanted, until__isnull=True).values_list(
            "subject_id", flat=True
        )
    )
    begins = since or timezone.localtime(now).date()
    fresh = sorted(wanted - held)
    Enrolment.objects.bulk_create(
        [Enrolment(subject_id=pk, programme_id=programme, since=begins, reason=reason) for pk in fresh]
    )
    return Enrolled(programme=programme, subject_ids=tuple(fresh))


@action
def end_enrolment(
    *, actor: Actor, now: datetime, enrolment_id: int, until: date | None = None, reason: str = ""
) -> EnrolmentEnded:
    """Take a subject off a ledger; the time on it stays on record. Raises AlreadyEnded, EndsBeforeItBegins."""
    row = Enrolment.objects.select_related("subject").filter(pk=enrolment_id).first()
    if row is None:
        raise NotInRegister
    actor.check_may("registry.end_enrolment", row.subject.division_id)
    ends = until or timezone.localtime(now).date()
    if ends < row.since:
        raise EndsBeforeItBegins(row.since)
    told = {"until": ends, "reason": reason} if reason else {"until": ends}
    if not Enrolment.objects.filter(pk=enrolment_id, until__isnull=True).update(**told):
        raise AlreadyEnded
    return EnrolmentEnded(enrolment_id=enrolment_id, subject_id=row.subject_id, programme=row.programme_id)


@action
def end_membership(
    *, actor: Actor, now: datetime, membership_id: int, until: date | None = None, is_gone: bool = False
) -> MembershipEnded:
    """Let a person leave a household; ``is_gone``: for good (death, emigration), so that nobody asks for them any more.

    With its last member the household ends: it leaves the rounds, the helpers' lists and the list of those without anybody.
    """
    row = Membership.objects.select_related("person", "household").filter(pk=membership_id).first()
    if row is None:
        raise NotInRegister
    actor.check_may_all("registry.end_membership", (row.person.division_id, row.household.division_id))
    ends = until or timezone.localtime(now).date()
    if ends < row.since:
        raise EndsBeforeItBegins(row.since)
    if not Membership.objects.filter(pk=membership_id, until__isnull=True).update(until=ends):
        raise AlreadyEnded
    if is_gone:
        Subject.objects.filter(pk=row.person_id).update(is_current=False, changed_at=now)
    return MembershipEnded(
        membership_id=membership_id,
        person_id=row.person_id,
        household_id=row.household_id,
        is_gone=is_gone,
        emptied_ids=end_emptied({row.household_id}, now),
    )
