"""What was saved comes back, whole and proved, or not at all."""

import datetime as dt
import gzip
import io
import json
import shutil
import stat
import tarfile
import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.engine import archive
from renwang.foundation.audit.engine.folders import held
from renwang.foundation.audit.models import Entry

from .test_door import beat_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "postgresql" and shutil.which("pg_dump") is None, reason="no pg_dump"),
]


@pytest.fixture
def saved(now: dt.datetime, tmp_path: Path) -> Path:
    """An archive of a ledger with two entries."""
    for number in range(2):
        beat_once(actor=Actor.system(), now=now + dt.timedelta(minutes=number), name=str(number))
    path = tmp_path / "district.tar.gz"
    call_command("backup", str(path), stdout=io.StringIO())
    return path


def test_a_backup_is_read_by_its_owner_alone_and_says_that_the_keys_are_not_in_it(tmp_path: Path) -> None:
    told = io.StringIO()
    call_command("backup", str(tmp_path / "a.tar.gz"), stdout=told)
    assert stat.S_IMODE((tmp_path / "a.tar.gz").stat().st_mode) == 0o600
    assert "keys are NOT in it" in told.getvalue()
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar.gz"]


def test_a_backup_never_overwrites_another(saved: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", str(saved))
    assert saved.read_bytes() == before


def test_a_district_with_data_is_not_overwritten_unasked(saved: Path) -> None:
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(saved))


