"""Invented values for the style guide."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

NOW = datetime(2020, 2, 17, 2, 42, tzinfo=UTC)

VILLAGES = [
    "西李三村",
    "九龙涧",
    "坊城",
    "凤凰台",
    "前宁家沟",
    "眉村",
    "穆村",
    "车留庄",
    "荆山洼",
    "邓村",
    "黄旗堡",
    "太保庄",
    "南流",
    "清池",
    "石埠子",
    "王家庄",
    "张路院",
    "马司",
    "埠头",
    "杏埠",
    "沟西",
    "石拉子",
    "韩家庙子",
    "郑家庄",
]


class SampleForm(forms.Form):
    """One field of every sort."""

    name = forms.CharField(label=_("Name"), help_text=_("As on the identity card"))
    temperature = forms.DecimalField(label=_("Temperature"), max_value=43, min_value=34)
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[("reached", _("Reached")), ("no", _("Nobody answered"))], widget=forms.RadioSelect
    )
    urgency = forms.ChoiceField(label=_("Urgency"), choices=[("day", _("Within a day")), ("now", _("At once"))])
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    is_home = forms.BooleanField(label=_("Everybody is at home"), required=False)


def sample() -> dict[str, Any]:
    """Return a context that fills every component."""
    hours = timedelta(hours=1)
    rows = [
        SimpleNamespace(
            number=f"{8001 + place}",
            name=name,
            village=VILLAGES[place],
            need=need,
            meaning=meaning,
            state=state,
            due_at=NOW + hours * due,
            settled_at=NOW - hours if state == "已核实" else None,
            helper=helper,
            opened_at=NOW - hours * (3 + 5 * place),
            quantity=1200 * place,
        )
        for place, (name, need, meaning, state, due, helper) in enumerate(
            [
                ("刘某德", "发热 37.8 °C", "act", "立即处理", -2, "王某梅"),
                ("王某兰", "缺降压药", "late", "将超时", 2, "李某"),
                ("张某国", "口粮不足一周", "doing", "处理中", 26, "李某"),
                ("陈某英", "取暖炉损坏", "doing", "处理中", 30, "赵某强"),
                ("孙某", "外地返回未报备", "quiet", "待分派", 9, ""),
                ("周某霞", "照料人不在家", "verified", "已核实", 50, "王某梅"),
            ]
            * 3
        )
    ]
    page = Paginator(range(1287), 50).page(2)
    cells = [
        {
            "label": village,
            "share": None if place == 13 else [0.98, 0.91, 0.74, 0.42, 0.88, 0.66, 1.0][place % 7],
            "overdue": [0, 0, 2, 9, 0, 1][place % 6],
            "href": f"#v{place}",
            "detail": "凤凰街道",
        }
        for place, village in enumerate(VILLAGES)
    ]
    wrong = SampleForm({"name": "", "temperature": "52", "urgency": "day"})
    return {
        "now": NOW,
        "district_name": "坊子区",
        "csrf_token": "sample",
        "rows": rows,
        "page": page,
        "keyset": SimpleNamespace(previous_cursor="", next_cursor="8050"),
        "cells": cells,
        "form": wrong,
        "today": date(2020, 2, 17),
        "trend": [61, 66, 64, 71, None, 78, 82.1, 86.4],
        "two_hours_ago": NOW - 2 * hours,
        "yesterday": NOW - 20 * hours,
        "last_year": NOW - timedelta(days=300),
        "overdue": NOW - 2 * hours,
        "soon": NOW + hours,
        "later": NOW + 30 * hours,
        "tabs": [
            {"label": "我的", "href": "#", "count": 12, "active": True},
            {"label": "超时", "href": "#", "count": 9, "meaning": "act"},
            {"label": "将超时", "href": "#", "count": 21, "meaning": "late"},
            {"label": "全部未结", "href": "#", "count": 1287},
            {"label": "本周已核实", "href": "#", "count": 342},
        ],
        "streets": [
            {"label": "凤凰街道", "value": 91.2, "href": "#"},
            {"label": "坊安街道", "value": 78.4, "href": "#", "note": "没有责任人 3 户"},
            {"label": "九龙街道", "value": 74.0, "href": "#"},
            {"label": "黄旗堡街道", "value": 42.5, "href": "#", "meaning": "act", "note": "落后"},
        ],
        "steps": [
            {"label": "登记", "state": "done", "at": NOW - 26 * hours, "by": "王某梅"},
            {"label": "处理中", "state": "done", "at": NOW - 20 * hours, "by": "李某"},
            {"label": "已满足", "state": "now", "at": NOW - 2 * hours, "note": "等待住户确认"},
            {"label": "已核实", "state": "todo"},
            {"label": "办结", "state": "todo"},
        ],
        "entries": [
            {
                "at": NOW - hours,
                "title": "降压药已送到",
                "icon": "package",
                "meaning": "verified",
                "text": "两盒，放在门口，住户签收。",
                "by": "赵某强 · 志愿者",
            },
            {
                "at": NOW - 4 * hours,
                "title": "电话联系：全家平安",
                "icon": "phone-check",
                "meaning": "doing",
                "by": "王某梅 · 帮扶责任人",
            },
            {
                "at": NOW - 28 * hours,
                "title": "体温 37.6 °C",
                "icon": "temperature",
                "meaning": "act",
                "text": "已生成一项发热需求，由村医负责。",
                "href": "#",
            },
        ],
        "reasons": ["联系不上", "重复登记", "住户不再需要"],
    }
