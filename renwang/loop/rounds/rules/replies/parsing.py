"""What a reply says. What is not understood is never guessed: it is left to a person."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from ..questions import Asked
from .clause import Clause, pieces_of
from .heard import Heard, Reply, Verdict
from .own import own_by_number, take_own
from .people import Kin
from .reading import normal

LONGEST_KEPT = 1000


def read(
    text: str,
    *,
    asked: Asked,
    members: Sequence[Kin],
    today: date,
    speaker: int | None = None,
    fever_from: Decimal = Decimal("37.3"),
) -> Reply:
    """Return what a reply says of a household. ``speaker``: the member whose own phone it came from, where that is known."""
    heard = Heard()
    plain = take_own(normal(text).replace("?", "吗,"), own_by_number(asked), heard)
    clauses = [part.strip() for part in re.split(r"[,。;!\n…~|]+|(?<![\da-z])\.|\.(?=\s|$)|(?<=[一-鿿])\.", plain)]
    for clause in [piece for part in clauses if part for piece in pieces_of(part, members)]:
        Clause(clause, heard, asked, members, speaker, today).hear()
    return _verdict(text, heard, asked, fever_from, has_words=bool(any(clauses) or heard.own))


def _verdict(text: str, heard: Heard, asked: Asked, fever_from: Decimal, *, has_words: bool) -> Reply:
    fevers = [part for part in heard.members.values() if Decimal(str(part.get("temperature", 0))) >= fever_from]
    is_bad = heard.has_problem or bool(fevers)
    blocks = {name for name in ("health", "travel", "contacts", "needs") if getattr(asked, name)}
    is_well = heard.is_well or bool(blocks and blocks <= heard.denied)
    reason = heard.reasons[0] if heard.reasons else ""
    if not has_words:
        return Reply(Verdict.UNCLEAR, reason="empty")
    if heard.chose_well and heard.members and is_bad:
        reason = reason or "contradicts"
    if not is_bad:
        # Only what is bad may be taken out of a reply that is not understood as a whole.
        if heard.is_wrong:
            return Reply(Verdict.WRONG_NUMBER, reason="contradicts" if is_well else "")
        if heard.is_refused:
            return Reply(Verdict.REFUSED, reason="")
        if reason:
            return Reply(Verdict.UNCLEAR, reason=reason)
        if heard.calls_back:
            return Reply(Verdict.CALL_BACK)
        if not (is_well or heard.denied or heard.members or heard.own):
            return Reply(Verdict.UNCLEAR, reason="unclear")
    elif heard.is_wrong or heard.is_refused:
        reason = reason or "contradicts"
    elif heard.calls_back:
        reason = reason or "call_back"
    answers: dict[str, Any] = {"all_well": is_well and not is_bad}
    answers |= {name: part for name in ("members", "needs", "own") if (part := getattr(heard, name))}
    missing = asked.codes - set(heard.own)
    is_partial = bool(missing) or bool(reason) or not (is_well or is_bad)
    return Reply(Verdict.ANSWERED, answers | {"words": text[:LONGEST_KEPT]}, is_partial, reason)
