"""Let PostgreSQL count again what has grown within minutes."""

import time

from django.db import connection

EVERY = 2.0  # seconds between two looks; the server tells what has changed no more often than each second
FEWEST = 1000  # rows: of smaller tables every plan is good
_looked_at = -EVERY


def count_what_has_grown() -> None:
    """Have the tables counted of which more rows are new or changed than were there when they were last counted.

    PostgreSQL plans by what it has counted, and counts by itself once a minute at most. A day's contacts, messages and replies are
    there within seconds: until they are counted, it takes each for one of few, and reads a whole table where it should look up a
    thousand of its rows. Costs one short query every other second, and a tenth of a second for a table that has doubled. Call it
    between two batches; inside a transaction it does nothing.
    """
    global _looked_at  # noqa: PLW0603  # a guess of this process alone: looked twice is no harm
    moment = time.monotonic()
    if connection.vendor != "postgresql" or connection.in_atomic_block or moment - _looked_at < EVERY:
        return
    _looked_at = moment
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT oid::regclass::text FROM pg_class
            WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND pg_has_role(relowner, 'USAGE')
              AND pg_stat_get_mod_since_analyze(oid) > greatest(%s, reltuples)
            """,
            [FEWEST],
        )
        for (table,) in cursor.fetchall():
            # Skipped where somebody is at it: whoever waits for a vacuum to end ends it. The server quotes the names.
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {table}")
