"""The database itself keeps what is fixed: no figure of a fixed day is changed, added or taken away."""

from django.db import migrations

FIXED = "EXISTS (SELECT 1 FROM indicators_reckoning r WHERE r.id = {row}.reckoning_id AND r.is_fixed)"
SAYS = "The figures of a fixed day never change: a correction is a version of its own."
OF_FIGURES = ("indicators_figure", "indicators_figurerows")


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"""
            CREATE FUNCTION indicators_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_TABLE_NAME = 'indicators_reckoning' THEN
                    IF OLD.is_fixed THEN RAISE EXCEPTION '{SAYS}'; END IF;
                ELSE
                    IF TG_OP <> 'INSERT' AND {FIXED.format(row="OLD")} THEN RAISE EXCEPTION '{SAYS}'; END IF;
                    IF TG_OP <> 'DELETE' AND {FIXED.format(row="NEW")} THEN RAISE EXCEPTION '{SAYS}'; END IF;
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
            END $$
            """
        )
        schema_editor.execute(
            "CREATE TRIGGER indicators_reckoning_is_fixed BEFORE UPDATE OR DELETE ON indicators_reckoning "
            "FOR EACH ROW EXECUTE FUNCTION indicators_is_fixed()"
        )
        for table in OF_FIGURES:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_is_fixed BEFORE INSERT OR UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION indicators_is_fixed()"
            )
        return
    for verb in ("UPDATE", "DELETE"):
        schema_editor.execute(
            f"CREATE TRIGGER indicators_reckoning_is_fixed_{verb.lower()} BEFORE {verb} ON indicators_reckoning "
            f"WHEN OLD.is_fixed BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        )
    for table in OF_FIGURES:
        for verb, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_is_fixed_{verb.lower()}_{row.lower()} BEFORE {verb} ON {table} "
                f"WHEN {FIXED.format(row=row)} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
            )


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION indicators_is_fixed() CASCADE")
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'indicators_%_is_fixed%'")
        names = [row[0] for row in cursor.fetchall()]
    for name in names:
        schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
