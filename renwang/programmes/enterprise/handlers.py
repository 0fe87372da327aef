"""What this programme does every so often. Wired in config/wiring.py."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.engine.folders import held
from renwang.loop.registry.rules import ImportStatus

from . import actions, queries
from .actions import NoticeIn
from .models import ReadingFile, StaffList
from .rules.enterprises import Stale
from .rules.gates import TOLD_WITHIN
from .rules.power import FileState, refusal_words


def roll_up_gates(now: datetime) -> None:
    """Add up what the gates told since the last time: of today, and of every day that is told late."""
    for day in queries.days_to_roll_up(timezone.localtime(now).date(), back=TOLD_WITHIN):
        actions.roll_up_gates(actor=Actor.system(), now=now, day=day)


LOG = logging.getLogger(__name__)
ONE_DAY = timedelta(days=1)


def _nowhere(_percent: int) -> None:
    """Report progress to nobody."""


def keep_readings(payload: Mapping[str, Any], *, now: datetime, report: Callable[[int], None] = _nowhere) -> None:
    """Lay a file of readings down by day, and promise the index of its days. Killed half-way, it begins again."""
    from .engine import Refused
    from .engine.keeping import keep

    # A backup takes the files and what the database says of them at one moment.
    with held(queries.readings_folder()):
        row = ReadingFile.objects.filter(pk=payload["file_id"], state=FileState.WAITING).first()
        if row is None:
            return
        told: dict[str, Any] = {"actor": Actor.system(), "now": now, "file_id": row.pk}
        try:
            kept = keep(
                queries.inbox(row.digest, row.filename),
                queries.readings_folder(),
                name=row.digest[:16],
                unit=row.unit,
                is_unit_sure=row.is_unit_sure,
            )
        except Refused as fault:
            actions.note_readings(**told, state=FileState.REFUSED, problem=refusal_words(fault.code))
            return
        report(100)
        actions.note_readings(
            **told,
            state=FileState.ASKING if kept.asks_unit else FileState.KEPT,
            first=kept.first,
            last=kept.last,
            rows=kept.rows,
            meters=kept.meters,
            is_load=kept.is_load,
            problem=refusal_words("unit") if kept.asks_unit else "",
            notices=_noticed(kept.notices),
        )


def forget_readings(payload: Mapping[str, Any], *, now: datetime, report: Callable[[int], None] = _nowhere) -> None:
    """Take a file's readings out of the kept days, and compute these days anew from what is left."""
    from .engine.keeping import forget

    with held(queries.readings_folder()):
        # Sent again meanwhile it is another row, whose readings stay.
        row = ReadingFile.objects.filter(pk=payload["file_id"], state=FileState.WITHDRAWN).first()
        if row is None:
            return
        forget(queries.readings_folder(), name=row.digest[:16])
        queries.inbox(row.digest, row.filename).unlink(missing_ok=True)
    report(20)
    if row.first and row.last:
        compute_index({"first": row.first.isoformat(), "last": row.last.isoformat()}, now=now)


def check_staff(payload: Mapping[str, Any], *, now: datetime, report: Callable[[int], None] = _nowhere) -> None:
    """Check a large list of staff; one that was replaced or checked meanwhile is left alone."""
    digest = payload["digest"]
    waiting = StaffList.objects.filter(filing_id=payload["filing_id"], digest=digest, status=ImportStatus.CHECKING)
    row = waiting.first()
    if row is None:
        return
    found = queries.checked_staff(
        content=row.blob or b"",
        filename=row.filename,
        filing_id=row.pk,
        today=timezone.localtime(now).date(),
        report=report,
    )
    try:
        actions.check_staff_list(actor=Actor.system(), now=now, filing_id=row.pk, digest=digest, found=found)
    except Stale:
        return  # another worker was first, or the firm has sent another file


def enter_staff(payload: Mapping[str, Any], *, now: datetime, report: Callable[[int], None] = _nowhere) -> None:
    """Write the staff of a long list that is being taken. Killed half-way, nothing of it is written and it begins again."""
    try:
        actions.enter_staff(actor=Actor.system(), now=now, filing_id=payload["filing_id"])
    except Stale:
        return
    report(100)


def _noticed(notices: Iterable[Any]) -> list[NoticeIn]:
    return [NoticeIn(one.code, one.count, "; ".join(_plain(each) for each in one.examples[:5])) for one in notices]


def _plain(example: Mapping[str, object]) -> str:
    """Return one example as it stands below a notice: M1 2020-02-10 90/100."""
    told = ""
    for name, value in example.items():
        if value is not None and name not in {"days", "readings"}:
            told += ("/" if name in {"or_kwh", "firms", "with_base"} else " ") + str(value)
    return told.strip()


