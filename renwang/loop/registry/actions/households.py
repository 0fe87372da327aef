"""Enter households with their members, or bring them up to date: one household and a hundred thousand by the same door."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from ..events import HouseholdsRegistered
from ..models import Division, FieldOwner, Programme
from ..queries.matching import matches
from ..queries.sameness import same_by
from ..rules import HouseholdIn
from ..rules.changes import Say
from ..rules.entering import Trace, Work, enter
from ..rules.known import Match
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


class PersonGone(ValueError):
    """Somebody told of has died or gone for good. ``places``: their positions (household, member), from nought."""

    def __init__(self, places: Sequence[tuple[int, int]]) -> None:
        super().__init__(
            _(
                "The register knows a person of this household as died or gone for good. If that is wrong, add them by ID "
                "number on the page of their household."
            )
        )
        self.places = tuple(places)


@action
def register_households(
    *,
    actor: Actor,
    now: datetime,
    households: Sequence[HouseholdIn],
    source: str,
    office: str = "",
    traces: list[Trace] | None = None,
) -> HouseholdsRegistered:
    """Enter households, members and enrolments, or bring them up to date; the same again changes nothing.

    Known are those with the same ID number, household number, else name, division and birth. Who moved ends one membership
    and begins another. What is empty erases nothing; members that are not named stay. Up to some thousands at a time.
    ``office``: whose ledger it is; where another office has told otherwise, the owner of the field decides. ``traces``
    takes what is written, for the way back.
    Raises UnknownDivision, UnknownProgramme, SamePersonTwice, SameHouseholdTwice, PersonGone.
    """
    codes = {household.division for household in households if household.division}
    actor.check_may_all("registry.register_households", codes)
    check_divisions(codes)
    check_programmes({enrolment.programme for household in households for enrolment in household.enrolments})
    lock_register(codes)
    has_particulars = any(one.particulars or any(person.particulars for person in one.members) for one in households)
    found = matches(households, office=office if has_particulars else None)
    # Whom another area has, only that area may send away.
    actor.check_may_all("registry.register_households", {code for match in found for code in match.codes()})
    if gone := [(place, member) for place, match in enumerate(found) for member in sorted(match.gone)]:
        raise PersonGone(gone)
    say = Say(office, dict(FieldOwner.objects.values_list("field", "office")))
    work = Work(now=now, today=timezone.localtime(now).date(), is_same=same_by(), say=say, traces=traces)
    entered = [enter(work, household, match) for household, match in zip(households, found, strict=True)]
    write_changes(work)
    return HouseholdsRegistered(
        batch_id=secrets.token_hex(8),
        source=source,
        household_ids=tuple(
            one.subject.pk if one.subject is not None else match.household.id if match.household else 0
            for one, match in zip(entered, found, strict=True)
        ),
        verdicts=tuple(one.verdict.value for one in entered),
        persons_new=len(work.persons),
        persons_changed=len(work.changed_persons.keys() | (work.changed_subjects.keys() & _person_ids(found))),
        persons_moved=work.persons_moved,
        emptied_ids=tuple(work.emptied),
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
