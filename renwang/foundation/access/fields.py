"""Sealed columns: text or bytes that the database keeps encrypted, and the blind index that finds them again."""

import base64
import os
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.conf import settings
from django.core import checks
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.engine.keyring import (
    KeyMissing,
    Keyring,
    KeyringMalformed,
    load_keyring,
)
from renwang.foundation.access.engine.normal import KINDS, normalise
from renwang.foundation.access.engine.seal import (
    ALGORITHM_BYTE,
    INDEX_BYTES,
    Algorithm,
    SealBroken,
    Sealer,
)

if TYPE_CHECKING:
    _TextBase = models.Field[str | None, str | None]
    _BytesBase = models.Field[bytes | None, bytes | None]
else:
    _TextBase = _BytesBase = models.Field

SERIALIZED: Final = "sealed:"


class SealedLookup(FieldError):
    """A query compared or sorted by a sealed column, whose bytes are random."""


def keyring() -> Keyring:
    """Return the ring of RENWANG_KEYRING_FILE, else of RENWANG_KEYS; raises KeyMissing, KeyringExposed, …Malformed."""
    return sealer().ring


def sealer() -> Sealer:
    """Return the sealer of the current settings; reads the key file again when it has changed."""
    path = str(getattr(settings, "RENWANG_KEYRING_FILE", "") or "")
    algorithm: Algorithm = getattr(settings, "RENWANG_SEAL_ALGORITHM", "aes-256-gcm")
    if not path:
        return _sealer("", 0, os.environ.get("RENWANG_KEYS", ""), algorithm)
    try:
        # Asked for each value, in 1 µs, so that a rotation reaches every process without a restart.
        changed_at = os.stat(path).st_mtime_ns  # noqa: PTH116 - pathlib takes five times as long
    except OSError:
        changed_at = 0
    return _sealer(path, changed_at, "", algorithm)


def seal_bytes(data: bytes, purpose: str) -> bytes:
    """Return a whole file sealed for a purpose ("app.model.field"); OVERHEAD bytes longer, up to 2 GiB."""
    return sealer().seal(data, purpose.encode())


def open_bytes(envelope: bytes | memoryview, purpose: str) -> bytes:
    """Return the file that was sealed for the purpose; raises SealBroken, KeyMissing."""
    return sealer().open(bytes(envelope), purpose.encode())


def blind(value: str, kind: str) -> bytes:
    """Return the blind index of a value however it is spelled: `filter(phone_idx=blind(typed, "phone"))`."""
    return sealer().blind(value, kind)


def blinds(value: str, kind: str) -> list[bytes]:
    """Return the index under each index key, for `filter(phone_idx__in=…)` while those keys are being rotated."""
    return sealer().blinds(value, kind)


def refresh_blind_indexes(rows: Iterable[models.Model]) -> None:
    """Set the blind indexes of rows in memory; needed before `bulk_update`, which does not call `pre_save`."""
    for row in rows:
        for field in row._meta.concrete_fields:
            if isinstance(field, BlindIndexField):
                field.pre_save(row, add=False)


@lru_cache(maxsize=8)
def _sealer(path: str, changed_at: int, text: str, algorithm: Algorithm) -> Sealer:
    if algorithm not in ALGORITHM_BYTE:
        raise KeyringMalformed(f"RENWANG_SEAL_ALGORITHM must be one of {', '.join(ALGORITHM_BYTE)}.")
    return Sealer(load_keyring(Path(path) if path else None, {"RENWANG_KEYS": text}), algorithm)


class _Sealed:
    """What sealed text and sealed bytes share. Give `purpose` before you rename the field or its model."""

    # The mixin stands before models.Field in both fields below; these are what it uses of it.
    if TYPE_CHECKING:
        model: type[models.Model]
        name: str
        unique: bool
        db_index: bool
        primary_key: bool

    def __init__(self, *args: Any, purpose: str = "", **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        if self.purpose:
            kwargs["purpose"] = self.purpose
        return name, path, args, kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)  # type: ignore[misc]
        self.sealed_for = self.purpose or f"{cls._meta.label_lower}.{name}"

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_lookup(self, lookup_name: str) -> Any:
        """Return the lookup `isnull`; every other compares random bytes and is refused."""
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)  # type: ignore[misc]
        raise SealedLookup(
            f"{self.sealed_for} is sealed: only __isnull can be asked of it (not __{lookup_name}). "
            f"Filter by its blind index: filter({self.name}_idx=blind(value, kind))."
        )

    def get_transform(self, lookup_name: str) -> Any:
        raise SealedLookup(f"{self.sealed_for} is sealed: nothing can be computed from it in the database.")

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found: list[checks.CheckMessage] = list(super().check(**kwargs))  # type: ignore[misc]
        if self.unique or self.db_index or self.primary_key:
            hint = "Put unique or db_index on a BlindIndexField of this field."
            found.append(
                checks.Error(
                    "A sealed column cannot be unique or indexed.",
                    hint,
                    self,
                    "access.E101",
                )
            )
        return found

    def sealed(self, value: bytes | None, connection: Any) -> Any:
        """Return the envelope as the database driver wants bytes."""
        return None if value is None else connection.Database.Binary(seal_bytes(value, self.sealed_for))

    def opened(self, value: Any) -> bytes | None:
        """Return what is in the envelope that the database gave."""
        return None if value is None else open_bytes(value, self.sealed_for)

    def serialized(self, value: bytes | None) -> str:
        """Return the envelope in base64: a dump of the database must not hold what the database hides."""
        return "" if value is None else SERIALIZED + base64.b64encode(seal_bytes(value, self.sealed_for)).decode()

    def deserialized(self, text: str) -> bytes | None:
        """Return what `serialized` sealed; raises ValidationError where it was changed."""
        try:
            return open_bytes(base64.b64decode(text.removeprefix(SERIALIZED)), self.sealed_for)
        except (ValueError, SealBroken, KeyMissing):
            raise ValidationError(_("This value was sealed elsewhere and cannot be opened here.")) from None