def compute_index(payload: Mapping[str, Any], *, now: datetime, report: Callable[[int], None] = _nowhere) -> None:
    """Compute the index of some days from the kept readings, and keep it. Computed again it is the same."""
    from .engine import Question, Refused, Table, opened, preset
    from .engine.duck import years_before
    from .engine.keeping import kept_between
    from .engine.questions import Zone

    setting = queries.setting_now()
    method = preset(setting.method).with_base(setting.base_from, setting.base_to)
    base = None if method.base_kind == "last_year" else (method.base_from, method.base_to)
    folder = queries.readings_folder()
    stretches = queries.days_to_compute(date.fromisoformat(payload["first"]), date.fromisoformat(payload["last"]), base)
    for number, (first, last) in enumerate(stretches, 1):
        told: dict[str, Any] = {
            "actor": Actor.system(),
            "now": now,
            "first": first,
            "last": last,
            "method": method.code,
            "base": base,
        }
        since = first - timedelta(days=7)
        paths = kept_between(folder, since, last)
        if base is None:
            around = timedelta(days=method.window)
            paths += kept_between(
                folder, years_before(since) - around, min(years_before(last) + around, since - ONE_DAY)
            )
        else:
            paths += kept_between(folder, base[0], min(base[1], since - ONE_DAY))
            paths += kept_between(folder, max(base[0], last + ONE_DAY), base[1])
        question = Question(
            readings=Table(paths=paths),
            enterprises=Table(rows=queries.engine_enterprises(), names=queries.ENTERPRISE_COLUMNS),
            method=method,
            first=first,
            last=last,
            by=("division", "industry", "size"),
            levels=(6, 9),
            cube=True,
            history=7,
            zones=(
                Zone("suppressed", type(setting.steady_from)(0)),
                Zone("recovering", setting.recovering_from),
                Zone("steady", setting.steady_from),
            ),
        )
        try:
            with opened(question) as run:
                rows = run.rows()
                firms = [one for day in run.question_days for one in run.firm_days(day)]
                noticed, rests = _noticed(run.report.notices), run.report.rests_on
        except Refused as fault:
            actions.keep_index(
                **told, problem=refusal_words(fault.code), is_gone=fault.code in {"no_readings", "empty"}
            )
            if fault.code == "engine_failed":
                raise  # memory or disk, not the readings: the promise is kept later
            continue
        actions.keep_index(
            **told,
            indices=[_index(row) for row in rows if row.group["division"] and first <= row.day <= last],
            firms=[_firm(one) for one in firms],
            rest=_rest(rests[-1]) if rests else {},
            notices=noticed,
        )
        report(100 * number // len(stretches))


def _index(row: Any) -> dict[str, Any]:
    names = ("enterprises", "resumed", "resumption_rate", "production_rate", "production_rate_resumed", "index")
    return {name: getattr(row, name) for name in (*names, "kwh", "base_kwh", "missing", "zero_base")} | {
        "day": row.day,
        "area": row.group["division"],
        "industry": row.group["industry"] or "",
        "size": row.group["size"] or "",
        "day_change": row.day_change,
        "week_change": row.week_change,
        "zone": row.zone or "",
    }


def _firm(one: Any) -> dict[str, Any]:
    names = ("day", "kwh", "base_kwh", "rate", "is_resumed", "state")
    return {"enterprise_id": int(one.enterprise_id)} | {name: getattr(one, name) for name in names}


def _rest(rest: Any) -> dict[str, int]:
    return {name: getattr(rest, name) for name in ("firms", "firms_read", "meters", "meters_read")}


def judge_loads(payload: Mapping[str, Any], *, now: datetime, report: Callable[[int], None] = _nowhere) -> None:
    """Judge the load curves up to a day against each firm's own base, gate and staff; above the line somebody goes and looks."""
    from .engine import Refused, Table, preset
    from .engine.keeping import kept_between
    from .engine.suspicion import Evidence, judged, load_features
    from .engine.suspicion.shapes import default_look

    day = date.fromisoformat(payload["day"])
    setting = queries.setting_now()
    method = preset(setting.method).with_base(setting.base_from, setting.base_to)
    look = default_look(day, (method.base_from, method.base_to), notice_on=setting.notice_on)
    paths = kept_between(
        queries.readings_folder(), min(look.base[0], look.window[0]), max(look.base[1], look.window[1]), shelf="loads"
    )
    if not paths:
        return
    try:
        found_features = load_features(
            loads=Table(paths=paths),
            enterprises=Table(rows=queries.engine_enterprises(), names=queries.ENTERPRISE_COLUMNS),
            look=look,
        )
    except Refused as fault:
        # Days of the base itself, or meters of nobody: there is nothing to judge, today or when it is tried again.
        LOG.info("load curves up to %s are not judged: %s", day, fault.code)
        return
    features = [one for one in found_features if one.now.days]
    report(70)
    shares = queries.shares_of([int(one.enterprise_id) for one in features], day)
    found = []
    for one in features:
        pk = int(one.enterprise_id)
        staff, gate, goods = shares.get(pk, (None, None, None))
        told = judged(
            one,
            Evidence(staff_share=staff, gate_share=gate, goods_requests=goods),
            line=type(setting.steady_from)(setting.look_from),
        )
        codes = ",".join(reason.code for reason in told.reasons)
        found.append({"enterprise_id": pk, "score": told.score, "reasons": codes[:300], "is_above": told.is_above})
    actions.keep_suspicions(actor=Actor.system(), now=now, day=day, found=found)
