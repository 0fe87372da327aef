"""Take readings, keep what the engine computed of them, and set how it computes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action, promise
from renwang.loop.cases import actions as cases
from renwang.loop.cases.rules import CaseOpening

from .. import queries
from ..engine.receiving import Received
from ..events import (
    IndexKept,
    PowerSettingChanged,
    ReadingsNoted,
    ReadingsTaken,
    SuspicionsKept,
    UnitSettled,
)
from ..models import DayIndex, FirmPower, PowerNotice, PowerRun, PowerSetting, ReadingFile, Suspicion
from ..needs import LookOnTheSpot
from ..rules.enterprises import Refused, Stale
from ..rules.power import METHODS, UNITS, FileState, reason_words

KEEP = "enterprise.keep_readings"
COMPUTE = "enterprise.compute_index"
JUDGE = "enterprise.judge_loads"
FORGET = "enterprise.forget_readings"
ENDINGS = (".parquet", ".pq", ".csv", ".tsv", ".txt", ".xlsx", ".xls", ".gz")


@dataclass(frozen=True)
class NoticeIn:
    """Something of the input that is not rested on."""

    code: str
    count: int
    examples: str = ""


@action
def take_readings(
    *, actor: Actor, now: datetime, filename: str, file: Received, unit: str = "kwh", is_unit_sure: bool = False
) -> ReadingsTaken:
    """Take a file of readings (Parquet, csv, xlsx) that lies on the disk; a worker lays it down by day and computes the index.

    The same file twice is one.
    """
    actor.check_may_anywhere("enterprise.take_readings")
    if not filename.lower().endswith(ENDINGS):
        raise Refused(_("Send a file of the kind Parquet, csv or xlsx."))
    if not file.size:
        raise Refused(_("There is nothing in the file."))
    if unit not in UNITS:
        raise Refused(_("There is no such unit."))
    known = ReadingFile.objects.filter(digest=file.digest).exclude(state=FileState.WITHDRAWN).first()
    if known is not None:
        return ReadingsTaken(file_id=known.pk, is_repeat=True)
    ReadingFile.objects.filter(digest=file.digest, state=FileState.WITHDRAWN).delete()
    row, is_new = ReadingFile.objects.get_or_create(
        digest=file.digest,
        defaults={
            "filename": filename[:200],
            "unit": unit,
            "is_unit_sure": is_unit_sure,
            "by_id": actor.user_id,
            "sent_at": now,
        },
    )
    if not is_new:  # the button was pressed twice: the other request was quicker
        return ReadingsTaken(file_id=row.pk, is_repeat=True)
    file.path.replace(queries.inbox(file.digest, filename))
    promise(kind=KEEP, key=f"{KEEP}.{row.pk}.0", payload={"file_id": row.pk}, now=now)
    return ReadingsTaken(file_id=row.pk, is_repeat=False)


@action
def note_readings(
    *,
    actor: Actor,
    now: datetime,
    file_id: int,
    state: FileState,
    first: date | None = None,
    last: date | None = None,
    rows: int = 0,
    meters: int = 0,
    is_load: bool = False,
    problem: str = "",
    notices: Sequence[NoticeIn] = (),
) -> ReadingsNoted:
    """Write down what became of a file; what was kept is computed next."""
    actor.check_may("enterprise.note_readings", "")
    ReadingFile.objects.filter(pk=file_id).update(
        state=state, first=first, last=last, rows=rows, meters=meters, problem=problem[:300]
    )
    PowerNotice.objects.filter(file_id=file_id).delete()
    PowerNotice.objects.bulk_create(
        [PowerNotice(file_id=file_id, code=one.code, count=one.count, examples=one.examples[:800]) for one in notices]
    )
    if state == FileState.KEPT and first and last and is_load:
        promise(kind=JUDGE, key=f"{JUDGE}.{last}.{file_id}", payload={"day": last.isoformat()}, now=now)
    elif state == FileState.KEPT and first and last:
        _promise_days(now, first, last)
    return ReadingsNoted(file_id=file_id, state=state, rows=rows)


@action
def settle_unit(*, actor: Actor, now: datetime, file_id: int, unit: str) -> UnitSettled:
    """Say in which unit a file of readings is; then it is kept and computed."""
    actor.check_may_anywhere("enterprise.take_readings")
    if unit not in UNITS:
        raise Refused(_("There is no such unit."))
    asked = ReadingFile.objects.filter(pk=file_id, state=FileState.ASKING)
    if not asked.update(unit=unit, is_unit_sure=True, state=FileState.WAITING):
        raise Stale(_("Somebody has answered already."))
    promise(kind=KEEP, key=f"{KEEP}.{file_id}.{unit}", payload={"file_id": file_id}, now=now)
    return UnitSettled(file_id=file_id, unit=unit)


@action
def withdraw_readings(*, actor: Actor, now: datetime, file_id: int) -> ReadingsNoted:
    """Take a file of readings back that was wrong: it is taken out of the kept days, and these are computed anew."""
    actor.check_may_anywhere("enterprise.take_readings")
    kept = ReadingFile.objects.filter(pk=file_id, state__in=[FileState.KEPT, FileState.ASKING])
    if not kept.update(state=FileState.WITHDRAWN):
        raise Stale(_("This file is not kept, or was taken back already."))
    promise(kind=FORGET, key=f"{FORGET}.{file_id}", payload={"file_id": file_id}, now=now)
    return ReadingsNoted(file_id=file_id, state=FileState.WITHDRAWN, rows=0)


@action
def set_power(
    *,
    actor: Actor,
    now: datetime,
    method: str,
    base_from: date | None,
    base_to: date | None,
    told_size: str,
    recovering_from: Decimal,
    steady_from: Decimal,
    look_from: int,
    notice_on: date | None,
) -> PowerSettingChanged:
    """Set how the index is computed from now on: method, base, zones, the line above which somebody looks. Days are computed anew."""
    actor.check_may_anywhere("enterprise.set_power")
    if method not in METHODS:
        raise Refused(_("There is no such method."))
    if (base_from is None) != (base_to is None) or (base_from and base_to and base_from > base_to):
        raise Refused(_("A base period has a first and a last day, in this order."))
    if not 0 <= recovering_from <= steady_from <= 1000:
        raise Refused(_("Zones begin in the order recovering, steady."))
    if not 1 <= look_from <= 100:
        raise Refused(_("The line lies between 1 and 100."))
    row = PowerSetting.objects.create(
        method=method,
        base_from=base_from,
        base_to=base_to,
        told_size=told_size if told_size in ("designated", "small") else "",
        recovering_from=recovering_from,
        steady_from=steady_from,
        look_from=look_from,
        notice_on=notice_on,
        by_id=actor.user_id,
        at=now,
    )
    kept = ReadingFile.objects.filter(state=FileState.KEPT)
    days = [(one.first, one.last) for one in kept if one.first and one.last]
    if days:
        _promise_days(now, min(first for first, _last in days), max(last for _first, last in days))
    return PowerSettingChanged(setting_id=row.pk, method=method)


def _promise_days(now: datetime, first: date, last: date) -> None:
    stretch = f"{first.isoformat()}.{last.isoformat()}"
    payload = {"first": first.isoformat(), "last": last.isoformat()}
    promise(kind=COMPUTE, key=f"{COMPUTE}.{stretch}.{int(now.timestamp())}", payload=payload, now=now)


@action
def keep_index(
    *,
    actor: Actor,
    now: datetime,
    first: date,
    last: date,
    method: str,
    base: tuple[date, date] | None = None,
    indices: Sequence[Mapping[str, Any]] = (),
    firms: Sequence[Mapping[str, Any]] = (),
    rest: Mapping[str, int] | None = None,
    notices: Sequence[NoticeIn] = (),
    problem: str = "",
    is_gone: bool = False,
) -> IndexKept:
    """Keep what was computed of some days: the cube of the index, each firm's flag, and what it rests on. Again takes its place.

    ``base``: the first and last day of the base period, where the method has one.
    ``problem``: nothing was computed, and why; what stood stays, unless the readings themselves are gone (``is_gone``).
    """
    actor.check_may("enterprise.keep_index", "")
    base_from, base_to = base or (None, None)
    run = PowerRun.objects.create(
        first=first,
        last=last,
        method=method,
        base_from=base_from,
        base_to=base_to,
        problem=problem[:300],
        at=now,
        **(rest or {}),
    )
    PowerNotice.objects.bulk_create(
        [PowerNotice(run=run, code=one.code, count=one.count, examples=one.examples[:800]) for one in notices]
    )
    if not problem or is_gone:
        DayIndex.objects.filter(day__gte=first, day__lte=last).delete()
        FirmPower.objects.filter(day__gte=first, day__lte=last).delete()
        DayIndex.objects.bulk_create([DayIndex(method=method, **one) for one in indices], batch_size=1000)
        FirmPower.objects.bulk_create([FirmPower(**one) for one in firms], batch_size=2000)
    return IndexKept(run_id=run.pk, first=first, last=last, rows=len(indices))


@action
def keep_suspicions(*, actor: Actor, now: datetime, day: date, found: Sequence[Mapping[str, Any]]) -> SuspicionsKept:
    """Keep how odd the load curves look; above the line the stationed cadre is asked to look on the spot. The index stays as it is."""
    actor.check_may("enterprise.keep_suspicions", "")
    known = set(Suspicion.objects.filter(day=day, is_above=True).values_list("enterprise_id", flat=True))
    Suspicion.objects.bulk_create(
        [Suspicion(day=day, at=now, **one) for one in found],
        update_conflicts=True,
        unique_fields=["enterprise", "day"],
        update_fields=["score", "reasons", "is_above", "at"],
        batch_size=1000,
    )
    above = [one for one in found if one["is_above"] and one["enterprise_id"] not in known]
    if above:
        cases.open_cases(
            actor=actor,
            now=now,
            openings=[
                CaseOpening(
                    subject_id=one["enterprise_id"],
                    kind=LookOnTheSpot.code,
                    answers={"day": day, "score": int(one["score"]), "reasons": reason_words(one["reasons"])},
                )
                for one in above
            ],
        )
    return SuspicionsKept(day=day, count=len(found), count_above=len(above))
