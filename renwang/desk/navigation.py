"""What stands in the navigation: one list, in the order of the work. Add an entry here and nowhere else."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    """One line of the navigation.

    ``permission`` is asked through ``actor.may_anywhere``; empty means whoever is signed in. ``in_bar`` puts the entry into
    the bottom bar of a phone, where the first four that remain are shown.
    """

    label: Promise | str
    url_name: str
    icon: str
    permission: str = ""
    in_bar: bool = False


@dataclass(frozen=True)
class Group:
    label: Promise | str
    entries: tuple[Entry, ...]


NAVIGATION: tuple[Group, ...] = (
    Group(
        _("Today"),
        (
            Entry(_("Board"), "desk:board", "layout-dashboard", "desk.board", in_bar=True),
            Entry(_("My work"), "desk:my_work", "checklist", "rounds.record_check_ins", in_bar=True),
            Entry(_("Cases"), "cases:worklist", "clipboard-list", "cases.view", in_bar=True),
            Entry(_("Unreached"), "desk:unreached", "phone-off", "desk.board", in_bar=True),
            Entry(_("Directives"), "command:list", "file-text", "command.view"),
        ),
    ),
    Group(
        _("People"),
        (
            Entry(_("Search"), "desk:search", "search", "registry.view", in_bar=True),
            Entry(_("Register"), "registry:households", "users", "registry.view"),
            Entry(_("Outreach rounds"), "rounds:list", "speakerphone", "rounds.view"),
            Entry(_("Nobody responsible"), "assignments:gaps", "user-question", "assignments.propose_helpers"),
            Entry(_("Offers"), "fulfilment:offers", "package", "fulfilment.view"),
            Entry(_("Replies to read"), "rounds:replies", "message-dots", "channels.review"),
            Entry(_("Map"), "desk:map", "map", "desk.board"),
            Entry(_("Imports"), "registry:imports", "file-import", "registry.import_people"),
        ),
    ),
    Group(
        _("House"),
        (
            Entry(_("Accounts"), "access:accounts", "users", "access.view_accounts"),
            Entry(_("Emergency access"), "access:break_glass", "lock-open", "access.break_glass"),
            Entry(_("Who looked"), "access:looks", "eye", "access.view_looks"),
            Entry(_("What I looked at"), "access:looks_mine", "eye-exclamation"),
            Entry(_("Change password"), "access:password", "key"),
            Entry(_("Ledger"), "audit:ledger", "history", "audit.view"),
            Entry(_("Messages"), "channels:messages", "message", "channels.view"),
            Entry(_("Undelivered promises"), "audit:dead_letters", "inbox", "audit.view"),
        ),
    ),
)
