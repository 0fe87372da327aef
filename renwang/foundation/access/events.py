"""What happened to accounts, their rights and the looks they took. Ids and codes only."""

from dataclasses import dataclass
from datetime import datetime

from renwang.foundation.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    """An account gave its right password."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class AccountAdded(Event):
    """An account was made, with its first role."""

    user_id: int
    grant_id: int
    role: str
    area: str


@dataclass(frozen=True, kw_only=True)
class AccountChanged(Event):
    """What is written about an account was changed: the names of the fields."""

    user_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AccountDeactivated(Event):
    """An account can no longer be used; its sessions ended with it."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class AccountReactivated(Event):
    """An account can be used again."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordReset(Event):
    """An account manager gave an account a one-time password."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """Somebody changed their own password."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Event):
    """An account got a role in an area."""

    user_id: int
    grant_id: int
    role: str
    area: str


@dataclass(frozen=True, kw_only=True)
class GrantEnded(Event):
    """A role in an area ended."""

    user_id: int
    grant_id: int
    role: str
    area: str


@dataclass(frozen=True, kw_only=True)
class SecondFactorBegun(Event):
    """A new secret waits for its first code."""

    user_id: int
    factor_id: int


@dataclass(frozen=True, kw_only=True)
class SecondFactorShown(Event):
    """A code was given: ``outcome`` is right, recovery (a printed code was right), wrong, or too_soon (not looked at)."""

    user_id: int
    factor_id: int
    outcome: str


@dataclass(frozen=True, kw_only=True)
class SecondFactorConfirmed(Event):
    """The first code was looked at; when ``is_right`` the second factor counts and recovery codes were made."""

    user_id: int
    factor_id: int
    is_right: bool


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesRenewed(Event):
    """New recovery codes took the place of the old ones."""

    user_id: int
    factor_id: int


@dataclass(frozen=True, kw_only=True)
class SecondFactorReset(Event):
    """An account manager took a second factor away, so that a new one can be set up."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class GlassBroken(Event):
    """Somebody took emergency access to a neighbouring area."""

    break_glass_id: int
    user_id: int
    area: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class GlassMended(Event):
    """Somebody gave emergency access back before it ended by itself."""

    break_glass_id: int
    user_id: int
    area: str


@dataclass(frozen=True, kw_only=True)
class GlassAcknowledged(Event):
    """An officer of the area has taken note of an emergency access."""

    break_glass_id: int
    area: str


@dataclass(frozen=True, kw_only=True)
class LookedAtMany(Event):
    """Somebody opened sealed fields of many subjects at once, into one file."""

    area: str
    subjects: int
    looks: int


@dataclass(frozen=True, kw_only=True)
class Looked(Event):
    """Somebody looked at one sealed field of one subject."""

    look_id: int
    subject_id: int
    code: str
    field: str
