"""``renwang backup``: everything but the keys, in one archive, while everybody goes on working."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

import renwang
from renwang.foundation.audit import queries
from renwang.foundation.audit.engine import archive
from renwang.foundation.audit.engine.folders import held, taken


class Command(BaseCommand):
    """Write a backup."""

    help = (
        "Write the whole database and the files that belong to it into one archive, as they are at this moment. "
        "The keys are not in it: keep them apart."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the archive to write (.tar.gz), or a folder to write it into")
        parser.add_argument("--replace", action="store_true", help="overwrite an archive of that name")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        path: Path = options["path"]
        if path.is_dir():
            path = path / f"renwang-{timezone.localtime(now):%Y%m%d-%H%M%S}.tar.gz"
        if path.exists() and not options["replace"]:
            raise CommandError(f"{path} exists already. Choose another name, or say --replace.")
        if not path.parent.is_dir():
            raise CommandError(f"There is no folder {path.parent}.")
        heads = tuple(head.in_words() for head in queries.heads())
        data = Path(settings.RENWANG_DATA)
        try:
            with (
                tempfile.TemporaryDirectory(dir=path.parent, prefix=".renwang-backup-") as temp,
                # Links are made on the disk on which the files lie.
                tempfile.TemporaryDirectory(dir=data, prefix=".renwang-backup-") as beside,
            ):
                payload = Path(temp) / "database"
                folders = {name: Path(beside) / name for name in settings.RENWANG_FOLDERS}
                with ExitStack() as still:
                    for name in folders:
                        still.enter_context(held(data / name))
                    if connection.vendor == "sqlite":
                        archive.copy_sqlite(Path(str(connection.settings_dict["NAME"])), payload)
                    else:
                        archive.dump_postgresql(libpq_variables(), payload)
                    for name, place in folders.items():
                        taken(data / name, place)
                manifest = archive.write(
                    path,
                    payload=payload,
                    engine=connection.vendor,
                    version=renwang.__version__,
                    heads=heads,
                    made_at=now,
                    folders=folders,
                )
        except archive.ArchiveError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{path}: {manifest.bytes:,} bytes of {manifest.engine}, sha256 {manifest.sha256}")
        for name, count in manifest.folders.items():
            self.stdout.write(f"and {count:,} files of the folder {name}")
        self.stdout.write(
            f"The keys are NOT in it. Without the folder {settings.RENWANG_KEY_DIR} the sealed fields cannot be opened\n"
            "and the ledger cannot be proved: copy that folder once to another place, and again after rotate-keys."
        )


def libpq_variables() -> dict[str, str]:
    """Return the connection as libpq's variables, so that no password stands on a command line."""
    told = connection.settings_dict
    variables = {
        "PGDATABASE": told["NAME"],
        "PGUSER": told["USER"],
        "PGPASSWORD": told["PASSWORD"],
        "PGHOST": told["HOST"],
        "PGPORT": told["PORT"],
        "PGSSLMODE": told["OPTIONS"].get("sslmode", ""),
    }
    return {name: str(value) for name, value in variables.items() if value}
