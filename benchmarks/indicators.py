"""The full set of a day's figures for 500,000 persons, by village and every area above, and how fast a figure opens.

Runs on the PostgreSQL of DATABASE_URL. The rows that are counted (seven days of contacts, check-ins, findings, cases and their steps) are written
by plain SQL: what is measured reads them and nothing else. The limit beside it is the bare hand-written SQL of the same counts by village, without
the rows behind them, without the areas above, and kept nowhere; both in the same run, each the median of three.

    tools/with_postgres.sh .venv/bin/python benchmarks/indicators.py [--households 157000] [--persons 500000] [--json]
"""

import argparse
import datetime as dt
import json
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import city

TARGET_SECONDS, TARGET_MS = 10.0, 200.0
DAYS = 7
VILLAGES = 400

# Only the check-ins that hold a finding are written, and no foreign key is checked: the rows are invented to fit.
ROWS = """
SET session_replication_role = replica;
INSERT INTO registry_subject (kind, name, division_id, is_current, added_at, changed_at)
SELECT 'household', '户主' || n, village.code, true, %(begin)s, %(begin)s
FROM generate_series(1::bigint, %(households)s) n
JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place FROM registry_division WHERE level = 'village') village
  ON village.place = n * 7919 %% %(villages)s
ORDER BY n;
INSERT INTO registry_subject (kind, name, division_id, is_current, added_at, changed_at)
SELECT 'person', '居民' || n, village.code, true, %(begin)s, %(begin)s
FROM generate_series(1::bigint, %(persons)s) n
JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place FROM registry_division WHERE level = 'village') village
  ON village.place = n * 7919 %% %(villages)s;
INSERT INTO rounds_round (title, office, status, area, asks_travel, asks_contacts, asks_health, asks_needs, everybody, needs_phone, cadence,
                          opens_on, closes_on, opened_at, made_at)
VALUES ('每日排查', 'health', 'open', '370704', true, true, true, true, true, false, 'daily', %(first)s, %(today)s, %(begin)s, %(begin)s);
INSERT INTO rounds_contact (household_id, division_id, day, slot, led_by_id, state, disposition, step, mode, tries, texted, letter, next_try_at,
                            because, has_phone, closed_because, asked_again_because, ended_at)
SELECT id, division_id, %(first)s::date + back, 0, (SELECT max(id) FROM rounds_round),
       CASE WHEN draw < 60 OR back < %(days)s - 1 AND draw < 94 THEN 'reached' WHEN draw < 62 THEN 'refused'
            WHEN draw < 65 OR back < %(days)s - 1 THEN 'unreached' ELSE 'due' END,
       CASE WHEN draw < 60 OR back < %(days)s - 1 AND draw < 94 THEN 'completed' WHEN draw < 62 THEN 'refused'
            WHEN draw < 65 OR back < %(days)s - 1 THEN 'unresponsive' ELSE 'registered' END,
       0, (ARRAY['call', 'call', 'call', 'visit', 'self_report'])[1 + draw %% 5], 1, 0, '', %(begin)s, '', true, '', '', %(noon)s
FROM (SELECT id, division_id, back, (id * 7919 + back * 10473) %% 100 AS draw
      FROM registry_subject, generate_series(0, %(days)s - 1) back WHERE kind = 'household') drawn
ORDER BY back, division_id, id;
INSERT INTO rounds_checkin (submission_id, contact_id, household_id, mode, told, all_well, is_partial, staleness, told_at, received_at)
SELECT gen_random_uuid(), id, household_id, mode, '', false, false, '', day + time '10:00' + (id %% 600) * interval '1 minute' - interval '8 hours',
       %(noon)s
FROM rounds_contact WHERE state = 'reached' AND id %% 20 = 0;
INSERT INTO rounds_finding (check_in_id, subject_id, division_id, kind, about, found_at)
SELECT told.id, told.household_id, contact.division_id,
       (ARRAY['fever', 'needs_food', 'needs_food', 'needs_medicine', 'symptoms', 'exposure', 'needs_repair', 'needs_other'])[1 + told.id %% 8],
       'needs/1', told.told_at
FROM rounds_checkin told JOIN rounds_contact contact ON contact.id = told.contact_id;
INSERT INTO cases_case (subject_id, division_id, kind, office, finding_id, status, is_urgent, level, opened_at, due_at, closed_at)
SELECT subject_id, division_id,
       (ARRAY['health.fever', 'provisions.food', 'provisions.medicine', 'relief.heating_or_repair', 'general.other'])[1 + id %% 5], 'command', id,
       CASE WHEN found_at < %(midnight)s - interval '2 days' THEN 'closed' WHEN id %% 4 = 0 THEN 'verified' WHEN id %% 4 = 1 THEN 'in_hand' ELSE 'open' END,
       id %% 9 = 0, 0, found_at, found_at + interval '12 hours', NULL
FROM rounds_finding;
INSERT INTO cases_casestep (case_id, old, new, at, says, about, note)
SELECT id, '', 'open', opened_at, '', '', '' FROM cases_case
UNION ALL SELECT id, 'open', 'in_hand', opened_at + interval '1 hour', '', '', '' FROM cases_case WHERE status <> 'open'
UNION ALL SELECT id, 'met', 'verified', CASE WHEN status = 'verified' THEN %(noon)s ELSE opened_at + interval '9 hours' END, '', '', ''
FROM cases_case WHERE status IN ('verified', 'closed');
SET session_replication_role = DEFAULT;
"""

