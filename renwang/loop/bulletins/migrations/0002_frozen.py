"""The database itself keeps what is published: no word and no number of it is changed, added or taken away."""

from django.db import migrations

FROZEN = "('published', 'superseded')"
SAYS = "What is published never changes: a correction is a bulletin of its own."
OF_BULLETINS = ("bulletins_bulletinsection", "bulletins_bulletinfigure")
# All that a bulletin says of itself; its status alone goes on, from published to replaced.
SAID = (
    "area, day, title, title_en, lead, lead_en, year, number, revision, corrects_id, correction_note, correction_note_en, figures_at, "
    "made_at, edited_at, edited_by_id, version, published_at, published_by_id, seal"
)


def guard(apps, schema_editor):
    frozen_parent = f"EXISTS (SELECT 1 FROM bulletins_bulletin b WHERE b.id = {{row}}.bulletin_id AND b.status IN {FROZEN})"
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"""
            CREATE FUNCTION bulletins_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_TABLE_NAME = 'bulletins_bulletin' THEN
                    IF OLD.status IN {FROZEN} THEN
                        IF TG_OP = 'UPDATE' AND OLD.status = 'published' AND NEW.status = 'superseded'
                            AND (to_jsonb(NEW) - 'status') = (to_jsonb(OLD) - 'status') THEN RETURN NEW; END IF;
                        RAISE EXCEPTION '{SAYS}';
                    END IF;
                ELSE
                    IF TG_OP <> 'INSERT' AND {frozen_parent.format(row="OLD")} THEN RAISE EXCEPTION '{SAYS}'; END IF;
                    IF TG_OP <> 'DELETE' AND {frozen_parent.format(row="NEW")} THEN RAISE EXCEPTION '{SAYS}'; END IF;
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
            END $$
            """
        )
        schema_editor.execute(
            "CREATE TRIGGER bulletins_bulletin_is_frozen BEFORE UPDATE OR DELETE ON bulletins_bulletin "
            "FOR EACH ROW EXECUTE FUNCTION bulletins_is_frozen()"
        )
        for table in OF_BULLETINS:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION bulletins_is_frozen()"
            )
        return
    refuse = f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
    ours = "bulletins_bulletin"
    schema_editor.execute(
        f"CREATE TRIGGER {ours}_is_frozen_words BEFORE UPDATE OF {SAID} ON {ours} WHEN OLD.status IN {FROZEN} {refuse}"
    )
    schema_editor.execute(
        f"CREATE TRIGGER {ours}_is_frozen_status BEFORE UPDATE OF status ON {ours} WHEN OLD.status IN {FROZEN} "
        f"AND NOT (OLD.status = 'published' AND NEW.status = 'superseded') {refuse}"
    )
    schema_editor.execute(
        f"CREATE TRIGGER {ours}_is_frozen_delete BEFORE DELETE ON {ours} WHEN OLD.status IN {FROZEN} {refuse}"
    )
    for table in OF_BULLETINS:
        for verb, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_is_frozen_{verb.lower()}_{row.lower()} BEFORE {verb} ON {table} "
                f"WHEN {frozen_parent.format(row=row)} {refuse}"
            )


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION bulletins_is_frozen() CASCADE")
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'bulletins_%_is_frozen%'")
        names = [row[0] for row in cursor.fetchall()]
    for name in names:
        schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
