"""What a method of the power index is called, and what it says, in the reader's language."""

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..engine import PRESETS, Method, preset
from ..models import PowerRun


def method_name(code: str) -> str:
    """Return what a method is called; the code of one that is not known any more."""
    method = _preset(code)
    if method is None:
        return code
    return method.name_en if (get_language() or "").startswith("en") else method.name_zh


def method_words(run: PowerRun) -> list[str]:
    """Return what the method of a computation says: who has resumed, what counts, against which base, by which weights."""
    method = _preset(run.method)
    if method is None:
        return []
    share = f"{method.threshold.normalize():f}"
    resumed = (
        _("A firm counts as resumed that uses more than %(share)s %% of its base.")
        if method.comparison == ">"
        else _("A firm counts as resumed that uses at least %(share)s %% of its base.")
    )
    used = (
        _("The use of the resumed firms counts, against the base of all.")
        if method.numerator == "resumed"
        else _("The use of all firms counts, against the base of all.")
    )
    weights = {"resumption": f"{method.weight_resumption:f}", "production": f"{method.weight_production:f}"}
    return [
        resumed % {"share": share},
        used,
        _base(method, run.base_from, run.base_to),
        _("Weights: resumption rate %(resumption)s, production rate %(production)s.") % weights,
    ]


def _base(method: Method, first: date | None, last: date | None) -> str:
    if method.base_kind == "last_year":
        return _("Base: the same week of the year before.")
    span = {"first": first or method.base_from, "last": last or method.base_to}
    return _("Base: the mean day from %(first)s to %(last)s.") % span


def _preset(code: str) -> Method | None:
    return preset(code) if code in PRESETS else None
