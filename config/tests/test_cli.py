"""The command line is good reading, and says what it does not understand."""

import stat
from pathlib import Path

import pytest
from django.core.management import get_commands

from config import cli, secret_files


def test_help_names_every_command_within_a_terminals_width(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    told = capsys.readouterr().out
    for words in ["serve", "worker", "import", "ledger verify", "ledger head", "backup", "restore", "check", "demo"]:
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


def test_a_secret_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "secret.key"
    made = secret_files.read_or_make(file)
    assert secret_files.read_or_make(file) == made
    assert len(made) > 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert list(file.parent.iterdir()) == [file]
