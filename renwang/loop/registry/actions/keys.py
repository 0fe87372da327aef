"""Under which words a subject is found: kept beside it, because no index can compute pinyin."""

from collections.abc import Iterable
from functools import lru_cache

from renwang.foundation.audit.actions.bulk import insert_rows

from ..engine.names import search_keys
from ..models import SearchKey

_LONGEST = 60


@lru_cache(maxsize=50_000)
def keys_of(name: str) -> tuple[str, ...]:
    """Return the search keys of a name, each once, no longer than the column."""
    return tuple(sorted({key[:_LONGEST] for key in search_keys(name) if key}))


def write_keys(subjects: Iterable[tuple[int, str, str]]) -> None:
    """Write the keys of new subjects: (id, name, division code)."""
    insert_rows(
        SearchKey,
        ("subject_id", "code", "key"),
        ((subject, code, key) for subject, name, code in subjects for key in keys_of(name)),
    )


def rewrite_keys(subjects: Iterable[tuple[int, str, str]]) -> None:
    """Write the keys of subjects whose name or place has changed anew: (id, name, division code)."""
    rows = list(subjects)
    for start in range(0, len(rows), 900):
        SearchKey.objects.filter(subject_id__in=[row[0] for row in rows[start : start + 900]]).delete()
    write_keys(rows)
