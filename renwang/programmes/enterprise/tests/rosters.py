"""Lists of staff as firms keep them, for the tests."""

import datetime as dt
from typing import Any

from renwang.foundation.access.rules import Actor
from renwang.loop.registry.engine.identifiers import make_resident_id
from renwang.programmes.enterprise import actions
from renwang.programmes.enterprise.models import StaffList, StaffRow, Worker

from .conftest import Way

HEAD = ["姓名", "身份证号", "手机号", "来自", "14天内是否到过重点地区", "是否住宿舍"]


def identity(number: int, sex: str = "1") -> str:
    return make_resident_id("990704", dt.date(1985, 1, 1), number, sex)


def row(number: int, **told: object) -> list[object]:
    cells: dict[str, object] = dict(
        zip(
            HEAD,
            [f"王工{'零一二三四五六七八九'[number]}", identity(number), f"154{number:08d}", "临沂", "否", "是"],
            strict=True,
        )
    )
    return list((cells | told).values())


def send(way: Way, content: bytes, filename: str = "名单.xlsx", actor: Actor | None = None) -> StaffList:
    actions.take_staff_list(
        actor=actor or way.boss, now=way.now, enterprise_id=way.firm.pk, filename=filename, content=content
    )
    return StaffList.objects.get(filing=way.filing)


def take(way: Way, **how: Any) -> int:
    actions.apply_staff_list(actor=way.boss, now=way.now, enterprise_id=way.firm.pk, **how)
    return Worker.objects.filter(filing=way.filing).count()


def wrong() -> dict[int, tuple[str, str]]:
    return {one.row_no: (one.field, one.message) for one in StaffRow.objects.filter(verdict="invalid")}


def counts(kept: StaffList) -> tuple[int, int, int, int]:
    return kept.rows_new, kept.rows_changed, kept.rows_unchanged, kept.rows_wrong
