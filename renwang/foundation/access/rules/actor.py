"""Who may do what, where: pure values, decided without a database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from functools import lru_cache

from django.utils.translation import gettext as _

from .areas import is_within
from .roles import LENT, ROLES, Role


class NotAllowed(Exception):
    """The actor's role does not allow this, or not in this area."""

    def __init__(self, permission: str, code: str) -> None:
        super().__init__(_("Your role does not allow this here. Ask the officer of the area, or use emergency access."))
        self.permission = permission
        self.code = code


@lru_cache(maxsize=8192)
def _matches(permission: str, patterns: tuple[str, ...]) -> bool:
    # A page asks this some hundred times, and the patterns of a role never change while we run.
    return any(fnmatchcase(permission, pattern) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class GrantSeen:
    """One role in one area, as it holds at this moment; ``is_lent``: through emergency access, so only to help."""

    role: str
    area: str
    is_lent: bool = False
    until: datetime | None = None  # told for lent grants

    @property
    def definition(self) -> Role:
        return ROLES[self.role]

    def allows(self, permission: str) -> bool:
        """Answer whether the role carries a permission ("cases.move_case"; patterns such as "cases.*")."""
        if self.is_lent and not _matches(permission, LENT):
            return False
        return _matches(permission, self.definition.permissions)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody at one moment: who they are and what they may do. Writer and viewer alike.

    ``people``: ids of the subjects they are answerable for; the only ones seen by roles with ``own_people_only``.
    """

    user_id: int | None
    name: str
    grants: tuple[GrantSeen, ...] = ()
    people: frozenset[int] = frozenset()
    is_system: bool = False
    verified: bool = field(default=True)  # the second factor was shown, where a role asks for it

    @classmethod
    def system(cls) -> "Actor":
        """Return the system itself: the worker, a tick, the command line."""
        return cls(user_id=None, name="system", is_system=True)

    def may(self, permission: str, code: str) -> bool:
        """Answer whether the permission holds in the area of ``code``."""
        if self.is_system:
            return True
        return any(is_within(code, grant.area) and grant.allows(permission) for grant in self.usable_grants())

    def may_anywhere(self, permission: str) -> bool:
        """Answer whether the permission holds somewhere: for menus."""
        return self.is_system or any(grant.allows(permission) for grant in self.usable_grants())

    def check_may(self, permission: str, code: str) -> None:
        """Raise NotAllowed unless the permission holds in the area of ``code``."""
        if not self.may(permission, code):
            raise NotAllowed(permission, code)

    def check_may_all(self, permission: str, codes: Iterable[str]) -> None:
        """Raise NotAllowed unless the permission holds for every code: for bulk actions."""
        for code in set(codes):
            self.check_may(permission, code)

    def may_for(self, permission: str, code: str, subject_id: int) -> bool:
        """Answer whether the permission holds for one subject: in the area, and among one's own people where only those count."""
        if self.is_system:
            return True
        return any(
            is_within(code, grant.area)
            and grant.allows(permission)
            and (not grant.definition.own_people_only or subject_id in self.people)
            for grant in self.usable_grants()
        )

    def check_may_for(self, permission: str, code: str, subject_id: int) -> None:
        """Raise NotAllowed unless the permission holds for this subject."""
        if not self.may_for(permission, code, subject_id):
            raise NotAllowed(permission, code)

    def check_may_anywhere(self, permission: str) -> None:
        """Raise NotAllowed unless the permission holds somewhere."""
        if not self.may_anywhere(permission):
            raise NotAllowed(permission, "")

    def check_may_as_oneself(self, permission: str) -> int:
        """Return one's own number; raise NotAllowed unless somebody is signed in: for what all may do with their own."""
        if self.user_id is None:
            raise NotAllowed(permission, "")
        return self.user_id

    def areas(self, permission: str) -> tuple[str, ...]:
        """Return the areas in which *everybody* may be seen with a permission (prefixes, none inside another)."""
        if self.is_system:
            return ("",)
        found = {
            grant.area
            for grant in self.usable_grants()
            if grant.allows(permission) and not grant.definition.own_people_only
        }
        return tuple(
            sorted(area for area in found if not any(area != other and area.startswith(other) for other in found))
        )

    def offices(self) -> frozenset[str]:
        """Return the offices the actor speaks for ("health", "relief"…)."""
        return frozenset(grant.definition.office for grant in self.usable_grants() if grant.definition.office)

    def roles(self) -> frozenset[str]:
        """Return the codes of the roles that hold at this moment."""
        return frozenset(grant.role for grant in self.usable_grants())

    def usable_grants(self) -> Iterable[GrantSeen]:
        """Return the grants that count now: a role that asks for a second factor is asleep until it was shown."""
        return (grant for grant in self.grants if self.verified or not grant.definition.second_factor)

    def sleeping_roles(self) -> frozenset[str]:
        """Return the codes of the roles that wait for the second factor."""
        return frozenset(grant.role for grant in self.grants if grant.definition.second_factor and not self.verified)

    def lent_grants(self) -> tuple[GrantSeen, ...]:
        """Return the grants that emergency access lends at this moment."""
        return tuple(grant for grant in self.usable_grants() if grant.is_lent)

    def sees_all_of_area(self) -> bool:
        """Answer whether some role shows more than one's own people."""
        return self.is_system or any(not grant.definition.own_people_only for grant in self.usable_grants())
