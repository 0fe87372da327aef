"""A list of staff is checked before it is taken, and its verdicts are kept as codes; what was kept before stays as it stands."""

import django.db.models.deletion
from django.db import migrations, models

import renwang.foundation.access.fields


class Migration(migrations.Migration):

    dependencies = [
        ('enterprise', '0002_base_of_a_run'),
    ]

    operations = [
        migrations.AddField(
            model_name='stafflist',
            name='digest',
            field=models.CharField(blank=True, max_length=64, verbose_name='digest'),
        ),
        migrations.AddField(
            model_name='stafflist',
            name='problem',
            field=models.CharField(blank=True, max_length=300, verbose_name='problem'),
        ),
        migrations.AddField(
            model_name='stafflist',
            name='sheets',
            field=models.TextField(blank=True, verbose_name='sheets'),
        ),
        migrations.AddField(
            model_name='stafflist',
            name='unread',
            field=models.TextField(blank=True, verbose_name='sheets not read'),
        ),
        migrations.AddField(
            model_name='stafflist',
            name='guessed',
            field=models.TextField(blank=True, verbose_name='columns taken for something by what they hold'),
        ),
        migrations.AddField(
            model_name='stafflist',
            name='left_out',
            field=models.TextField(blank=True, verbose_name='columns left out'),
        ),
        migrations.AddField(
            model_name='stafflist',
            name='rows_new',
            field=models.PositiveIntegerField(default=0, verbose_name='new'),
        ),
        migrations.AddField(
            model_name='stafflist',
            name='rows_changed',
            field=models.PositiveIntegerField(default=0, verbose_name='changed'),
        ),
        migrations.AddField(
            model_name='stafflist',
            name='rows_unchanged',
            field=models.PositiveIntegerField(default=0, verbose_name='unchanged'),
        ),
        migrations.AddField(
            model_name='stafflist',
            name='leaving',
            field=models.PositiveIntegerField(default=0, verbose_name='on the list now and not in the file'),
        ),
        migrations.AddField(
            model_name='stafflist',
            name='others_leave',
            field=models.BooleanField(default=False),
        ),
        # Whatever was sent before was taken at once.
        migrations.AddField(
            model_name='stafflist',
            name='status',
            field=models.CharField(choices=[('checking', 'being checked'), ('mapping', 'waits for its columns'), ('checked', 'checked, not applied'), ('applying', 'being applied'), ('applied', 'entered'), ('discarded', 'put away'), ('refused', 'cannot be used'), ('undoing', 'being taken back'), ('undone', 'taken back')], default='applied', max_length=10, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='stafflist',
            name='status',
            field=models.CharField(choices=[('checking', 'being checked'), ('mapping', 'waits for its columns'), ('checked', 'checked, not applied'), ('applying', 'being applied'), ('applied', 'entered'), ('discarded', 'put away'), ('refused', 'cannot be used'), ('undoing', 'being taken back'), ('undone', 'taken back')], default='checking', max_length=10, verbose_name='status'),
        ),
        migrations.RemoveIndex(model_name='stafffault', name='staff_fault_in_order'),
        migrations.RenameModel(old_name='StaffFault', new_name='StaffRow'),
        migrations.AlterModelOptions(name='staffrow', options={'verbose_name': 'row of a staff list'}),
        migrations.AlterField(
            model_name='staffrow',
            name='filing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staff_rows', to='enterprise.filing'),
        ),
        migrations.AlterField(
            model_name='staffrow',
            name='field',
            field=models.CharField(blank=True, max_length=80, verbose_name='field'),
        ),
        migrations.AlterField(
            model_name='staffrow',
            name='message',
            field=models.CharField(blank=True, max_length=300, verbose_name='message'),
        ),
        migrations.AddField(
            model_name='staffrow',
            name='row_to',
            field=models.PositiveIntegerField(default=0, verbose_name='last row'),
        ),
        migrations.AddField(
            model_name='staffrow',
            name='verdict',
            field=models.CharField(choices=[('new', 'new'), ('changed', 'changed'), ('unchanged', 'unchanged'), ('conflict', 'in conflict'), ('doubtful', 'doubtful'), ('invalid', 'invalid'), ('ignored', 'not data')], default='invalid', max_length=10, verbose_name='verdict'),
        ),
        migrations.AddField(
            model_name='staffrow',
            name='detail',
            field=renwang.foundation.access.fields.SealedTextField(blank=True, null=True, verbose_name='what changes'),
        ),
        migrations.AddIndex(
            model_name='staffrow',
            index=models.Index(fields=['filing', 'verdict', 'row_no'], name='staff_row_by_verdict'),
        ),
    ]
