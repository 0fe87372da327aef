"""What a delivery receipt says. SMPP 3.4, appendix B: a text by custom, optional parameters by the standard."""

import re
from dataclasses import dataclass

_FIELD = re.compile(r"\b(id|stat|err):\s*([^\s]*)", re.IGNORECASE)
# message_state, SMPP 3.4 table 5-6
_STATES = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}
DELIVERED = frozenset({"DELIVRD"})
FAILED = frozenset({"EXPIRED", "DELETED", "UNDELIV", "REJECTD"})
# Errors of the network that mean: there is no such subscriber (3GPP TS 29.002, and how centres print it).
NO_SUBSCRIBER = frozenset({"001", "1", "005", "MK:0001", "MK:0000", "MI:0001"})


@dataclass(frozen=True)
class Receipt:
    """A receipt. ``state``: the centre's word (DELIVRD…), "" where it gives none; ``error``: its own code."""

    external_id: str
    state: str
    error: str = ""

    @property
    def is_delivered(self) -> bool:
        return self.state in DELIVERED

    @property
    def is_failed(self) -> bool:
        return self.state in FAILED


def receipt_of(text: str, *, receipted_id: str = "", message_state: int | None = None) -> Receipt:
    """Return what a receipt says: optional parameters first, where a centre sends them, then its text."""
    said = {name.lower(): value for name, value in _FIELD.findall(text)}
    state = _STATES.get(message_state or 0, "") or said.get("stat", "").upper()
    return Receipt(receipted_id or said.get("id", ""), state, said.get("err", ""))


def spellings(external_id: str) -> list[str]:
    """Return how a centre may write the same number: some answer in hexadecimal and write their receipts in decimal."""
    found = [external_id]
    plain = external_id.lstrip("0") or "0"
    found.append(plain)
    if plain.isdecimal():
        found.append(f"{int(plain):x}")
        found.append(f"{int(plain):X}")
    try:
        found.append(str(int(plain, 16)))
    except ValueError:
        pass
    return list(dict.fromkeys(found))
