"""Set one document: a template of ours, somebody's data, and whose copy it is."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from .faces import Faces
from .faults import CannotTypeset, Missing

# The folder templates are named from: "loop/bulletins/documents/bulletin.typ". Nothing outside it can be read by one.
HOUSE = Path(__file__).resolve().parents[3]
KEPT = 10  # documents whose parts typst's cache keeps (comemo's `evict(10)` after each)
UNDRAWABLE = re.compile(r'the text `"(?P<text>.*?)"`', re.DOTALL)
# What somebody may have pasted and no font draws: controls, directions, joiners, the halves of broken emoji.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff]"
)


@dataclass(frozen=True)
class Mark:
    """Whose copy this is, on every page: who took it, when, why. Empty where anybody may have it."""

    who: str = ""
    at: str = ""
    why: str = ""


def pdf_of(
    template: str, data: Mapping[str, Any], *, faces: Faces, language: str, now: datetime, mark: Mark | None = None
) -> bytes:
    """Return a tagged PDF (PDF/UA-1) of a template of the house and plain values.

    ``template`` is named from the package's folder; ``data`` is anything JSON holds. It reaches the template as JSON, never
    as source: whatever a name contains is text. ``now`` is the document's date, so the same data gives the same bytes.
    Raises Missing where no font has a character (a PDF/UA without it is refused by the setter itself), CannotTypeset.
    """
    told = {
        "data": _clean(data),
        "mark": _clean(asdict(mark)) if mark else None,
        "language": "en" if language.startswith("en") else "zh",
        "serif": list(faces.serif),
        "sans": list(faces.sans),
    }
    try:
        made = typst.compile(
            str(HOUSE / template),
            root=str(HOUSE),
            font_paths=faces.found,
            ignore_system_fonts=True,
            sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=int(now.timestamp()),
        )
    except RuntimeError as error:  # typst raises its own kind of it, and a plain one for a path outside the house
        if undrawable := UNDRAWABLE.search(str(error)):
            raise Missing(undrawable["text"]) from None
        raise CannotTypeset(str(error)) from error
    return made


def forget(faces: Faces) -> None:
    """Let the setter give back the memory of what it has set: it keeps its last ten documents, whatever their length.

    A hundred households' files hold 150 MB; a village's, one part after the other, held a gigabyte without this (0.1 s).
    """
    for number in range(KEPT + 1):
        typst.compile(b"%d" % number, font_paths=faces.found, ignore_system_fonts=True, format="pdf")


def _clean(value: Any) -> Any:
    """Return the value without what no font draws and nobody would miss."""
    if isinstance(value, str):
        return UNSEEN.sub("", value)
    if isinstance(value, Mapping):
        return {str(key): _clean(part) for key, part in value.items()}
    return [_clean(part) for part in value] if isinstance(value, list | tuple) else value
