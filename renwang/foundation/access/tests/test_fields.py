"""Sealed columns in a real database."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps.registry import Apps
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, models
from pytest_django.fixtures import Settings

from renwang.foundation.access.actions import resealing
from renwang.foundation.access.engine.keyring import (
    KeyMissing,
    generate_keyring,
    rotate,
    save_keyring_file,
)
from renwang.foundation.access.engine.seal import SealBroken
from renwang.foundation.access.fields import (
    BlindIndexField,
    SealedBytesField,
    SealedLookup,
    SealedTextField,
    blind,
    blinds,
    keyring,
    open_bytes,
    refresh_blind_indexes,
    seal_bytes,
    sealer,
)

pytestmark = pytest.mark.django_db


class Card(models.Model):
    """A person's card, known to this test only."""

    name: models.CharField[str, str] = models.CharField(max_length=20)
    phone = SealedTextField(null=True)
    phone_idx = BlindIndexField(source="phone", kind="phone")
    scan = SealedBytesField(null=True)

    class Meta:
        app_label = "access"
        apps = Apps()  # a registry of its own: the house and its migrations never see this model

    def __str__(self) -> str:
        return self.name


@pytest.fixture(autouse=True)
def ring_file(tmp_path: Path, settings: Settings) -> Path:
    path = tmp_path / "ring.json"
    save_keyring_file(generate_keyring(), path)
    settings.RENWANG_KEYRING_FILE = path
    return path


