"""Decisions about bulletins: what a number is called, which are left out, where a bulletin stands. Pure."""

from .figures import (
    COUNT,
    HOURS,
    PERCENT,
    SMALL_WORD,
    Asked,
    FigureTold,
    Name,
    Part,
    Piece,
    Place,
    asked_in,
    broken_in,
    cells_of,
    halved,
    in_words,
    least_percent,
    pieces_of,
    shown_of,
    totals_of,
    typed_numbers,
)
from .masking import SMALLEST_SHOWN, Cell, Shown, Total, is_small, masked
from .packing import packed, unpacked
from .statuses import (
    DEFAULT_HOUR,
    FROZEN,
    MOVES,
    BulletinStatus,
    EditorMayNotPublish,
    NothingToPublish,
    Refused,
    StaleBulletin,
    UnknownFigure,
)
