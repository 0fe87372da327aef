"""``renwang drill`` in processes of its own: the same seed plays the same, another seed plays otherwise, wrong words are refused."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROMISED = {
    "households",
    "asked",
    "double_asked",
    "answered",
    "unreached",
    "findings",
    "cases",
    "messages",
    "helper_minutes",
    "wall_seconds",
}
TINY = ("--households", "40", "--days", "2", "--json")


def drill(*arguments: str, hash_seed: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
    # As somebody would call it: nothing of the tests' own settings, and never the database of the tests.
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("RENWANG_", "DATABASE_", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "config.cli", "drill", *arguments],
        cwd=ROOT,
        env={**kept, "PYTHONHASHSEED": str(hash_seed), **more},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def played(*arguments: str, hash_seed: int = 0, **more: str) -> dict[str, Any]:
    done = drill(*TINY, *arguments, hash_seed=hash_seed, **more)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told.pop("wall_seconds") > 0
    return told


@pytest.mark.slow
def test_the_same_seed_plays_the_same_and_another_otherwise(tmp_path: Path) -> None:
    first = played("--seed", "7", hash_seed=1)
    # Another order of sets, a folder of its own, the environment of a real district: nothing of it changes the play.
    second = played(
        "--seed",
        "7",
        "--keep",
        str(tmp_path / "kept"),
        hash_seed=2,
        RENWANG_SMPP="smpp://a:b@127.0.0.1:9?source=1069",
        RENWANG_HTTPS="1",
        RENWANG_KEY_DIR=str(tmp_path / "keys"),
    )
    assert first == second
    assert not (tmp_path / "keys").exists()
    again = drill(*TINY, "--keep", str(tmp_path / "kept"))
    assert again.returncode == 1 and "--fresh" in again.stderr
    third = played("--seed", "8", "--keep", str(tmp_path / "kept"), "--fresh")
    assert third != first and third["seed"] == 8
    assert (PROMISED - {"wall_seconds"}) <= set(first)
    assert first["double_asked"] == third["double_asked"] == 0
    assert set(first["answered"]) >= {"sms", "call", "visit", "self_report"}
    assert all(isinstance(value, int) for value in first["answered"].values())
    assert set(first["cases"]) >= {"opened", "met", "verified", "overdue"}
    assert set(first["messages"]) >= {"sent", "delivered", "failed"}
    assert first["households"] >= 40 and first["asked"] >= 80 and first["helper_minutes"] > 0
    assert sum(first["answered"].values()) + first["unreached"] <= first["asked"]


def test_a_wrong_behaviour_file_is_refused_with_the_values_name(tmp_path: Path) -> None:
    path = tmp_path / "behaviour.toml"
    path.write_text("[messages]\nanswered = { value = 62, source = 'percent, by mistake' }", encoding="utf-8")
    done = drill("--behaviour", str(path))
    assert done.returncode == 1 and done.stdout == ""
    assert "messages.answered: expected a share from 0 to 1, not 62." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--households", "0"), "is not a number from 1 to"),
        (("--days", "many"), "is not a number from 1 to"),
        (("--begin", "17.2.2020"), "is not a day like"),
        (("--serve", "--port", "99999"), "is not a port"),
        (("--serve", "--pace", "-3"), "is not a number of seconds"),
    ],
)
def test_wrong_words_are_refused(arguments: tuple[str, ...], said: str) -> None:
    done = drill(*arguments)
    assert done.returncode == 2 and said in done.stderr


def test_a_port_that_is_taken_is_said_before_anything_is_made() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = drill("--serve", "--port", str(port))
    assert done.returncode == 1 and f"port {port} of 127.0.0.1 is taken" in done.stderr
    assert "Traceback" not in done.stderr
