"""Write the contacts of a day and the shares in them, a batch in one statement each; what is there already stays."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Field, Model

from ..models import Contact, ContactPart
from ..queries.planning import Begun

BATCH = 2000


def begin_contacts(rows: Sequence[Mapping[str, Any]], day: date) -> dict[tuple[int, int], Begun]:
    """Insert the contacts of a day; return by household and slot those that are new. A slot that is taken stays as it is."""
    if not rows:
        return {}
    if connection.vendor == "postgresql":
        new = _insert_at_once(Contact, rows, {"day": day}, returning=("id", "household_id", "slot", "state"))
    else:
        taken = set(
            Contact.objects.filter(household_id__in={row["household_id"] for row in rows}, day=day).values_list(
                "household_id", "slot"
            )
        )
        made = Contact.objects.bulk_create(
            [Contact(day=day, **row) for row in rows if (row["household_id"], row["slot"]) not in taken]
        )
        new = [(row.pk, row.household_id, row.slot, row.state) for row in made]
    return {(household_id, slot): Begun(pk, household_id, state) for pk, household_id, slot, state in new}


def begin_parts(rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the shares of rounds in contacts. A share that is there already stays as it is."""
    if rows and connection.vendor == "postgresql":
        _insert_at_once(ContactPart, rows, {})
    elif rows:
        ContactPart.objects.bulk_create([ContactPart(**row) for row in rows], ignore_conflicts=True, batch_size=BATCH)


def _insert_at_once(
    model: type[Model], rows: Sequence[Mapping[str, Any]], same: Mapping[str, Any], *, returning: Collection[str] = ()
) -> list[tuple[Any, ...]]:
    """Insert rows of the same columns in one statement on PostgreSQL. To build a model for each would cost more than writing it.

    ``same``: columns with one value for all. Columns that are not named get the model's default. Table, columns and types are
    those of our own models, never anything typed.
    """
    fields: dict[str, Field[Any, Any]] = {
        str(field.column): field for field in model._meta.concrete_fields if not field.primary_key
    }
    constant = {column: field.get_default() for column, field in fields.items() if column not in rows[0]} | dict(same)
    varying = list(rows[0])
    types = ", ".join(f'"{column}" {fields[column].db_type(connection)}' for column in varying)
    columns = ", ".join(f'"{column}"' for column in (*varying, *constant))
    given = ", ".join([*(f'row."{column}"' for column in varying), *["%s"] * len(constant)])
    told = f" RETURNING {', '.join(returning)}" if returning else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {given}'  # noqa: S608
            f" FROM json_to_recordset(%s::json) AS row ({types}) ON CONFLICT DO NOTHING{told}",
            [*constant.values(), json.dumps(rows, cls=DjangoJSONEncoder)],
        )
        return cursor.fetchall() if returning else []
