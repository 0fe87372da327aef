"""``kill -9`` of worker and short-message centre at random moments: no message goes out twice, none is lost sight of."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from renwang.foundation.channels.engine.segments import piece_of

ROOT = Path(__file__).resolve().parents[2]
KILLS = 16
PHONES = 120

pytestmark = pytest.mark.slow


def _ask(environment: dict[str, str], what: str) -> Any:
    command = [sys.executable, str(ROOT / "tests/kill/line.py"), what]
    return json.loads(subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True).stdout)


class Running:
    """The worker and the centre, each in a session of its own so that a kill takes all its processes."""

    def __init__(self, environment: dict[str, str], journal: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        line = f"smpp://any:any@127.0.0.1:{port}?source=10690000&rate=150&window=40"
        self.environment = environment | {"RENWANG_SMPP": line, "RENWANG_QUIET_HOURS": ""}
        self.commands = {
            "worker": ["-m", "config.cli", "worker"],
            "centre": [str(ROOT / "tests/kill/centre.py"), str(journal), str(port), str(PHONES)],
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start the worker or the centre."""
        self.processes[name] = subprocess.Popen(
            [sys.executable, *self.commands[name]],
            env=self.environment,
            cwd=ROOT,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self, name: str) -> None:
        """kill -9 one of them with all its processes."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _read(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal.read_text().splitlines() if line.endswith("}")]


def _wait_until_it_goes_on(journal: Path) -> None:
    """Wait until the centre takes segments (again): a kill hits somebody at work, however slowly a machine starts them."""
    before = journal.stat().st_size if journal.exists() else 0
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if journal.exists() and '"taken"' in journal.read_text()[before:]:
            return
        time.sleep(0.05)
    raise AssertionError("nothing was sent for a minute: too few messages, or nobody goes on after a kill")


def test_a_kill_of_worker_or_centre_sends_no_message_twice_and_loses_no_reply(
    environment: dict[str, str], tmp_path: Path
) -> None:
    messages = _ask(environment, "prepare")
    journal = tmp_path / "journal"
    moments = random.Random(31)
    running = Running(environment, journal)
    running.start("centre")
    running.start("worker")
    try:
        for kill in range(KILLS):
            _wait_until_it_goes_on(journal)
            time.sleep(moments.uniform(0.0, 1.5))
            name = "centre" if kill % 3 == 2 else "worker"
            running.kill(name)
            running.start(name)
        until = time.monotonic() + 120
        while _ask(running.environment, "waiting") and time.monotonic() < until:
            time.sleep(1)
        told = {f"reply:{phone}" for phone in range(PHONES)}
        while told - {line.get("label") for line in _read(journal)} and time.monotonic() < until:
            time.sleep(1)
        time.sleep(1)  # receipts of what was on the wire at the last kill
    finally:
        for name in list(running.processes):
            running.kill(name)
    found = _ask(running.environment, "look")

    taken: Counter[tuple[str, int]] = Counter()
    for line in _read(journal):
        if line["what"] == "taken":
            submit = line["submit"]
            piece = piece_of(bytes.fromhex(submit["payload"]), submit["coding"], submit["esm_class"])
            taken[submit["destination"], piece.number] += 1
    assert [what for what, times in taken.items() if times > 1] == [], "a segment went out twice"
    assert len(found["messages"]) == messages, "a message is gone"
    whole = {
        row["address"]
        for row in found["messages"]
        if all(taken[row["address"], number] for number in range(1, row["segments"] + 1))
    }
    delivered = {row["address"] for row in found["messages"] if row["state"] == "delivered"}
    # Whatever the centre has taken whole was found by its receipt, even where the worker died before the answer.
    assert delivered == whole
    others = Counter((row["state"], row["fault"]) for row in found["messages"] if row["address"] not in whole)
    assert set(others) <= {("failed", "unsure")}, "neither delivered nor given to another way"
    assert len(delivered) > 0.6 * messages, "hardly anything arrived"
    assert found["replies"] == {f"没有米了，第{phone}家": 1 for phone in range(PHONES)}
    assert found["faults"] == []
