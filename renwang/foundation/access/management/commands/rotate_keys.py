"""`renwang rotate_keys`: a new key, and every sealed value under it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from renwang.foundation.access.actions.resealing import reseal_model, sealed_models
from renwang.foundation.access.engine.keyring import (
    KeyringError,
    ensure_keyring_file,
    load_keyring_file,
    rotate,
    save_keyring_file,
)
from renwang.foundation.access.fields import sealer


class Command(BaseCommand):
    """Adds a key when asked, re-seals what is under an old key, and says what is left. Safe to stop and repeat."""

    help = "Re-seal every sealed value with the current key. Stop it whenever you like; run it again to go on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--new-key",
            action="store_true",
            help="first add a new current data key to the key file",
        )
        parser.add_argument(
            "--new-index-key",
            action="store_true",
            help="first add a new key for the blind indexes",
        )
        parser.add_argument(
            "--create",
            action="store_true",
            help="only make the key file, where there is none yet",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="only count what is not under the current keys",
        )
        parser.add_argument(
            "--batch",
            type=int,
            default=1000,
            help="rows in one transaction (default 1000)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["create"]:
                ensure_keyring_file(_file())
                return
            if not options["check"]:
                _add_keys(data=options["new_key"], index=options["new_index_key"])
            current = sealer()
        except (KeyringError, OSError) as error:
            raise CommandError(str(error)) from error
        left = broken = 0
        for model in sealed_models():
            seen = resealed = reindexed = 0
            for batch in reseal_model(
                model,
                current,
                size=max(1, options["batch"]),
                write=not options["check"],
            ):
                seen += batch.seen
                resealed += batch.resealed
                reindexed += batch.reindexed
                broken += len(batch.broken)
                if batch.broken:
                    keys = ", ".join(map(str, batch.broken[:20]))
                    self.stderr.write(f"{batch.table}: cannot be opened, left as they are: {keys}")
            left += resealed + reindexed
            done = "to re-seal" if options["check"] else "re-sealed"
            self.stdout.write(f"{model._meta.label}: {seen} rows, {resealed} {done}, {reindexed} indexes renewed")
        if broken:
            raise CommandError(f"{broken} rows cannot be opened. Keep the old keys, and restore the missing one.")
        if options["check"] and left:
            raise CommandError(f"{left} rows are not under the current keys. Run rotate_keys.")


def _file() -> Path:
    path = str(getattr(settings, "RENWANG_KEYRING_FILE", "") or "")
    if not path:
        raise CommandError("The keys come from RENWANG_KEYS: change them where it is set, then run rotate_keys again.")
    return Path(path)


def _add_keys(*, data: bool, index: bool) -> None:
    if not (data or index):
        return
    path = _file()
    ring = load_keyring_file(path)
    if data:
        ring = rotate(ring, "data")
    if index:
        ring = rotate(ring, "index")
    save_keyring_file(ring, path)