REACHED = "state = 'reached'"
LIVE, RUNS = "status IN ('open', 'in_hand', 'met')", "status IN ('open', 'in_hand') AND due_at < %(now)s"
VERIFIED = "new = 'verified' AND at >= %(midnight)s AND at < %(now)s"
BARE = [
    f"SELECT division_id, count(*), count(*) FILTER (WHERE {REACHED}) FROM rounds_contact WHERE day = %(today)s GROUP BY 1",
    "SELECT division_id, disposition, count(*) FROM rounds_contact WHERE day = %(today)s GROUP BY 1, 2",
    f"SELECT division_id, mode, count(*) FROM rounds_contact WHERE day = %(today)s AND {REACHED} GROUP BY 1, 2",
    (
        "SELECT division_id, count(*) FROM (SELECT DISTINCT ON (household_id) division_id, state FROM rounds_contact WHERE day <= %(today)s "
        "AND state IN ('unreached', 'reached', 'refused', 'closed') ORDER BY household_id, day DESC) last WHERE state = 'unreached' GROUP BY 1"
    ),
    "SELECT division_id, kind, count(*) FROM rounds_finding WHERE found_at >= %(midnight)s AND found_at < %(now)s GROUP BY 1, 2",
    f"SELECT division_id, kind, count(*) FROM cases_case WHERE {LIVE} GROUP BY 1, 2",
    f"SELECT division_id, kind, count(*) FROM cases_case WHERE {RUNS} GROUP BY 1, 2",
    "SELECT division_id, kind, count(*) FROM cases_case WHERE opened_at >= %(midnight)s AND opened_at < %(now)s GROUP BY 1, 2",
    f"SELECT division_id, kind, count(*) FROM cases_case c JOIN cases_casestep s ON s.case_id = c.id WHERE {VERIFIED} GROUP BY 1, 2",
    (
        "SELECT c.division_id, c.kind, count(*), sum(s.at - f.found_at) FROM cases_case c JOIN cases_casestep s ON s.case_id = c.id "
        f"JOIN rounds_finding f ON f.id = c.finding_id WHERE {VERIFIED} GROUP BY 1, 2"
    ),
]


def lay_out() -> None:
    """Load the district's subdistricts, with the villages of the benchmark below them."""
    from renwang.foundation.access.rules import Actor
    from renwang.loop.registry import actions as registry
    from renwang.loop.registry.engine.divisions import demo_district
    from renwang.loop.registry.rules import DivisionIn, DivisionLevel

    rows = [row for row in demo_district().rows if row.level != "village"]
    streets = [row for row in rows if row.level == "street"]
    told = [DivisionIn(code=r.code, name=r.name, name_en=r.name_en, level=r.level, parent=r.parent) for r in rows]
    for n in range(VILLAGES):
        street = streets[n % len(streets)].code
        village = {"name": f"第{n}村", "level": DivisionLevel.VILLAGE, "name_en": f"Village {n}", "parent": street}
        told.append(DivisionIn(code=f"{street}V{n:03d}", **village))
    registry.load_divisions(actor=Actor.system(), now=dt.datetime.now(dt.UTC), divisions=told)


def median_of(measure: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """Return the median time of a measure in seconds, and what it came to last."""
    taken = []
    result = None
    for _time in range(times):
        began = time.perf_counter()
        result = measure()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken), result


def bare(given: dict[str, Any]) -> int:
    """Run the hand-written counts; return how many rows came."""
    from django.db import connection

    rows = 0
    with connection.cursor() as cursor:
        for statement in BARE:
            cursor.execute(statement, given)
            rows += len(cursor.fetchall())
    return rows


