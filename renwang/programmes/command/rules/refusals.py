"""What is refused, in words that say why and what to do."""

from django.utils.translation import gettext as _


class Refused(Exception):
    """What was asked cannot be done; the message says why and what to do, in the reader's language."""


class UnknownDirective(Refused):
    """There is no such directive, copy, report or attachment."""

    def __init__(self) -> None:
        super().__init__(_("This directive does not exist, or not any more."))


class DirectiveIncomplete(Refused):
    """A directive cannot be issued as it is; the message says what is missing."""


class NumberTaken(DirectiveIncomplete):
    """Another directive bears this number."""


class NotInForce(Refused):
    """The directive was withdrawn or superseded meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This directive is no longer in force: nothing need be done about it any more."))


class NotThisUnit(Refused):
    """Somebody acts for a unit that is not theirs."""

    def __init__(self) -> None:
        super().__init__(_("Only an account of the unit that received this copy can do this."))


class NotTheIssuer(Refused):
    """Somebody acts on a directive that their office did not issue."""

    def __init__(self) -> None:
        super().__init__(_("Only the office that issued this directive, or the district command, can do this."))


class StaleCopy(Refused):
    """Somebody moved the copy first, or it does not go that way."""


class ReportIncomplete(Refused):
    """A report lacks something; the message says what."""


class StaleReport(Refused):
    """A report was corrected or returned meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This report was corrected or returned meanwhile. Load the page again."))


class ReasonMissing(Refused):
    """This needs a reason in words."""

    def __init__(self) -> None:
        super().__init__(_("Say why, in a few words: others will read it."))


class FileRefused(Refused):
    """A file is too large, of a kind that is not taken, or not what its name says."""


class NothingToDo(Refused):
    """There is nobody to remind, nobody to forward to, or a round was started already."""


def check_reason(reason: str) -> str:
    """Return the reason without its margins; raises ReasonMissing where it says nothing."""
    said = reason.strip()
    if len(said) < 2:
        raise ReasonMissing
    return said[:300]
