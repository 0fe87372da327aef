"""Who may do what, where: pure values, decided without a database."""

from .actor import Actor, GrantSeen, NotAllowed
from .areas import is_neighbour, is_within, next_prefix, prefix_range
from .emergency import EMERGENCY_LASTS, SHORTEST_REASON, emergency_refusal
from .one_time import as_recovery_code, wait_after
from .roles import OFFICES, ROLES, Role, clashes

__all__ = [
    "EMERGENCY_LASTS",
    "OFFICES",
    "ROLES",
    "SHORTEST_REASON",
    "Actor",
    "GrantSeen",
    "NotAllowed",
    "Role",
    "as_recovery_code",
    "clashes",
    "emergency_refusal",
    "is_neighbour",
    "is_within",
    "next_prefix",
    "prefix_range",
    "wait_after",
]
