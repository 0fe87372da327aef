"""A pair is asked once, in whichever order its two records were found."""

from typing import Any

from django.db import migrations, models
from django.db.models.functions import Greatest, Least


def drop_mirrored(apps: Any, schema_editor: Any) -> None:
    """Keep of a pair that was asked in both orders the decided question, else the first."""
    doubts = apps.get_model("registry", "Doubt").objects
    kept: set[frozenset[int]] = set()
    gone = []
    undecided = ("open", "later")
    rows = doubts.order_by("pk").values_list("pk", "known_id", "new_id", "status")
    for pk, known, new, _status in sorted(rows, key=lambda row: (row[3] in undecided, row[0])):
        pair = frozenset({known, new})
        if pair in kept:
            gone.append(pk)
        kept.add(pair)
    doubts.filter(pk__in=gone).delete()


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_doubts")]

    operations = [
        migrations.RunPython(drop_mirrored, migrations.RunPython.noop, elidable=True),
        migrations.RemoveConstraint(model_name="doubt", name="doubt_is_asked_once"),
        migrations.AddConstraint(
            model_name="doubt",
            constraint=models.UniqueConstraint(Least("known", "new"), Greatest("known", "new"), name="doubt_is_asked_once"),
        ),
    ]
