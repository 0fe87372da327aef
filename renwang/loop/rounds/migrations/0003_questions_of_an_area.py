import renwang.foundation.access.models
from django.db import migrations


def of_the_whole_register(apps, _schema_editor):
    """Let the questions that are there be those of the district, where the register has one root."""
    roots = list(apps.get_model("registry", "Division").objects.filter(parent=None).values_list("code", flat=True)[:2])
    if len(roots) == 1:
        apps.get_model("rounds", "Question").objects.filter(area="").update(area=roots[0])


class Migration(migrations.Migration):

    dependencies = [
        ('rounds', '0002_nobody_lives_there'),
        ('registry', '0003_doubts'),
    ]

    operations = [
        migrations.AddField(
            model_name='question',
            name='area',
            field=renwang.foundation.access.models.CodeField(blank=True, max_length=24, verbose_name='area'),
        ),
        migrations.RunPython(of_the_whole_register, migrations.RunPython.noop),
    ]
