"""The rules that are read from the source: each holds in the house, and each bites where it is broken."""

from collections.abc import Callable
from pathlib import Path

import pytest

from . import house

ROOT = Path(__file__).resolve().parents[2]
Rule = Callable[[Path], list[str]]

# For each rule: where a violation is planted, and the line that breaks it.
PLANTED: list[tuple[Rule, str, str]] = [
    (house.writes_outside_actions, "loop/cases/queries.py", "def f(case):\n    case.save()\n"),
    (house.writes_outside_actions, "loop/cases/views/page.py", "def f(q):\n    q.filter(a=1).update(b=2)\n"),
    (house.writes_outside_actions, "desk/views.py", "Case.objects.create(a=1)\n"),
    *[
        (house.writes_outside_actions, where, text)
        for where, text in (
            ("loop/cases/queries.py", "def f(kind):\n    kind._default_manager.bulk_create([])\n"),
            ("loop/cases/queries.py", "async def f(q):\n    await q.aupdate(b=2)\n"),
            ("loop/cases/queries.py", "found = {}\ndef f(q):\n    found = q.filter(a=1)\n    found.update(b=2)\n"),
            ("loop/cases/queries.py", "def f(case):\n    keep = case.save\n"),
            ("loop/cases/queries.py", "keep = Case.objects.create\n"),
            ("loop/cases/queries.py", "def f(case):\n    getattr(case, 'save')()\n"),
            ("loop/cases/queries.py", "def f(cursor):\n    cursor.execute('update cases_case set a = 1')\n"),
            ("loop/cases/queries.py", "def f(cursor, table):\n    cursor.execute(f'DELETE FROM {table}')\n"),
            ("loop/cases/queries.py", "def f(cursor, sql):\n    cursor.executemany(sql, [])\n"),
            ("loop/cases/queries.py", "Case.objects.raw('WITH a AS (DELETE FROM b RETURNING *) SELECT * FROM a')\n"),
            ("loop/cases/management/commands/mend.py", "Case.objects.filter(a=1).delete()\n"),
            ("desk/templatetags/x.py", "def f(case):\n    case.save()\n"),
            ("loop/cases/my_actions.py", "def f(case):\n    case.save()\n"),
            ("loop/cases/views/actions.py", "def f(case):\n    case.save()\n"),
            ("loop/actions.py", "def f(case):\n    case.save()\n"),
        )
    ],
    (
        house.writes_of_others_models,
        "loop/fulfilment/actions.py",
        "from renwang.loop.cases.models import Case\nCase.objects.filter(pk=1).update(status='met')\n",
    ),
    *[
        (house.writes_of_others_models, "loop/fulfilment/actions/lines.py", f"{line}\n")
        for line in (
            "from renwang.loop.cases import models\nmodels.Case.objects.create(a=1)",
            "from ...cases.models import Case\nCase.objects.create(a=1)",
            "from renwang.loop.cases.models import Case as C\ndef f():\n    c = C.objects.get()\n    c.save()",
            "from renwang.loop.cases.models import Case\ndef f():\n    for c in Case.objects.all():\n        c.delete()",
            "from renwang.loop.cases import queries as cases\ndef f():\n    cases.visible().update(a=1)",
            "from renwang.loop.cases.models import Case\ndef f():\n    a = list(Case.objects.all())\n    b = a[0]\n    b.save()",
        )
    ],
    (house.rules_that_touch_the_world, "loop/cases/rules.py", "from django.utils import timezone\n"),
    (house.rules_that_touch_the_world, "loop/cases/rules.py", "from .models import Case\n"),
    (house.rules_that_touch_the_world, "loop/cases/rules.py", "from pathlib import Path\n"),
    (house.rules_that_touch_the_world, "loop/cases/rules.py", "def f():\n    return open('a')\n"),
    (house.rules_that_touch_the_world, "loop/cases/rules.py", "from django.conf import settings\n"),
    (
        house.rules_that_touch_the_world,
        "loop/cases/rules.py",
        "from renwang.loop.registry.rules import next_code\nfrom django.db.models import Q\n",
    ),
    (house.rules_that_touch_the_world, "loop/cases/rules.py", "import os\n"),
    (house.engines_that_know_django, "loop/cases/engine/plan.py", "from django.db import models\n"),
    (house.long_files, "loop/cases/actions.py", "x = 1\n" * 401),
    (house.long_files, "../benchmarks/intake.py", "x = 1\n" * 401),
    (house.badly_named_files, "loop/cases/utils.py", ""),
    (house.badly_named_files, "loop/cases/helpers/x.py", ""),
    (house.signals, "loop/cases/handlers.py", "from django.dispatch import receiver\n"),
    (house.signals, "loop/cases/apps.py", "from django.db.models.signals import post_save\n"),
    (house.readers_of_the_clock, "loop/cases/actions.py", "def f():\n    return timezone.now()\n"),
    (house.readers_of_the_clock, "loop/cases/queries.py", "def f():\n    return datetime.now(UTC)\n"),
    (house.readers_of_the_clock, "loop/cases/models.py", "a = DateTimeField(default=timezone.now)\n"),
    (house.readers_of_the_clock, "loop/cases/models.py", "a = DateTimeField(auto_now=True)\n"),
    (house.readers_of_the_clock, "loop/cases/actions.py", "from django.utils.timezone import now\n"),
    (house.readers_of_the_clock, "loop/cases/queries.py", "from django.db.models.functions import Now\n"),
    (house.readers_of_the_clock, "loop/cases/queries.py", "def f():\n    return timezone.localdate()\n"),
    (house.models_by_string, "loop/rounds/actions.py", "case = import_string('renwang.loop.cases.models.Case')\n"),
    (house.models_by_string, "loop/rounds/actions.py", "Case = apps.get_model('cases', 'Case')\n"),
    (house.overridden_saves, "loop/cases/models.py", "class A:\n    def save(self):\n        pass\n"),
    (house.actions_without_rights, "loop/cases/actions.py", "@action\ndef f(*, actor, now) -> E:\n    return E()\n"),
    (
        house.actions_of_the_wrong_shape,
        "loop/cases/actions.py",
        "@action\ndef f(case, *, actor, now) -> E:\n    actor.check_may('a', '')\n",
    ),
    (house.actions_of_the_wrong_shape, "loop/cases/actions.py", "@action\ndef f(*, actor) -> E:\n    return E()\n"),
    (house.actions_of_the_wrong_shape, "desk/views.py", "@action\ndef f(*, actor, now) -> E:\n    return E()\n"),
    (
        house.actions_without_rights,
        "loop/cases/actions.py",
        "def step(a):\n    return a\n\n@action\ndef f(*, actor, now) -> E:\n    step(actor)\n",
    ),
    (
        house.actions_of_the_wrong_shape,
        "loop/cases/actions.py",
        "from renwang.foundation.audit.actions import action as act\n",
    ),
    (house.actions_of_the_wrong_shape, "loop/cases/actions.py", "f = action(lambda: 1)\n"),
    (
        house.actions_of_the_wrong_shape,
        "loop/cases/actions.py",
        "@action\nasync def f(*, actor, now) -> E:\n    pass\n",
    ),
    *[
        (house.views_that_act_twice, "loop/cases/views.py", f"def page(request):\n{body}")
        for body in (
            "    if request.ok:\n        open_case(actor=1, now=2)\n    close_case(actor=1, now=2)\n    return 1\n",
            "    try:\n        a(actor=1, now=2)\n        if x:\n            b(actor=1, now=2)\n    except X:\n        pass\n",
            "    for case in cases:\n        a(actor=1, now=2)\n    return 1\n",
            "    with x:\n        a(actor=1, now=2)\n    return b(actor=1, now=2)\n",
        )
    ],
    (
        house.views_that_act_twice,
        "loop/cases/views.py",
        "def page(request):\n    actions.a(actor=1, now=2)\n    actions.b(actor=1, now=2)\n    return 1\n",
    ),
    (house.events_that_tell_too_much, "loop/cases/events.py", "class A:\n    phone: str\n"),
    (house.events_that_tell_too_much, "loop/cases/events.py", "class A:\n    household_name: str\n"),
    (house.inline_scripts, "loop/cases/templates/cases/a.html", '<p class="a"\n   style="color: red">\n'),
    (house.inline_scripts, "loop/cases/templates/cases/a.html", '<select onchange="go()">\n'),
    (house.inline_scripts, "loop/cases/templates/cases/a.html", "<button hx-on:click='go()'>\n"),
    (house.inline_scripts, "loop/cases/templates/cases/a.html", "<script\n  type='module'>go()</script>\n"),
    (house.inline_scripts, "desk/parts/a.py", "x = '<b style=\"color: red\">'\n"),
    (house.inline_scripts, "loop/cases/templates/cases/a.html", "<script>alert(1)</script>\n"),
    (house.inline_scripts, "loop/cases/templates/cases/a.html", '<p style="color: red">\n'),
]
RULES = list(dict.fromkeys(rule for rule, _path, _text in PLANTED))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rule(rule: Rule) -> None:
    assert rule(ROOT) == [], rule.__doc__


