"""Under which words a subject is found: kept beside it, because no index can compute pinyin."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from renwang.foundation.audit.actions.bulk import insert_rows

from ..engine.names import search_keys
from ..models import SearchKey

_LONGEST = 60
COLUMNS = ("subject_id", "code", "key")


@lru_cache(maxsize=50_000)
def keys_of(name: str) -> tuple[str, ...]:
    """Return the search keys of a name, each once, no longer than the column."""
    return tuple(sorted({key[:_LONGEST] for key in search_keys(name) if key}))


def rows_of(subjects: Iterable[tuple[int, str, str]]) -> Iterator[tuple[int, str, str]]:
    """Yield the keys of subjects, (id, name, division code), in the order of `COLUMNS`."""
    return ((subject, code, key) for subject, name, code in subjects for key in keys_of(name))


def write_keys(subjects: Iterable[tuple[int, str, str]]) -> None:
    """Write the keys of new subjects: (id, name, division code)."""
    insert_rows(SearchKey, COLUMNS, rows_of(subjects))


def rewrite_keys(subjects: Iterable[tuple[int, str, str]]) -> None:
    """Write the keys of subjects whose name or place has changed anew: (id, name, division code)."""
    rows = list(subjects)
    for start in range(0, len(rows), 900):
        SearchKey.objects.filter(subject_id__in=[row[0] for row in rows[start : start + 900]]).delete()
    write_keys(rows)
