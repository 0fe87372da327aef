"""The command line is good reading, and says what it does not understand."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import get_commands

from config import cli, secret_files

ROOT = Path(__file__).resolve().parents[2]


def test_help_names_every_command_within_a_terminals_width(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    told = capsys.readouterr().out
    for words in [
        "serve",
        "worker",
        "import",
        "ledger verify",
        "ledger head",
        "backup",
        "restore",
        "check",
        "demo",
        "drill",
    ]:
        assert f"  {words} " in told
    assert max(len(line) for line in told.splitlines()) <= 100


def test_an_unknown_command_is_refused_and_the_way_out_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["frobnicate"]) == 2
    assert "renwang --help" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [command for commands in cli.GROUPS.values() for command in commands if command.django],
    ids=lambda command: " ".join(command.words),
)
def test_every_command_of_the_help_exists(command: cli.Command) -> None:
    assert command.django in get_commands()


@pytest.fixture
def outside(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command as a person does, in a folder whose name is a trap."""

    def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        data = tmp_path / "a district's #1 data? %41"
        data.mkdir(exist_ok=True)
        data.chmod(0o755)
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("RENWANG_", "DATABASE_URL", "DJANGO_"))
        }
        return subprocess.run(
            [sys.executable, "-m", "config.cli", *words],
            env={**kept, "RENWANG_DATA": str(data), **environment},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.mark.parametrize(
    ("words", "environment", "told"),
    [
        (["ledger"], {}, "Did you mean: ledger verify, ledger head?"),
        (["ledger", "head"], {}, "renwang migrate"),
        (["ledger", "head"], {"DATABASE_URL": "postgresql://u@host:port/name"}, "is not an address"),
        (["manage", "check"], {"DATABASE_URL": "mysql://host/name"}, "DATABASE_URL"),
        (["ledger", "head"], {"RENWANG_DATA": "/dev/null/x"}, "/dev/null"),
        (["ledger", "head"], {"RENWANG_LOG_LEVEL": "loud"}, "RENWANG_LOG_LEVEL"),
        (["ledger", "head"], {"RENWANG_KEYS": "{"}, "renwang migrate"),
        (["serve", "--port", "99999"], {}, "is not a port"),
        (["serve", "--host", "nowhere.invalid"], {}, "there is no address"),
        (["demo", "--port", "-1"], {}, "is not a port"),
        (["backup", "/nowhere/a.tar.gz"], {}, "no folder"),
        (["restore", "/nowhere/a.tar.gz"], {}, "There is no file"),
        (["ledger", "verify", "--heads", "/nowhere"], {}, "/nowhere"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None,
)
def test_what_stands_in_a_commands_way_is_told_in_a_sentence(
    outside: Callable[..., subprocess.CompletedProcess[str]], words: list[str], environment: dict[str, str], told: str
) -> None:
    outcome = outside(*words, **environment)
    assert outcome.returncode in {1, 2}
    assert told in outcome.stderr, outcome.stderr
    assert "Traceback" not in outcome.stderr + outcome.stdout


def test_what_a_first_run_makes_is_read_by_its_owner_alone_whatever_the_folder(
    outside: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    assert outside("migrate", "--verbosity", "0", "audit").returncode == 0
    (data,) = tmp_path.iterdir()
    made = [path for path in data.rglob("*") if path.is_file()]
    assert {path.name for path in made} >= {"renwang.sqlite3", "keyring.json", "secret.key"}
    assert [path.name for path in made if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").touch()
    with pytest.raises(ImproperlyConfigured, match="is empty"):
        secret_files.read_or_make(tmp_path / "secret.key")


def test_a_secret_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "secret.key"
    made = secret_files.read_or_make(file)
    assert secret_files.read_or_make(file) == made
    assert len(made) > 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert list(file.parent.iterdir()) == [file]
