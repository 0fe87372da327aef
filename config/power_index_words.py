"""The words of ``renwang power-index``: what its options mean, why it refuses, what it noticed."""

from collections.abc import Mapping
from decimal import Decimal

from renwang.programmes.enterprise.engine import EXAMPLE_ZONES, Question, Report

READINGS = "files, folders or globs (parquet, csv, xlsx): meter_id, day, kwh, or at 15 minutes meter_id, at, kw"
ENTERPRISES = (
    "one row for each meter of a firm: enterprise_id, meter_id, division, industry, size; "
    "if there are any: credit_code, base_kwh (of the meter), from and until (days on which the firm had the meter)"
)
COLUMN = "what a column is called in the files; readings.meter_id=… and enterprises.meter_id=… where they differ"
UNIT = "what the readings are in (kwh); wan-kwh is 万kWh"
UNIT_OF = "the unit of some of the files only, such as 'feb/*.csv=wan-kwh'"
UNIT_IS_RIGHT = "compute although the amounts look like another unit"
BY = "columns of the enterprises that are told apart: division,industry,size or any other; without it one row for all"
LEVEL = "cut the division's code: province, city, county, township, village or a length; several by commas"
BASE = "where the base comes from: the column base_kwh, the readings of the base period, or (auto) what is there"
ZONES = "put the index into zones; without names suppressed:0,recovering:50,steady:80, which is an example only"
ENGINE = "spark computes the same method on a cluster or on many cores (pip install 'renwang[spark]' and Java 17)"
EPILOG = """examples
  renwang power-index --readings meters/ --enterprises firms.xlsx --method zhejiang --day 2020-02-10
  renwang power-index --readings 'feb/*.parquet' q4.csv --enterprises firms.csv --method wuhan \\
      --from 2020-02-01 --to 2020-02-29 --by division,industry --level city,county --cube --format json
  renwang power-index … --column kwh=电量 --column readings.meter_id=表号

Rates and index are percentages. kwh is what the production rate counts: of the resumed firms, or of all, as the method
says. What the readings had that could not be used is told on the error output, in JSON under "report".
"""

REFUSALS: Mapping[str, str] = {
    "no_file": "there is nothing at {path}",
    "unreadable_file": "{path} cannot be read: {reason}",
    "unknown_format": "{path} is neither parquet, csv nor xlsx",
    "empty": "the table of the {table} is empty",
    "missing_columns": "the {table} lack the columns {columns} (there are: {found}). --column OURS=THEIRS tells other names",
    "unknown_column": "there is no column {column} (there are: {found})",
    "unreadable_days": "{count} of {rows} rows of the {table} have a day that cannot be read, such as {examples}",
    "unreadable_numbers": "{count} of {rows} rows of the {table} have no number in {column}, such as {examples}",
    "no_enterprises": "no enterprise is left that has a meter and belongs to the method's population",
    "no_base": "the readings ({from_day} to {to_day}) have nothing of the base period {first} to {last}: add its readings, "
    "a column base_kwh to the enterprises, or say --base-from and --base-to",
    "no_readings": "there are no readings of {first} to {last}: they run from {from_day} to {to_day}",
    "unknown_unit": "the unit {unit} is not known",
    "unknown_method": "there is no method {name} (there are: {known}, or a TOML file)",
    "bad_method": "{path}: {field} is not right: {reason}",
    "bad_question": "{field}: {reason}",
    "no_such_enterprise": "there is no enterprise {enterprise} with a meter",
    "engine_missing": "the engine {engine} is not here: {reason}",
    "engine_failed": "{engine} could not finish: {reason}",
}
UNIT_ALL = (
    "on {day} the use of all firms together is {share} of their base. Is one of them in 万kWh? Nothing is computed until you "
    "say so: --unit wan-kwh, --unit-of 'PATTERN=wan-kwh' for some of the files, or --unit-is-right if it really was so"
)
UNIT_FIRMS = (
    "on {day} the use of {share} firms is about a ten-thousandth of their base, as if it were in 万kWh. Nothing is computed "
    "until you say so: --unit wan-kwh, --unit-of 'PATTERN=wan-kwh' for some of the files, or --unit-is-right if it really was so"
)

