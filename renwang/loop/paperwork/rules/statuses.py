"""Where forms, fillings and exports stand, and who must act next."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FileKind(TextChoices):
    """What a form is written in."""

    XLSX = "xlsx", _("Excel workbook")
    DOCX = "docx", _("Word document")


class Level(TextChoices):
    """What one row of a form stands for."""

    HOUSEHOLD = "household", _("household")
    PERSON = "person", _("person")
    VILLAGE = "village", _("village or community")
    STREET = "street", _("subdistrict")


class OpensTo(TextChoices):
    """What a figure counts."""

    HOUSEHOLD = "household", _("households")
    PERSON = "person", _("persons")
    CASE = "case", _("cases")
    INDICATOR = "indicator", _("what an indicator counts")


class FillingStatus(TextChoices):
    """Where a filled form stands, and who must act next."""

    FILLING = "filling", _("being filled")  # the worker
    WAITING = "waiting", _("waiting for release")  # a person of the office: release it or put it away
    RELEASED = "released", _("released")  # nobody
    PUT_AWAY = "put_away", _("put away")  # nobody
    FAILED = "failed", _("could not be filled")  # a person: see why, fill it again


FILLING_MOVES: dict[FillingStatus, frozenset[FillingStatus]] = {
    FillingStatus.FILLING: frozenset({FillingStatus.WAITING, FillingStatus.FAILED}),
    FillingStatus.WAITING: frozenset({FillingStatus.RELEASED, FillingStatus.PUT_AWAY, FillingStatus.FILLING}),
    FillingStatus.FAILED: frozenset({FillingStatus.PUT_AWAY, FillingStatus.FILLING}),
    FillingStatus.RELEASED: frozenset(),
    FillingStatus.PUT_AWAY: frozenset(),
}


class ExportKind(TextChoices):
    """What is taken out."""

    HOUSEHOLD_FILES = "household_files", _("one file per household")
    TABLE = "table", _("open table")


class ExportStatus(TextChoices):
    """Where an export stands, and who must act next."""

    MAKING = "making", _("being made")  # the worker
    READY = "ready", _("ready")  # whoever asked for it: take it
    FAILED = "failed", _("could not be made")  # whoever asked for it
    GONE = "gone", _("deleted after its days")  # nobody


KEPT_DAYS = 7  # a file that was made waits so long for whoever asked for it
SHORTEST_REASON = 4  # characters
MOST_FIGURES = 200_000
MOST_FILES = 2_000  # households in one go: a PDF of some thousand pages
