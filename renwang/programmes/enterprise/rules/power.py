"""Words and choices of the power index: states of files and firms, zones, what the engine refuses and notices."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

LARGEST_FILE = 2 * 1024**3  # bytes of a file of readings: a province's year as Parquet has less
UNITS: Mapping[str, Promise] = {
    "kwh": gettext_lazy("kWh"),
    "wan-kwh": gettext_lazy("10 000 kWh"),
    "mwh": gettext_lazy("MWh"),
}
METHODS: Mapping[str, Promise] = {
    "zhejiang": gettext_lazy("Zhejiang: all firms, base of the fourth quarter of 2019, resumed firms' use"),
    "wuhan": gettext_lazy("Wuhan: at least 30 %, base of the first half of 2019, all firms' use"),
    "sichuan": gettext_lazy("Sichuan: above 30 % of December 2019"),
    "hangzhou-2022": gettext_lazy("Hangzhou 2022: against the year before, may exceed 100"),
}


class FileState(TextChoices):
    """Where a file of readings stands, and who acts next."""

    WAITING = "waiting", pgettext_lazy("readings", "being read")  # the worker
    KEPT = "kept", pgettext_lazy("readings", "kept")  # nobody
    ASKING = "asking", pgettext_lazy("readings", "in which unit?")  # whoever sent it
    REFUSED = "refused", pgettext_lazy("readings", "refused")  # whoever sent it
    WITHDRAWN = "withdrawn", pgettext_lazy("readings", "taken back")  # nobody


class FirmState(TextChoices):
    """How a firm's day was read."""

    READ = "read", pgettext_lazy("reading", "read")
    PARTIAL = "partial", pgettext_lazy("reading", "some meters not read")
    MISSING = "missing", pgettext_lazy("reading", "not read")
    ZERO_BASE = "zero_base", pgettext_lazy("reading", "without a base")


class Zone(TextChoices):
    """A stretch of the index."""

    SUPPRESSED = "suppressed", gettext_lazy("suppressed")
    RECOVERING = "recovering", gettext_lazy("recovering")
    STEADY = "steady", gettext_lazy("steady")


REFUSALS: Mapping[str, Promise] = {
    "unreadable_file": gettext_lazy("The file cannot be read. Save it again as xlsx, csv or Parquet, and send that."),
    "unknown_format": gettext_lazy("Send a file of the kind Parquet, csv or xlsx."),
    "empty": gettext_lazy("There is nothing in the file."),
    "missing_columns": gettext_lazy("Columns are missing: meter number, day and kWh (or meter number, time and kW)."),
    "unknown_column": gettext_lazy("A column is missing."),
    "unreadable_days": gettext_lazy("Too many rows have a day that cannot be read. Write 2020-02-10."),
    "unreadable_numbers": gettext_lazy("Too many rows have no number where the amount should stand."),
    "no_enterprises": gettext_lazy("No enterprise has a meter yet. Write the meters down first."),
    "no_base": gettext_lazy("There are no readings of the base period. Send them, or set another base period."),
    "no_readings": gettext_lazy("There are no readings of these days."),
    "unit": gettext_lazy(
        "The amounts look like 10 000 kWh written for kWh, or the reverse. Nothing was computed: say the unit."
    ),
    "bad_question": gettext_lazy("The index cannot be computed with these settings."),
    "engine_failed": gettext_lazy("The computation could not be finished; it is tried again."),
}
NOTICES: Mapping[str, Promise] = {
    "unknown_meters": gettext_lazy("meters that belong to no enterprise; not counted"),
    "meter_with_nobody": gettext_lazy("meters read on days on which no enterprise had them; not counted on those days"),
    "read_twice_equal": gettext_lazy("readings told twice alike; counted once"),
    "read_twice_different": gettext_lazy("meters and days told twice differently; counted as the method says"),
    "negative": gettext_lazy("negative readings; not counted"),
    "absurd": gettext_lazy("readings beyond what a meter can show; not counted"),
    "without_amount": gettext_lazy("readings without an amount; not counted"),
    "unreadable_days": gettext_lazy("rows whose day cannot be read; not counted"),
    "unreadable_numbers": gettext_lazy("rows whose amount cannot be read; not counted"),
    "days_without_readings": gettext_lazy("days of which there is no reading at all; they have no index"),
    "days_thin": gettext_lazy("days on which less than 80 % of the firms were read"),
    "short_days": gettext_lazy("days of meters with too few of the 96 points"),
    "meters_moved": gettext_lazy("meters that went from one enterprise to another"),
    "meters_of_two": gettext_lazy("meters of two enterprises at the same time; counted for neither"),
    "firms_without_meters": gettext_lazy("enterprises without a meter; not counted"),
    "firms_told_differently": gettext_lazy("enterprises told with different area, industry or size"),
    "rows_without_enterprise": gettext_lazy("rows without an enterprise; not counted"),
    "credit_codes_twice": gettext_lazy("credit codes of more than one enterprise"),
    "zero_base": gettext_lazy("enterprises that used nothing in the base period; counted as the method says"),
    "base_partly": gettext_lazy("enterprises some of whose meters have no base"),
    "unit_suspects": gettext_lazy(
        "days of firms whose use looks like 10 000 kWh written for kWh; counted as it stands"
    ),
    "unit_doubtful": gettext_lazy("half of all firms have a base below 1 kWh a day: is the unit right?"),
    "population_not_told": gettext_lazy(
        "the method counts only some enterprises, but the register does not tell which"
    ),
    "outside_population": gettext_lazy("enterprises the method does not count"),
}
REASONS: Mapping[str, Promise] = {
    "flat_load": gettext_lazy("the load is as flat as if machines idled"),
    "smooth_load": gettext_lazy("the load has no starts and stops of machines"),
    "same_every_day": gettext_lazy("every day looks the same"),
    "night_as_day": gettext_lazy("nights use as much as days"),
    "weekend_as_weekday": gettext_lazy("weekends look like weekdays"),
    "unlike_own_base": gettext_lazy("the day does not look like the firm's own days before"),
    "jump_after_notice": gettext_lazy("it jumped on the day after a target notice"),
    "few_at_gate": gettext_lazy("few came through the gate"),
    "few_staff": gettext_lazy("few staff are back"),
    "no_goods": gettext_lazy("no goods were asked for or sent"),
}


def refusal_words(code: str) -> str:
    """Return why nothing was computed, in the reader's language."""
    return str(REFUSALS[code]) if code in REFUSALS else _("The readings could not be used (%(code)s).") % {"code": code}


def reason_words(codes: str) -> str:
    """Return the reasons of a score in words."""
    return "；".join(str(REASONS.get(code, code)) for code in codes.split(",") if code)