NOTICES: Mapping[str, str] = {
    "unknown_meters": "meters that belong to no enterprise; their readings are not counted",
    "meter_with_nobody": "meters read on days on which no enterprise had them; not counted on those days",
    "read_twice_equal": "readings told twice alike; counted once",
    "read_twice_different": "meters and days told twice differently; counted as the method says",
    "negative": "negative readings; not counted",
    "absurd": "readings beyond what a meter can show; not counted",
    "without_amount": "readings without an amount; not counted",
    "unreadable_days": "rows whose day cannot be read; not counted",
    "unreadable_numbers": "rows whose amount cannot be read; not counted",
    "days_without_readings": "days of which there is no reading at all; they have no index",
    "days_thin": "days on which less than 80 % of the firms were read",
    "short_days": "days of meters with fewer than 96 points",
    "meters_moved": "meters that went from one enterprise to another",
    "meters_of_two": "meters told of two enterprises at the same time; counted for neither",
    "firms_without_meters": "enterprises without a meter; not counted",
    "firms_told_differently": "enterprises told with different division, industry or size",
    "rows_without_enterprise": "rows of the enterprises' table without an enterprise; not counted",
    "credit_codes_twice": "credit codes of more than one enterprise; each is counted as it stands",
    "zero_base": "enterprises without any use in the base period; counted as the method says",
    "base_partly": "enterprises some of whose meters have no base",
    "unit_suspects": "days of firms whose use looks like 万kWh written for kWh; counted as it stands",
    "unit_doubtful": "half of all firms have a base below 1 kWh a day: are the amounts in 万kWh?",
    "population_not_told": "the method counts only some enterprises, but their table does not tell which; all are counted",
    "outside_population": "enterprises the method does not count",
}


def refusal(code: str, values: Mapping[str, object]) -> str:
    """Return why nothing was computed, in a sentence."""
    if code == "unit":
        return (UNIT_FIRMS if values["where"] == "firms" else UNIT_ALL).format(**values)
    return REFUSALS[code].format(**values)


def report(told: Report) -> str:
    """Return the report as lines for the error output."""
    method = told.method
    called = f"{method.code}: {method.name_en}" if method.name_en else method.code
    lines = [f"method   {called}" + (f" (assumed: {', '.join(told.assumed)})" if told.assumed else "")]
    for rest in told.rests_on if len(told.rests_on) <= 7 else (told.rests_on[0], told.rests_on[-1]):
        share = f"{rest.share} %" if rest.share is not None else "–"
        lines.append(
            f"rests on {rest.day}: {rest.firms_read} of {rest.firms} firms ({share}), "
            f"{rest.meters_read} of {rest.meters} meters read"
        )
    if told.notices:
        lines.append("noticed")
    for notice in told.notices:
        lines.append(f"  {notice.count:>9}  {NOTICES[notice.code]}")
        for example in notice.examples[:3]:
            lines.append(f"{'':13}{', '.join(f'{name} {value}' for name, value in example.items())}")
        if notice.count > len(notice.examples[:3]) and notice.examples:
            lines.append(f"{'':13}… (up to twenty of them with --format json)")
    return "\n".join(lines) + "\n"


def plain_report(told: Report, question: Question) -> dict[str, object]:
    """Return the report as JSON has it."""
    made: dict[str, object] = {
        "method": told.method.told(),
        "assumed": list(told.assumed),
        "engine": told.engine,
        "readings": {"from": told.readings_from, "to": told.readings_to},
        "rests_on": [
            {
                "day": rest.day,
                "firms": rest.firms,
                "firms_read": rest.firms_read,
                "share": rest.share,
                "meters": rest.meters,
                "meters_read": rest.meters_read,
            }
            for rest in told.rests_on
        ],
        "notices": [
            {
                "code": notice.code,
                "count": notice.count,
                "means": NOTICES[notice.code],
                "examples": [
                    {k: Decimal(str(v)) if isinstance(v, float) else v for k, v in one.items()}
                    for one in notice.examples
                ],
            }
            for notice in told.notices
        ],
    }
    if question.zones:
        made["zones"] = {
            "is_example": question.zones == EXAMPLE_ZONES,
            "cuts": [{"zone": zone.name, "from": zone.lowest} for zone in question.zones],
        }
    return made