@pytest.fixture(autouse=True)
def table(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with connection.cursor() as cursor:
        # By hand, not by the schema editor, which SQLite forbids inside a test's transaction.
        kind = "bytea" if connection.vendor == "postgresql" else "blob"
        key = "bigserial" if connection.vendor == "postgresql" else "integer"
        cursor.execute(
            f"CREATE TABLE access_card (id {key} PRIMARY KEY, name varchar(20), phone {kind}, phone_idx {kind}, scan {kind})"
        )
    monkeypatch.setattr(resealing, "sealed_models", lambda: [Card])
    monkeypatch.setattr(
        "renwang.foundation.access.management.commands.rotate_keys.sealed_models",
        lambda: [Card],
    )
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE access_card")


def field_of(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def raw(column: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM access_card ORDER BY id")
        return [None if value is None else bytes(value) for (value,) in cursor.fetchall()]


def test_the_database_never_sees_the_text() -> None:
    Card.objects.create(name="甲", phone="154-0000-0001", scan=b"15400000001")
    [envelope], [scan] = raw("phone"), raw("scan")
    assert b"1540" not in envelope + scan
    card = Card.objects.get()
    assert (card.phone, card.scan) == ("154-0000-0001", b"15400000001")


def test_a_sealed_column_answers_isnull_and_refuses_every_other_question() -> None:
    Card.objects.create(name="甲", phone="15400000001")
    Card.objects.create(name="乙", phone=None)
    for lookup in (
        "phone",
        "phone__exact",
        "phone__in",
        "phone__startswith",
        "phone__gt",
        "phone__contains",
    ):
        with pytest.raises(SealedLookup, match="blind"):
            Card.objects.filter(**{lookup: "15400000001"})
    assert Card.objects.get(phone__isnull=True).name == "乙"
    assert Card.objects.get(phone__isnull=False).name == "甲"


def test_a_phone_is_found_by_equality_however_it_is_typed() -> None:
    Card.objects.create(name="甲", phone="+86 154 0000 0001")
    Card.objects.create(name="乙", phone="15400000002")
    assert not Card.objects.filter(phone_idx=blind("15400000003", "phone")).exists()
    assert Card.objects.get(phone_idx=blind("154-0000-0001", "phone")).name == "甲"
    assert Card.objects.filter(phone_idx__in=blinds("15400000002", "phone")).count() == 1


def test_a_blind_index_refuses_plain_text_and_order() -> None:
    with pytest.raises(TypeError, match="blind"):
        list(Card.objects.filter(phone_idx="15400000001"))
    with pytest.raises(SealedLookup):
        Card.objects.filter(phone_idx__gt=b"0")


def test_bulk_create_fills_the_blind_index_too() -> None:
    Card.objects.bulk_create(Card(name=str(n), phone=f"154{n:08d}") for n in range(30))
    Card.objects.bulk_create([Card(name="空", phone=None), Card(name="白", phone=" - ")])
    assert Card.objects.get(phone_idx=blind("15400000007", "phone")).name == "7"
    assert Card.objects.filter(phone_idx=None).count() == 2  # a value without a digit has no index


def test_save_renews_the_index_and_bulk_update_needs_a_refresh() -> None:
    card = Card.objects.create(name="甲", phone="15400000001")
    card.phone = "15400000002"
    card.save()
    assert Card.objects.filter(phone_idx=blind("15400000002", "phone")).exists()
    card.phone = "15400000003"
    refresh_blind_indexes([card])
    Card.objects.bulk_update([card], ["phone", "phone_idx"])
    assert Card.objects.get(phone_idx=blind("15400000003", "phone")).phone == "15400000003"


def test_an_envelope_copied_to_another_column_or_changed_does_not_open() -> None:
    Card.objects.create(name="甲", phone="15400000001", scan=b"x")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE access_card SET scan = phone")
    with pytest.raises(SealBroken, match=r"card\.scan"):
        list(Card.objects.all())


def test_without_the_keys_nothing_opens_and_the_error_says_what_to_do(
    ring_file: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    Card.objects.create(name="甲", phone="15400000001")
    ring_file.unlink()
    with pytest.raises(KeyMissing, match="Restore"):
        list(Card.objects.all())
    settings.RENWANG_KEYRING_FILE = None
    monkeypatch.setenv("RENWANG_KEYS", generate_keyring().dump())
    with pytest.raises(KeyMissing, match="not in the key ring"):
        list(Card.objects.all())


def test_a_dump_of_the_database_holds_envelopes_and_loads_again() -> None:
    Card.objects.create(name="甲", phone="15400000001", scan=b"sheet")
    dump = serializers.serialize("json", Card.objects.all())
    assert "15400000001" not in dump
    fields = json.loads(dump)[0]["fields"]
    assert field_of(Card, "phone").to_python(fields["phone"]) == "15400000001"
    assert field_of(Card, "scan").to_python(fields["scan"]) == b"sheet"
    with pytest.raises(ValidationError):
        field_of(Card, "phone").to_python("sealed:" + fields["scan"][7:])


def test_a_field_rebuilt_by_a_migration_is_the_same_field() -> None:
    for field in (
        field_of(Card, "phone"),
        field_of(Card, "phone_idx"),
        SealedTextField(purpose="a.b.c"),
    ):
        _, path, args, kwargs = field.deconstruct()
        again = type(field)(*args, **kwargs)
        assert again.deconstruct()[1:] == (path, args, kwargs)
        assert path.startswith("renwang.foundation.access.fields.")


def test_a_sealed_column_cannot_be_unique_and_an_index_names_a_known_source_and_kind() -> None:
    class Odd(models.Model):
        phone = SealedTextField(unique=True)
        phone_idx = BlindIndexField(source="fone", kind="fax")

        class Meta:
            app_label = "access"
            apps = Apps()

        def __str__(self) -> str:
            return ""

    assert [error.id for error in field_of(Odd, "phone").check()] == ["access.E101"]
    assert [error.id for error in field_of(Odd, "phone_idx").check()] == [
        "access.E102",
        "access.E103",
    ]


def test_a_whole_workbook_is_sealed_and_opens_for_its_purpose_only() -> None:
    envelope = seal_bytes(b"PK" * 100_000, "registry.import.blob")
    assert open_bytes(memoryview(envelope), "registry.import.blob") == b"PK" * 100_000
    with pytest.raises(SealBroken):
        open_bytes(envelope, "registry.export.blob")


def test_sm4_seals_and_what_aes_sealed_still_opens(settings: Settings) -> None:
    Card.objects.create(name="甲", phone="15400000001")
    settings.RENWANG_SEAL_ALGORITHM = "sm4-gcm"
    Card.objects.create(name="乙", phone="15400000002")
    assert [envelope[1] for envelope in raw("phone")] == [1, 2]
    assert [card.phone for card in Card.objects.order_by("id")] == [
        "15400000001",
        "15400000002",
    ]
    assert not Card.objects.filter(phone_idx=blind("15400000001", "phone")).exists()
    call_command("rotate_keys")  # brings envelopes and indexes along
    assert [envelope[1] for envelope in raw("phone")] == [2, 2]
    assert Card.objects.filter(phone_idx=blind("15400000001", "phone")).exists()


def test_rotation_is_seen_without_a_restart_and_leaves_nothing_under_the_old_key(
    ring_file: Path,
) -> None:
    Card.objects.bulk_create(Card(name=str(n), phone=f"154{n:08d}", scan=b"s") for n in range(25))
    old = keyring().data.current
    save_keyring_file(rotate(keyring()), ring_file)
    with pytest.raises(CommandError, match="25 rows"):
        call_command("rotate_keys", check=True)
    call_command("rotate_keys", new_key=True, new_index_key=True, batch=7)
    call_command("rotate_keys", check=True)
    assert keyring().data.current != old
    assert {envelope[2:6].hex() for envelope in raw("phone") + raw("scan")} == {keyring().data.current}
    assert Card.objects.get(phone_idx=blind("15400000013", "phone")).phone == "15400000013"


def test_a_stopped_rotation_goes_on_where_it_stopped(ring_file: Path) -> None:
    Card.objects.bulk_create(Card(name=str(n), phone=f"154{n:08d}") for n in range(10))
    save_keyring_file(rotate(keyring()), ring_file)
    first = next(resealing.reseal_model(Card, sealer(), size=4))
    assert (first.seen, first.resealed) == (4, 4)
    assert [batch.resealed for batch in resealing.reseal_model(Card, sealer(), size=4)] == [0, 4, 2]


def test_a_broken_row_is_told_and_left_and_the_others_are_renewed(
    ring_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Card.objects.bulk_create(Card(name=str(n), phone=f"154{n:08d}") for n in range(3))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE access_card SET phone = %s WHERE name = '1'", [b"broken"])
    with pytest.raises(CommandError, match="1 rows cannot be opened"):
        call_command("rotate_keys", new_key=True)
    assert "15400000" not in capsys.readouterr().err
    assert raw("phone")[1] == b"broken"
    assert {raw("phone")[n][2:6].hex() for n in (0, 2)} == {keyring().data.current}
