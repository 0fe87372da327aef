"""What can stand in the way, said so that the reader can mend it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _


def _named(values: Iterable[object], most: int = 5) -> str:
    found = sorted(map(str, values))
    return ", ".join(found[:most]) + (" …" if len(found) > most else "")


class AssignmentProblem(ValueError):
    """Base of everything that may be refused about who is responsible for whom."""


class UnknownDuty(AssignmentProblem):
    """There is no such duty, or it is held for something else."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("There is no duty “%(code)s” that can be given here. Choose one from the list.") % {"code": code}
        )


class DutyIsHeld(AssignmentProblem):
    """A duty that several hold cannot become one that only one may hold, nor be held for something else."""

    def __init__(self, label: str) -> None:
        super().__init__(
            _("“%(duty)s” is held by people now in a way the change would not allow. End those first.")
            % {"duty": label}
        )


class UnknownSubject(AssignmentProblem):
    """Somebody who is not in the register, or no longer."""

    def __init__(self, ids: Iterable[int]) -> None:
        super().__init__(
            _("Not in the register any more: %(ids)s. Open the list again and choose anew.") % {"ids": _named(ids)}
        )


class UnknownDivision(AssignmentProblem):
    """A division code that is not in the register."""

    def __init__(self, codes: Iterable[str]) -> None:
        super().__init__(_("Unknown division: %(codes)s. Load the divisions first.") % {"codes": _named(codes)})


class UnknownWorker(AssignmentProblem):
    """An account that does not exist or is closed."""

    def __init__(self, ids: Iterable[int]) -> None:
        super().__init__(
            _("No open account: %(ids)s. Choose somebody else, or have the account opened.") % {"ids": _named(ids)}
        )


class TwoHolders(AssignmentProblem):
    """One batch gives a duty that only one may hold to two."""

    def __init__(self, keys: Iterable[object]) -> None:
        super().__init__(
            _("Only one may hold this duty, but the list gives it to two for: %(keys)s. Leave one out.")
            % {"keys": _named(keys)}
        )


class SameWorker(AssignmentProblem):
    """A worker's people cannot be handed over to the worker."""

    def __init__(self) -> None:
        super().__init__(_("These are the same person. Choose somebody else to take over."))


class NothingToHandOver(AssignmentProblem):
    """The worker holds nothing in this area."""

    def __init__(self) -> None:
        super().__init__(_("There is nothing to hand over: nobody is in this worker's care here."))


class StaleHandOver(AssignmentProblem):
    """It was handed back already."""

    def __init__(self) -> None:
        super().__init__(_("This has been handed back already."))


class UnusableCapacity(AssignmentProblem):
    """A capacity nobody has."""

    def __init__(self, capacity: int) -> None:
        super().__init__(
            _("A worker carries between 0 and 1000 households, not %(capacity)d.") % {"capacity": capacity}
        )


class StaleProposal(AssignmentProblem):
    """Somebody else applied or discarded the proposal, or it is not computed yet."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else has decided about this proposal meanwhile. Open it again."))


class NothingToPropose(AssignmentProblem):
    """Everybody in the area has somebody."""

    def __init__(self) -> None:
        super().__init__(_("Everybody here has somebody already: there is nothing to propose."))


class UnknownLine(AssignmentProblem):
    """A household that is not in the proposal."""

    def __init__(self) -> None:
        super().__init__(_("This household is not part of the proposal."))