@pytest.mark.parametrize(("rule", "where", "text"), PLANTED, ids=lambda value: getattr(value, "__name__", None))
def test_a_planted_violation_is_caught(rule: Rule, where: str, text: str, tmp_path: Path) -> None:
    planted = tmp_path / "renwang" / where
    planted.parent.mkdir(parents=True)
    planted.write_text(text)
    assert len(rule(tmp_path)) == 1


# What only looks like a violation: a rule that cries wolf is switched off by the next in a hurry.
PLAIN: list[tuple[Rule, str, str]] = [
    (house.writes_outside_actions, "loop/cases/queries.py", "def f(a, b):\n    a.update(b)\n    a.update({1: 2})\n"),
    (house.writes_outside_actions, "loop/cases/queries.py", "def f(cursor):\n    cursor.execute('SELECT 1')\n"),
    (house.writes_outside_actions, "loop/cases/views.py", "def f(picture, out):\n    picture.save(out, kind='svg')\n"),
    (house.writes_of_others_models, "loop/cases/actions.py", "from .models import Case\nCase.objects.create(a=1)\n"),
    (house.rules_that_touch_the_world, "loop/cases/rules.py", "from enum import Enum\nfrom .engine import plan\n"),
    (house.readers_of_the_clock, "loop/cases/actions.py", "def f(at):\n    return timezone.localdate(at)\n"),
    (
        house.actions_without_rights,
        "loop/cases/actions.py",
        "def step(a):\n    a.check_may('x', '')\n\n@action\ndef f(*, actor, now) -> E:\n    step(actor)\n",
    ),
    (
        house.views_that_act_twice,
        "loop/cases/views.py",
        "def page(request):\n    if request.ok:\n        a(actor=1, now=2)\n        return 1\n    return b(actor=1, now=2)\n",
    ),
    (
        house.views_that_act_twice,
        "loop/cases/views.py",
        "def page(request):\n    with together():\n        a(actor=1, now=2)\n        b(actor=1, now=2)\n    return 1\n",
    ),
    (
        house.inline_scripts,
        "loop/cases/templates/cases/a.html",
        '<script src="a.js" type="module"></script><script id="x" type="application/json">{}</script><p data-on="1">\n',
    ),
]


@pytest.mark.parametrize(("rule", "where", "text"), PLAIN, ids=lambda value: getattr(value, "__name__", None))
def test_what_only_looks_like_a_violation_is_let_be(rule: Rule, where: str, text: str, tmp_path: Path) -> None:
    planted = tmp_path / "renwang" / where
    planted.parent.mkdir(parents=True)
    planted.write_text(text)
    assert rule(tmp_path) == []


def test_every_rule_of_the_source_is_planted_at_least_once() -> None:
    taking_root = {
        value
        for name, value in vars(house).items()
        if callable(value) and getattr(value, "__annotations__", {}).get("return") == list[str] and name[0] != "_"
    }
    assert taking_root == set(RULES)
