"""What a directive and a report must hold: numbers, figures, files."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from ..engine import paper
from .refusals import FileRefused, ReportIncomplete
from .statuses import FigureKind

MOST_FILES = 5
MOST_BYTES = 10 * 1024 * 1024
MOST_FIGURES = 8
LARGEST = Decimal("9999999999.99")
NUMBER = re.compile(
    r"^(?P<before>.*[〔\[(（]\s*)(?P<year>\d{4})(?P<between>\s*[〕\])）]\s*第?)(?P<number>\d{1,5})(?P<after>号?)$"
)


@dataclass(frozen=True, slots=True)
class FileTold:
    """One attached file as it came."""

    label: str
    content: bytes


@dataclass(frozen=True, slots=True)
class FigureAsked:
    """One number that every report must give."""

    label: str
    unit: str = ""
    kind: str = FigureKind.WHOLE


def next_number(last: str, year: int) -> str:
    """Return the number that follows: 坊防指发〔2020〕3号 → 坊防指发〔2020〕4号; the first of another year; "" where it reads otherwise."""
    found = NUMBER.match(last.strip())
    if found is None:
        return ""
    number = int(found["number"]) + 1 if int(found["year"]) == year else 1
    return f"{found['before']}{year}{found['between']}{number}{found['after']}"


def check_files(files: Sequence[FileTold]) -> list[FileTold]:
    """Return the files under clean names; raises FileRefused, which names the file."""
    if len(files) > MOST_FILES:
        raise FileRefused(_("At most %(most)d files, please.") % {"most": MOST_FILES})
    return [checked_file(one) for one in files]


def checked_file(told: FileTold) -> FileTold:
    """Return a file under a clean name; raises FileRefused."""
    label = paper.clean_name(told.label)
    named = {"file": label, "most": MOST_BYTES // 1024 // 1024, "kinds": ", ".join(sorted(paper.KINDS))}
    if not told.content:
        raise FileRefused(_("%(file)s is empty. Choose it again.") % named)
    if len(told.content) > MOST_BYTES:
        raise FileRefused(_("%(file)s is larger than %(most)d MB. Send a smaller one.") % named)
    if not paper.is_known(label):
        raise FileRefused(_("%(file)s is of a kind that is not taken here. Taken are: %(kinds)s.") % named)
    if not paper.is_what_it_says(label, told.content):
        raise FileRefused(_("%(file)s is not what its name says. Open it, save it anew, and choose it again.") % named)
    return FileTold(label, told.content)


def check_value(label: str, kind: str, value: Decimal) -> Decimal:
    """Return a told number; raises ReportIncomplete, which names the figure."""
    if not value.is_finite() or value < 0 or value > LARGEST:
        raise ReportIncomplete(_("%(figure)s: expected a number from 0 upwards.") % {"figure": label})
    places = 0 if kind == FigureKind.WHOLE else 2
    rounded = value.quantize(Decimal(1).scaleb(-places))
    if rounded != value:
        words = _("%(figure)s: expected a whole number.") if not places else _("%(figure)s: at most two decimals.")
        raise ReportIncomplete(words % {"figure": label})
    return rounded


def checked_figures(asked: Mapping[int, tuple[str, str]], told: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Return the numbers of a report, all that are asked and no other. ``asked``: key → (label, kind). Raises ReportIncomplete."""
    missing = [label for key, (label, _kind) in asked.items() if key not in told]
    if missing:
        raise ReportIncomplete(_("Still missing: %(figures)s.") % {"figures": ", ".join(missing)})
    return {key: check_value(label, kind, told[key]) for key, (label, kind) in asked.items()}


def plain(value: Decimal) -> str:
    """Write a number without needless zeros."""
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