def test_a_damaged_archive_is_refused(saved: Path) -> None:
    raw = bytearray(saved.read_bytes())
    saved.write_bytes(bytes(raw[: len(raw) // 2]))
    with pytest.raises(CommandError, match="damaged"):
        call_command("restore", str(saved), "--replace")
    assert Entry.objects.count() == 2


@pytest.mark.parametrize("part", range(1, 10))
def test_an_archive_with_one_wrong_byte_is_refused_in_words(saved: Path, part: int) -> None:
    raw = bytearray(saved.read_bytes())
    raw[len(raw) * part // 10] ^= 0xFF
    saved.write_bytes(bytes(raw))
    with pytest.raises(CommandError, match=r"damaged|not a backup|manifest"):
        call_command("restore", str(saved), "--replace")
    assert Entry.objects.count() == 2


def test_what_was_restored_can_be_saved_and_restored_again(saved: Path, tmp_path: Path, settings) -> None:
    quiet = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    call_command("restore", str(saved), "--replace", **quiet)
    call_command("backup", str(tmp_path / "second.tar.gz"), **quiet)
    Entry.objects.all().delete()
    call_command("restore", str(tmp_path / "second.tar.gz"), **quiet)
    assert Entry.objects.count() == 2
    for path in Path(settings.RENWANG_DATA).glob("before-restore-*.tar.gz"):
        path.unlink()


@pytest.fixture
def readings(settings, tmp_path: Path) -> Path:
    """A folder that belongs to the data, with files in it and one that is not finished."""
    settings.RENWANG_DATA = tmp_path / "data"
    folder = settings.RENWANG_DATA / "readings"
    for name in ("daily/day=2020-02-10/a.parquet", "daily/day=2020-02-11/a.parquet", "inbox/raw.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "daily/day=2020-02-11/.b.new").write_text("half")
    return folder


def content(folder: Path) -> dict[str, str]:
    return {str(each.relative_to(folder)): each.read_text() for each in folder.rglob("*") if each.is_file()}


def test_the_files_of_a_folder_come_back_with_the_database_and_later_ones_do_not_stay(
    readings: Path, now: dt.datetime, tmp_path: Path
) -> None:
    beat_once(actor=Actor.system(), now=now, name="first")
    path = tmp_path / "district.tar.gz"
    told = io.StringIO()
    call_command("backup", str(path), stdout=told)
    assert "and 3 files of the folder readings" in told.getvalue()
    before = {name: text for name, text in content(readings).items() if not name.endswith(".new")}
    (readings / "inbox/raw.csv").unlink()
    (readings / "daily/day=2020-02-12").mkdir()
    (readings / "daily/day=2020-02-12/later.parquet").write_text("later")
    told = io.StringIO()
    call_command("restore", str(path), "--replace", stdout=told, stderr=io.StringIO())
    assert content(readings) == before
    assert "The folder readings has its 3 files again" in told.getvalue()
    # What was there before is in the backup that restore made first.
    (aside,) = readings.parent.glob("before-restore-*.tar.gz")
    call_command("restore", str(aside), "--replace", stdout=io.StringIO(), stderr=io.StringIO())
    assert content(readings) == {name: text for name, text in before.items() if name != "inbox/raw.csv"} | {
        "daily/day=2020-02-12/later.parquet": "later"
    }
    assert not [each for each in readings.parent.iterdir() if each.name.startswith(".renwang")]


def test_a_file_that_is_replaced_while_the_archive_is_written_is_saved_as_it_was(
    readings: Path, now: dt.datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat_once(actor=Actor.system(), now=now, name="first")
    written = archive.write

    def meanwhile(*args, **kwargs):
        fresh = readings / "inbox/.raw.new"
        fresh.write_text("of another moment")
        fresh.replace(readings / "inbox/raw.csv")
        return written(*args, **kwargs)

    monkeypatch.setattr(archive, "write", meanwhile)
    call_command("backup", str(tmp_path / "a.tar.gz"), stdout=io.StringIO())
    call_command("restore", str(tmp_path / "a.tar.gz"), "--replace", stdout=io.StringIO(), stderr=io.StringIO())
    assert (readings / "inbox/raw.csv").read_text() == "inbox/raw.csv"


def test_who_writes_into_a_folder_waits_until_the_backup_has_its_copy(readings: Path) -> None:
    order = []

    def writes() -> None:
        with held(readings):
            order.append("written")

    with held(readings):
        thread = threading.Thread(target=writes)
        thread.start()
        thread.join(0.2)
        order.append("copied")
    thread.join(10)
    assert order == ["copied", "written"]


def test_an_archive_whose_files_are_not_those_that_were_written_changes_nothing(
    readings: Path, now: dt.datetime, tmp_path: Path
) -> None:
    beat_once(actor=Actor.system(), now=now, name="first")
    call_command("backup", str(tmp_path / "a.tar.gz"), stdout=io.StringIO())
    with tarfile.open(tmp_path / "a.tar.gz") as tar:
        tar.extractall(tmp_path / "open", filter="data")
        names = tar.getnames()
    (tmp_path / "open/readings/inbox/raw.csv").write_text("forged")
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as tar:
        for name in names:
            tar.add(tmp_path / "open" / name, name)
    with pytest.raises(CommandError, match="the files of the folder readings are not those"):
        call_command("restore", str(tmp_path / "b.tar.gz"), "--replace")
    assert (readings / "inbox/raw.csv").read_text() == "inbox/raw.csv"


def test_an_archive_of_the_version_without_folders_leaves_them_as_they_are(
    readings: Path, now: dt.datetime, tmp_path: Path
) -> None:
    beat_once(actor=Actor.system(), now=now, name="first")
    call_command("backup", str(tmp_path / "a.tar.gz"), stdout=io.StringIO())
    with tarfile.open(tmp_path / "a.tar.gz") as tar:
        tar.extractall(tmp_path / "open", filter="data")
    manifest = json.loads((tmp_path / "open/manifest.json").read_text())
    del manifest["folders"]
    (tmp_path / "open/manifest.json").write_text(json.dumps(manifest | {"format": 1}))
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as tar:
        for name in ("manifest.json", manifest["file"]):
            tar.add(tmp_path / "open" / name, name)
    before = content(readings)
    told = io.StringIO()
    call_command("restore", str(tmp_path / "b.tar.gz"), "--replace", stdout=told, stderr=io.StringIO())
    assert "it was left as it is" in told.getvalue()
    assert content(readings) == before


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.tar.gz"
    other.write_bytes(gzip.compress(b"hello"))
    with pytest.raises(CommandError, match="not a backup of Renwang"):
        call_command("restore", str(other), "--replace")
    with pytest.raises(CommandError, match="There is no file"):
        call_command("restore", str(tmp_path / "none.tar.gz"))


def test_what_was_saved_comes_back_and_what_was_written_since_is_kept_aside(
    saved: Path, now: dt.datetime, settings
) -> None:
    beat_once(actor=Actor.system(), now=now + dt.timedelta(hours=1), name="later")
    assert Entry.objects.count() == 3
    told = io.StringIO()
    call_command("restore", str(saved), "--replace", stdout=told, stderr=io.StringIO())
    assert "The ledger is as it was written" in told.getvalue()
    assert Entry.objects.count() == 2
    aside = list(Path(settings.RENWANG_DATA).glob("before-restore-*.tar.gz"))
    assert aside
    for path in aside:
        path.unlink()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is proved after it is in place")
def test_an_archive_whose_ledger_was_edited_changes_nothing(now: dt.datetime, tmp_path: Path, settings) -> None:
    beat_once(actor=Actor.system(), now=now, name="first")
    Entry.objects.update(facts={"name": "somebody else"})
    forged = tmp_path / "forged.tar.gz"
    call_command("backup", str(forged), stdout=io.StringIO())
    beat_once(actor=Actor.system(), now=now + dt.timedelta(hours=1), name="second")
    with pytest.raises(CommandError, match="cannot be proved"):
        call_command("restore", str(forged), "--replace", stdout=io.StringIO(), stderr=io.StringIO())
    assert Entry.objects.count() == 2
    for path in Path(settings.RENWANG_DATA).glob("before-restore-*.tar.gz"):
        path.unlink()
