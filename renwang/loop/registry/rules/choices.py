"""Decisions about divisions, subjects and enrolments, as pure values."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DivisionLevel(TextChoices):
    """How high a division stands."""

    COUNTRY = "country", _("country")
    PROVINCE = "province", _("province")
    CITY = "city", _("city")
    DISTRICT = "district", _("district")
    STREET = "street", _("subdistrict")
    VILLAGE = "village", _("village or community")
    GRID = "grid", _("grid")


class SubjectKind(TextChoices):
    """What a subject is."""

    HOUSEHOLD = "household", _("household")
    PERSON = "person", _("person")
    ORGANISATION = "organisation", _("organisation")


class Sex(TextChoices):
    """Sex as the ID number tells it (GB/T 2261.1)."""

    MALE = "1", _("male")
    FEMALE = "2", _("female")
    UNKNOWN = "0", _("unknown")


class Relation(TextChoices):
    """Relation to the head of the household."""

    HEAD = "head", _("head of household")
    SPOUSE = "spouse", _("spouse")
    SON = "son", _("son")
    DAUGHTER = "daughter", _("daughter")
    CHILD_IN_LAW = "child_in_law", _("son- or daughter-in-law")
    GRANDCHILD = "grandchild", _("grandchild")
    PARENT = "parent", _("parent")
    PARENT_IN_LAW = "parent_in_law", _("parent-in-law")
    GRANDPARENT = "grandparent", _("grandparent")
    SIBLING = "sibling", _("brother or sister")
    OTHER = "other", _("other")


class ImportStatus(TextChoices):
    """Where an import stands, and who must act next."""

    CHECKING = "checking", _("being checked")  # the worker
    MAPPING = "mapping", _("waits for its columns")  # the officer: say what the columns mean
    CHECKED = ("checked", _("checked, not applied"))  # the officer: apply the good rows, or none
    APPLYING = "applying", _("being applied")  # the worker
    APPLIED = "applied", _("entered")  # nobody
    DISCARDED = "discarded", _("put away")  # nobody
    REFUSED = "refused", _("cannot be used")  # the officer: mend the file
    UNDOING = "undoing", _("being taken back")  # the worker
    UNDONE = "undone", _("taken back")  # nobody


class Verdict(TextChoices):
    """What would happen to one row of an import."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    CONFLICT = "conflict", _("in conflict")
    DOUBTFUL = "doubtful", _("doubtful")
    INVALID = "invalid", _("invalid")
    IGNORED = "ignored", _("not data")


IMPORT_MOVES: dict[ImportStatus, frozenset[ImportStatus]] = {
    ImportStatus.CHECKING: frozenset({ImportStatus.CHECKED, ImportStatus.REFUSED, ImportStatus.MAPPING}),
    ImportStatus.MAPPING: frozenset({ImportStatus.CHECKING, ImportStatus.DISCARDED}),
    ImportStatus.CHECKED: frozenset({ImportStatus.APPLYING, ImportStatus.DISCARDED, ImportStatus.CHECKING}),
    ImportStatus.APPLYING: frozenset({ImportStatus.APPLIED}),
    ImportStatus.APPLIED: frozenset({ImportStatus.UNDOING}),
    ImportStatus.UNDOING: frozenset({ImportStatus.UNDONE}),
    ImportStatus.UNDONE: frozenset(),
    ImportStatus.DISCARDED: frozenset(),
    ImportStatus.REFUSED: frozenset(),
}
