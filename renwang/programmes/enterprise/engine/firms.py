"""The firms behind a figure: each one's day, the lists of those furthest ahead and behind, and the portrait of one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from .cube import plain
from .faults import Refused
from .figures import rate_sql, rounded
from .questions import FirmDay, Portrait, Question
from .statements import is_resumed
from .tables import literal, quoted

if TYPE_CHECKING:
    from .duck import DuckRunner
    from .register import Register
    from .running import Run


def firm_days(
    runner: DuckRunner, question: Question, register: Register, days: list[date], enterprise_id: str | None = None
) -> list[FirmDay]:
    """Return some days of every firm (or of one), by day and enterprise_id. Who holds which meters is that of the first day."""
    desk = runner.desk
    where = "true" if enterprise_id is None else f"enterprise_id = {literal(enterprise_id)}"
    keys = None if enterprise_id is None else f"select key from meter join firm using (f) where {where}"
    runner.firm_days(days, keys)
    resumed = is_resumed(question.method)
    names = ", ".join("firm." + quoted(name) for name in register.columns)
    state = """case when n.base = 0 then 'zero_base' when coalesce(d.got, 0) = 0 then 'missing'
               when d.got < n.meters then 'partial' else 'read' end"""
    rate = rate_sql(question.method, "d.k", "n.base")
    asked = ", ".join(f"(date '{day}')" for day in days)
    rows = desk.all(
        f"""select enterprise_id, a.day, cast(d.k as decimal(38, 0)) * 0.000001::decimal(7, 6),
            cast(n.base as decimal(38, 0)) * 0.000001::decimal(7, 6), case when d.k is not null then {rate} end,
            coalesce((select {resumed} from (select d.k as k, d.got as got, n.base as base) t), false), {state}
            {", " + names if names else ""}
            from firm join firm_now n using (f) cross join (values {asked}) a(day)
            left join firm_of_day d on d.f = firm.f and d.day = a.day where {where} order by a.day, enterprise_id"""
    )
    return [
        FirmDay(
            row[0],
            row[1],
            dict(zip(register.columns, row[7:], strict=True)),
            None if row[2] is None else plain(row[2]),
            plain(row[3]),
            row[4],
            bool(row[5]),
            row[6],
        )
        for row in rows
    ]


def top(days: list[FirmDay], count: int, *, by: str) -> list[FirmDay]:
    """Return the first `count` firms: most electricity (`kwh`), furthest on (`rate`), most of its base lacking (`lack`)."""
    if by == "kwh":
        known = [one for one in days if one.kwh is not None]
        return sorted(known, key=lambda one: (-(one.kwh or Decimal(0)), one.enterprise_id))[:count]
    if by == "rate":
        rated = [one for one in days if one.rate is not None]
        return sorted(rated, key=lambda one: (-(one.rate or Decimal(0)), one.enterprise_id))[:count]
    if by == "lack":
        based = [one for one in days if one.base_kwh]
        return sorted(based, key=lambda one: ((one.kwh or Decimal(0)) - one.base_kwh, one.enterprise_id))[:count]
    raise Refused("bad_question", field="top", reason="kwh, rate or lack")


def portrait(run: Run, enterprise_id: str, asked: list[date]) -> Portrait:
    """Return one firm over the days asked for."""
    desk = run.desk
    where = f"enterprise_id = {literal(enterprise_id)}"
    if not desk.one(f"select count(*) from firm where {where}")[0]:
        raise Refused("no_such_enterprise", enterprise=enterprise_id)
    days = run.days_of(enterprise_id, asked)
    meters = desk.all(
        f"""select meter_id, cast(coalesce(base, 0) as decimal(38, 0)) * 0.000001::decimal(7, 6) from meter
            join firm using (f) left join meter_base using (key) where {where} order by meter_id"""
    )
    read = [one for one in days if one.kwh is not None]
    resumed = [one.day for one in days if one.is_resumed]
    since = None
    for one in reversed(read):
        if not one.is_resumed:
            break
        since = one.day
    best = max(read, key=lambda one: (one.kwh or Decimal(0), one.day), default=None)
    base = days[-1].base_kwh
    mean = None
    if read and base:
        mean = rounded(
            run.question.method, Fraction(sum((one.kwh or Decimal(0)) for one in read)) / (len(read) * Fraction(base))
        )
    return Portrait(
        enterprise_id=enterprise_id,
        attributes=days[-1].attributes,
        base_kwh=base,
        meters=tuple((str(meter), plain(amount)) for meter, amount in meters),
        days=tuple(days),
        first_resumed=min(resumed, default=None),
        resumed_since=since,
        days_resumed=len(resumed),
        days_missing=sum(one.state == "missing" for one in days),
        mean_rate=mean,
        best=(best.day, best.kwh or Decimal(0)) if best else None,
    )
