"""Families that share a phone: which of them a reply speaks of."""

import re
from collections.abc import Mapping

from .reading import normal, surname_of
from .words import OF_ALL, WELL

_OTHER_LETTER = dict(zip("甲乙丙丁戊己庚辛", "ABCDEFGH", strict=True))


def addressed(text: str, families: Mapping[int, tuple[str, str]]) -> dict[int, str] | None:
    """Return what a reply says of which household, {contact: text}; None where it does not say whom it means.

    ``families``: {contact: (letter, name of the head)}. A letter or a name before an answer names the household; one reply may
    answer for several. That all families of the phone are well must be said of all of them.
    """
    plain = normal(text)
    if re.search(OF_ALL, plain) and WELL.search(plain) and not re.search("[2-5]|没|不|病|烧", plain):
        return dict.fromkeys(families, "平安")
    found = _signs_in(plain, families)
    if not found or plain[: found[0][0]].strip(" ,;。、."):
        return None  # nobody is named, or something is said before anybody is
    said: dict[int, str] = {}
    waiting: list[int] = []
    for place, (_start, end, contact_id) in enumerate(found):
        until = found[place + 1][0] if place + 1 < len(found) else len(plain)
        words = plain[end:until].strip(" ,;。、.:和与家")
        waiting.append(contact_id)
        if words in ("", "都"):
            continue
        for one in waiting:
            said[one] = f"{said[one]},{words}" if one in said else words
        waiting = []
    return said or None


def _signs_in(plain: str, families: Mapping[int, tuple[str, str]]) -> list[tuple[int, int, int]]:
    """Return (start, end, contact) of every letter or name in a reply; nothing where one fits two families."""
    signs: dict[str, set[int]] = {}
    for contact_id, (letter, name) in families.items():
        whole = normal(name)
        family = surname_of(whole)
        for sign in (letter.lower(), _OTHER_LETTER.get(letter, "").lower(), whole, f"{family}家", f"{family} family"):
            if sign:
                signs.setdefault(sign, set()).add(contact_id)
    found: list[tuple[int, int, int]] = []
    for sign in sorted(signs, key=len, reverse=True):
        pattern = rf"(?<![a-z]){re.escape(sign)}(?![a-z])" if sign.isascii() else re.escape(sign)
        for place in re.finditer(pattern, plain):
            if any(start <= place.start() < end for start, end, _contact in found):
                continue
            if len(signs[sign]) > 1:
                return []
            found.append((place.start(), place.end(), next(iter(signs[sign]))))
    return sorted(found)
