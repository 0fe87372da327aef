"""The pages of cases."""

from .acting import answer, revoke, verb
from .confirmation import confirm, link_for_household
from .opening import new_case
from .page import attend, case, preview
from .worklist import act_on_many, forget_filter, save_filter, worklist

__all__ = [
    "act_on_many",
    "answer",
    "attend",
    "case",
    "confirm",
    "forget_filter",
    "link_for_household",
    "new_case",
    "preview",
    "revoke",
    "save_filter",
    "verb",
    "worklist",
]
