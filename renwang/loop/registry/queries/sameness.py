"""Whether a value told is the one that is kept sealed: by its blind index alone."""

from renwang.foundation.access.engine.normal import normalise
from renwang.foundation.access.fields import sealer

from ..rules.changes import Index


def same_by() -> Index:
    """Return what answers whether a value is the one a blind index was made of; a value with nothing in it says nothing new.

    For one batch: the key ring is asked for once.
    """
    ring = sealer()

    def is_same(value: str, kind: str, index: bytes | None) -> bool:
        return not normalise(value, kind) or (index is not None and index in ring.blinds(value, kind))

    return is_same


def is_same(value: str, kind: str, index: bytes | None) -> bool:
    """Answer whether one value is the one a blind index was made of."""
    return same_by()(value, kind, index)