class SealedTextField(_Sealed, _TextBase):
    """Text that only the holder of the key ring can read; a str in Python, an envelope in the database."""

    description = _("Sealed text")

    def get_db_prep_value(self, value: str | None, connection: Any, prepared: bool = False) -> Any:
        return self.sealed(None if value is None else str(value).encode(), connection)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        found = self.opened(value)
        return None if found is None else found.decode()

    def to_python(self, value: Any) -> str | None:
        if isinstance(value, str) and value.startswith(SERIALIZED):
            return (self.deserialized(value) or b"").decode()
        return None if value is None else str(value)

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return self.serialized(None if value is None else value.encode())

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.CharField, **kwargs})


class SealedBytesField(_Sealed, _BytesBase):
    """A whole file (a workbook full of ID numbers) that only the holder of the key ring can read."""

    description = _("Sealed bytes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def get_db_prep_value(
        self,
        value: bytes | None,
        connection: Any,
        prepared: bool = False,
    ) -> Any:
        return self.sealed(None if value is None else bytes(value), connection)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return self.opened(value)

    def to_python(self, value: Any) -> bytes | None:
        return self.deserialized(value) if isinstance(value, str) and value else value or None

    def value_to_string(self, obj: models.Model) -> str:
        return self.serialized(self.value_from_object(obj))


class BlindIndexField(models.BinaryField):  # type: ignore[type-arg]
    """16 bytes that are equal where the normalised source is equal; nothing else can be learnt without the key.

    `save` and `bulk_create` fill it. With `save(update_fields=["phone"])` name the index too; before `bulk_update`
    call `refresh_blind_indexes`; `QuerySet.update(phone=…)` must set `phone_idx=blind(…)` itself.
    """

    description = _("Blind index")

    if TYPE_CHECKING:
        db_index: bool  # set by Field.__init__, unknown to the stubs

    def __init__(self, *args: Any, source: str = "", kind: str = "text", **kwargs: Any) -> None:
        self.source = source
        self.kind = kind
        for name, value in {
            "null": True,
            "editable": False,
            "db_index": True,
            "max_length": INDEX_BYTES,
        }.items():
            kwargs.setdefault(name, value)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        # Written out in full, because BinaryField drops what equals its own defaults, which are not ours.
        kwargs |= {
            "source": self.source,
            "kind": self.kind,
            "editable": self.editable,
            "db_index": self.db_index,
        }
        return name, path, args, {**kwargs, "null": self.null}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = list(super().check(**kwargs))
        if self.kind not in KINDS:
            hint = f"Use one of {', '.join(KINDS)}."
            found.append(
                checks.Error(
                    f"There is no kind of blind index {self.kind!r}.",
                    hint,
                    self,
                    "access.E102",
                )
            )
        if self.source not in {field.name for field in self.model._meta.fields}:
            hint = "Name the sealed field that this index finds."
            found.append(
                checks.Error(
                    f"The model has no field {self.source!r}.",
                    hint,
                    self,
                    "access.E103",
                )
            )
        return found

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        """Compute the index; `save` and `bulk_create` call this for each row."""
        value = index_of(getattr(model_instance, self.source), self.kind)
        setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        if value is not None and not isinstance(value, bytes | bytearray | memoryview | models.Expression):
            raise TypeError(f"{self.name} holds a blind index: compare it with blind(value, {self.kind!r}).")
        return super().get_prep_value(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else bytes(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name in ("exact", "in", "isnull", "among"):
            return super().get_lookup(lookup_name)
        raise SealedLookup(f"{self.name} is a blind index: it knows equality only (not __{lookup_name}).")


def index_of(value: str | None, kind: str) -> bytes | None:
    """Return the index to keep with a value, None for a value with nothing in it (many may be empty)."""
    return blind(value, kind) if value and normalise(value, kind) else None


def sealed_fields(
    model: type[models.Model],
) -> Sequence[SealedTextField | SealedBytesField]:
    """Return the sealed columns of a model's own table."""
    return [f for f in model._meta.local_concrete_fields if isinstance(f, SealedTextField | SealedBytesField)]


def blind_fields(model: type[models.Model]) -> Sequence[BlindIndexField]:
    """Return the blind indexes of a model's own table."""
    return [f for f in model._meta.local_concrete_fields if isinstance(f, BlindIndexField)]


def sealing(
    model: type[models.Model], column: str, kind: str = ""
) -> Callable[[str], tuple[bytes | None, bytes | None]]:
    """Return a function that turns a value into its envelope and its blind index; nothing stays nothing, and without a
    ``kind`` there is no index."""
    field = model._meta.get_field(column)
    assert isinstance(field, SealedTextField)
    purpose = field.sealed_for.encode()
    current = sealer()

    def seal(value: str) -> tuple[bytes | None, bytes | None]:
        if not value:
            return None, None
        index = current.blind_or_none(value, kind) if kind else None
        return current.seal(value.encode(), purpose), index

    return seal
