"""Two records that may be one: where the question stands, and who must act next."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DoubtStatus(TextChoices):
    """Where a doubtful pair stands."""

    OPEN = "open", _("to be decided")  # the officer
    LATER = "later", _("put off")  # the officer, once more is known
    SAME = "same", _("one and the same")  # nobody
    APART = "apart", _("two people")  # nobody


DOUBT_MOVES: dict[DoubtStatus, frozenset[DoubtStatus]] = {
    DoubtStatus.OPEN: frozenset({DoubtStatus.LATER, DoubtStatus.SAME, DoubtStatus.APART}),
    DoubtStatus.LATER: frozenset({DoubtStatus.SAME, DoubtStatus.APART}),
    DoubtStatus.SAME: frozenset({DoubtStatus.APART}),  # the merge was taken back
    DoubtStatus.APART: frozenset(),
}
UNDECIDED = frozenset({DoubtStatus.OPEN, DoubtStatus.LATER})


def looks_wrong(rows: int, doubtful: int) -> bool:
    """Answer whether so many rows are doubtful that the file, or what its columns are taken for, is to be looked at first."""
    return doubtful * 2 > rows
