"""Row ids behind a figure, kept small: sorted, as differences, compressed. 100,000 ids take about 30 KB."""

import zlib
from collections.abc import Iterable


def packed(ids: Iterable[int]) -> bytes:
    """Return ids (above zero, any order, each once) as bytes."""
    out = bytearray()
    before = 0
    for one in sorted(set(ids)):
        step, before = one - before, one
        while step > 0x7F:
            out.append(step & 0x7F | 0x80)
            step >>= 7
        out.append(step)
    return zlib.compress(bytes(out), 9)


def unpacked(data: bytes) -> list[int]:
    """Return the ids in rising order; raises ValueError for what ``packed`` never wrote."""
    ids: list[int] = []
    step = shift = one = 0
    try:
        raw = zlib.decompress(data)
    except zlib.error as error:
        raise ValueError("These are no packed ids.") from error
    for byte in raw:
        step |= (byte & 0x7F) << shift
        shift += 7
        if byte & 0x80:
            continue
        one += step
        ids.append(one)
        step = shift = 0
    if shift:
        raise ValueError("These packed ids are cut short.")
    return ids
