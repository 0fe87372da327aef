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
    (
        house.writes_of_others_models,
        "loop/fulfilment/actions.py",
        "from renwang.loop.cases.models import Case\nCase.objects.filter(pk=1).update(status='met')\n",
    ),
    (house.rules_that_touch_the_world, "loop/cases/rules.py", "from django.utils import timezone\n"),
    (house.rules_that_touch_the_world, "loop/cases/rules.py", "from django.conf import settings\n"),
    (
        house.rules_that_touch_the_world,
        "loop/cases/rules.py",
        "from .models import Case\nfrom django.db.models import Q\n",
    ),
    (house.rules_that_touch_the_world, "loop/cases/rules.py", "import os\n"),
    (house.engines_that_know_django, "loop/cases/engine/plan.py", "from django.db import models\n"),
    (house.long_files, "loop/cases/actions.py", "x = 1\n" * 401),
    (house.badly_named_files, "loop/cases/utils.py", ""),
    (house.badly_named_files, "loop/cases/helpers/x.py", ""),
    (house.signals, "loop/cases/handlers.py", "from django.dispatch import receiver\n"),
    (house.signals, "loop/cases/apps.py", "from django.db.models.signals import post_save\n"),
    (house.readers_of_the_clock, "loop/cases/actions.py", "def f():\n    return timezone.now()\n"),
    (house.readers_of_the_clock, "loop/cases/queries.py", "def f():\n    return datetime.now(UTC)\n"),
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
        house.views_that_act_twice,
        "loop/cases/views.py",
        "def page(request):\n    actions.a(actor=1, now=2)\n    actions.b(actor=1, now=2)\n    return 1\n",
    ),
    (house.events_that_tell_too_much, "loop/cases/events.py", "class A:\n    phone: str\n"),
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


def test_every_rule_of_the_source_is_planted_at_least_once() -> None:
    taking_root = {
        value
        for name, value in vars(house).items()
        if callable(value) and getattr(value, "__annotations__", {}).get("return") == list[str] and name[0] != "_"
    }
    assert taking_root == set(RULES)
