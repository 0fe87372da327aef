"""``kill -9`` of the real server and worker while check-ins arrive: what was acknowledged is there once, and followed once."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS = 24
CLIENTS = 6

pytestmark = pytest.mark.slow


def _ask(environment: dict[str, str], what: str) -> Any:
    """Ask the district, in a process of its own."""
    command = [sys.executable, str(ROOT / "tests/kill/district.py"), what]
    return json.loads(subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True).stdout)


class Running:
    """The server and the worker, each in a session of its own so that a kill takes all its processes."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start the server or the worker; return when the server answers."""
        serve = ["serve", "--port", str(self.port), "--workers", "1", "--threads", "8", "--no-worker"]
        command = [sys.executable, "-m", "config.cli", *(serve if name == "server" else ["worker"])]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.processes[name] = subprocess.Popen(
            command,
            env=self.environment,
            cwd=ROOT,
            start_new_session=True,
            **quiet,  # type: ignore[call-overload]
        )
        until = time.monotonic() + 60
        while name == "server" and time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert self.processes[name].poll() is None, "the server ended by itself"
                time.sleep(0.05)
            else:
                return

    def kill(self, name: str) -> None:
        """kill -9 the server or the worker with all its processes."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Client(threading.Thread):
    """Hands in one check-in after another, each again and again until it is acknowledged, some once more afterwards."""

    def __init__(self, port: int, token: str, pairs: list[tuple[int, int]], seed: int) -> None:
        super().__init__(daemon=True)
        self.port, self.token, self.pairs = port, token, pairs
        self.chance = random.Random(seed)  # a test that repeats itself, not a secret
        self.ended = threading.Event()
        self.acknowledged: dict[str, tuple[int, int]] = {}  # submission: (its id, what must follow from it)
        self.refused: list[str] = []
        self.sent_again = 0

    def run(self) -> None:
        """Hand in until told to end; what is in hand is then still acknowledged."""
        for contact, person in self.pairs:
            if self.ended.is_set():
                return
            feverish = self.chance.random() < 0.3
            member = {"temperature": 38.2 if feverish else 36.5}
            number = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
            told = {"submission_id": number, "contact": contact, "answers": {"members": {str(person): member}}}
            self._until_acknowledged(number, told, int(feverish))
            if self.chance.random() < 0.1:
                self.sent_again += 1
                self._until_acknowledged(number, told, int(feverish))
            self.ended.wait(self.chance.uniform(0.0, 0.1))

    def _until_acknowledged(self, number: str, told: dict[str, Any], follows: int) -> None:
        until = time.monotonic() + 90
        while time.monotonic() < until:
            try:
                link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                link.request("POST", "/api/check-ins", json.dumps(told), {"Authorization": f"Bearer {self.token}"})
                answer = link.getresponse()
                body = json.loads(answer.read())
            except (OSError, http.client.HTTPException, ValueError):
                self.sent_again += 1
                time.sleep(0.05)
                continue
            if answer.status == 201:
                known = self.acknowledged.setdefault(number, (body["check_in"], follows))
                if known[0] != body["check_in"]:
                    self.refused.append(f"{number} was {known[0]} and is {body['check_in']}")
                return
            if answer.status < 500:
                self.refused.append(f"{answer.status} {body}")
                return
            time.sleep(0.05)
        self.refused.append(f"{number} was never acknowledged")


def test_a_kill_of_server_or_worker_loses_no_acknowledged_check_in_and_nothing_follows_twice(
    environment: dict[str, str],
) -> None:
    given = _ask(environment, "prepare")
    moments = random.Random(20)
    running = Running(environment)
    running.start("server")
    running.start("worker")
    clients = [Client(running.port, given["token"], given["pairs"][n::CLIENTS], n) for n in range(CLIENTS)]
    try:
        for client in clients:
            client.start()
        for kill in range(KILLS):
            time.sleep(moments.uniform(0.1, 1.5))
            name = "worker" if kill % 4 == 3 else "server"
            running.kill(name)
            running.start(name)
        time.sleep(1)
        for client in clients:
            client.ended.set()
        for client in clients:
            client.join(timeout=120)
        until = time.monotonic() + 60
        while _ask(environment, "waiting") and time.monotonic() < until:
            time.sleep(0.5)
    finally:
        for name in list(running.processes):
            running.kill(name)
    found = _ask(environment, "look")

    acknowledged = {number: told for client in clients for number, told in client.acknowledged.items()}
    assert [line for client in clients for line in client.refused] == []
    assert len(acknowledged) > 5 * KILLS, "too little was told for the test to say anything"
    assert sum(client.sent_again for client in clients) > KILLS / 2, "no kill hit anybody"
    assert {number: pk for number, (pk, _) in acknowledged.items()} == found["kept"], "lost, or kept without its sender"
    once = {str(pk): 1 for pk in found["kept"].values()}
    assert found["received"] == once, "kept and not in the ledger once"
    assert found["worked_out"] == once, "worked out not once"
    must_follow = {str(pk): 1 for pk, follows in acknowledged.values() if follows}
    assert found["findings"] == must_follow
    assert found["cases"] == must_follow
    assert (found["waiting"], found["not_reached"], found["by_other"], found["faults"]) == (0, [], 0, [])
