"""Who may do what, where: pure values, decided without a database."""

from .actor import Actor, GrantSeen, NotAllowed
from .areas import is_within, next_prefix, prefix_range
from .roles import ROLES, Role, clashes

__all__ = ["ROLES", "Actor", "GrantSeen", "NotAllowed", "Role", "clashes", "is_within", "next_prefix", "prefix_range"]
