"""Search keys name their subject without a constraint of the database: they are made of its name, and made anew from it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Drop the constraint; the column stays as it is."""

    dependencies = [("registry", "0004_doubts_once_either_way")]

    operations = [
        migrations.AlterField(
            model_name="searchkey",
            name="subject",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="registry.subject",
            ),
        ),
    ]