def opened(reckoning: Any, today: dt.date) -> list[tuple[float, str]]:
    """Ask over the whole stack (session, rights, page) for the first page of figures; return (ms, which), the slowest first."""
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from renwang.foundation.access.models import Grant, User
    from renwang.loop.indicators.models import Figure

    call_command("collectstatic", interactive=False, verbosity=0)
    settings.ALLOWED_HOSTS = ["*"]
    settings.RENWANG_SECOND_FACTOR = False
    now = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    user = User.objects.create(username="bench", name="bench", made_at=now)
    for role in (
        "district_command",
        "health_officer",
        "relief_officer",
        "provisions_officer",
        "civil_officer",
        "street_officer",
        "village_cadre",
    ):
        Grant.objects.create(user=user, role=role, area="370704", since=now)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    every = list(
        Figure.objects.filter(reckoning=reckoning)
        .exclude(numerator=0)
        .order_by("pk")
        .values_list("area", "indicator", "slice")
    )
    # All of the district and its subdistricts, and every fortieth of a village.
    wide = [one for one in every if len(one[0]) <= 9]
    asked = wide + [one for one in every if len(one[0]) > 9][::40]
    client.get("/indicators/")  # the first answer of a process loads its templates
    taken: list[tuple[float, str]] = []
    refused = set()

    def again(ms: float, address: str) -> float:
        times = [ms]
        for _time in range(2):
            began = time.perf_counter()
            client.get(address)
            times.append((time.perf_counter() - began) * 1000)
        return statistics.median(times)

    for area, code, part in asked:
        address = f"/indicators/rows/{area}/{code}/?day={today}&slice={part}"
        began = time.perf_counter()
        answer = client.get(address)
        ms = (time.perf_counter() - began) * 1000
        if answer.status_code == 403:
            refused.add(f"{code}:{part}")  # nobody's but those who act on it, even here
            continue
        assert answer.status_code == 200 and b"data-open" in answer.content, address
        taken.append((ms, address))
    # One answer alone also measures what else the machine does: the slowest are asked twice more, and their median counts.
    taken.sort(reverse=True)
    return sorted([*[(again(ms, address), address) for ms, address in taken[:20]], *taken[20:]], reverse=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=157_000)
    parser.add_argument("--persons", type=int, default=500_000)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    city.begin()
    from django.db import connection
    from django.utils import timezone

    from renwang.foundation.access.rules import Actor
    from renwang.loop.indicators import actions, kinds, queries
    from renwang.loop.indicators.models import Figure, FigureRows

    if connection.vendor != "postgresql":
        raise SystemExit("Run it on PostgreSQL: tools/with_postgres.sh …")
    zone = timezone.get_default_timezone()
    today = timezone.localdate(timezone.now())
    midnight = dt.datetime.combine(today, dt.time(), zone)
    now = midnight + dt.timedelta(hours=23)
    first = today - dt.timedelta(days=DAYS - 1)
    given: dict[str, Any] = {
        "households": told.households,
        "persons": told.persons,
        "villages": VILLAGES,
        "days": DAYS,
        "first": first,
        "today": today,
        "midnight": midnight,
        "begin": dt.datetime.combine(first, dt.time(8), zone),
        "noon": midnight + dt.timedelta(hours=20),
        "now": now,
    }
    lay_out()
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for statement in ROWS.split(";\n"):
            if statement.strip():
                cursor.execute(statement, given)
        cursor.execute("VACUUM ANALYZE")
        counts = {}
        for table in ("registry_subject", "rounds_contact", "rounds_finding", "cases_case", "cases_casestep"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    made = time.perf_counter() - began
    limit, _rows = median_of(lambda: bare(given))
    by_indicator = {
        one.code: round(median_of(lambda one=one: list(one.tallies(queries.span_of(today, now=now))))[0], 3)
        for one in kinds.all_kinds()
    }
    counting, counted = median_of(lambda: queries.counted_day(today, now=now))
    keeping, _event = median_of(lambda: actions.keep_figures(actor=Actor.system(), now=now, counted=counted))
    reckoning = queries.reckoning_of(today)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE indicators_figure, indicators_figurerows")
        cursor.execute(
            "SELECT pg_total_relation_size('indicators_figure') + pg_total_relation_size('indicators_figurerows')"
        )
        size = cursor.fetchone()[0]
    pages = opened(reckoning, today)
    ms = sorted(one for one, _address in pages)
    result = {
        "rows": counts,
        "made_seconds": round(made, 1),
        "limit_seconds": round(limit, 2),
        "counting_seconds": round(counting, 2),
        "keeping_seconds": round(keeping, 2),
        "total_seconds": round(counting + keeping, 2),
        "by_indicator": by_indicator,
        "figures": Figure.objects.count(),
        "leaf_rows": FigureRows.objects.count(),
        "kept_megabytes": round(size / 1e6, 1),
        "opened": len(ms),
        "open_p50_ms": round(statistics.median(ms), 1),
        "open_p95_ms": round(ms[int(len(ms) * 0.95)], 1),
        "open_max_ms": round(ms[-1], 1),
        "slowest": [(round(one, 1), address) for one, address in pages[:3]],
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
    }
    if told.json:
        print(json.dumps(result, ensure_ascii=False))
        return
    for name, value in result.items():
        print(f"{name:18} {value}")
    print(
        f"counted and kept   {result['total_seconds']} s of {TARGET_SECONDS} s: {'reached' if result['total_seconds'] < TARGET_SECONDS else 'missed'}"
    )
    print(
        f"opened             {result['open_max_ms']} ms of {TARGET_MS} ms: {'reached' if result['open_max_ms'] < TARGET_MS else 'missed'}"
    )


if __name__ == "__main__":
    main()
