"""Serve the pages with granian, and beside the embedded database keep a worker running."""

import argparse
import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

ALL_ADDRESSES = {"0.0.0.0", "::"}  # noqa: S104  # only recognised, never the default


def main(arguments: Sequence[str]) -> int:
    """Serve until interrupted; return the exit code."""
    parser = argparse.ArgumentParser(prog="renwang serve", description="Serve the pages until interrupted (Ctrl-C).")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 for a whole office")
    parser.add_argument("--port", type=port, default=8000)
    parser.add_argument("--workers", type=_some, help="processes (default: 1 embedded, one per core on PostgreSQL)")
    parser.add_argument("--threads", type=_some, help="requests at once in each process (default: twice the cores)")
    worker = parser.add_mutually_exclusive_group()
    worker.add_argument("--worker", dest="worker", action="store_true", default=None, help="start a worker as well")
    worker.add_argument(
        "--no-worker", dest="worker", action="store_false", help="start none (default on PostgreSQL: renwang worker)"
    )
    options = parser.parse_args(list(arguments))

    import django
    from django.conf import settings

    django.setup()
    embedded = bool(settings.SQLITE)
    in_the_way = obstacle(options.host, options.port)
    if in_the_way:
        print(f"renwang: {in_the_way}", file=sys.stderr)
        return 1
    if not _is_migrated(embedded=embedded):
        return 1
    if not settings.DEBUG:
        _collect_static()
    with_worker = embedded if options.worker is None else options.worker
    keeper = _WorkerKeeper() if with_worker else None
    if keeper is not None:
        keeper.start()
    count = options.workers or (1 if embedded else os.cpu_count() or 1)
    shown = "127.0.0.1" if options.host in ALL_ADDRESSES else options.host
    print(f"Renwang is at http://{shown}:{options.port}/  (Ctrl-C ends it)", flush=True)
    try:
        _granian(options.host, options.port, count, options.threads or 2 * (os.cpu_count() or 2))
    finally:
        if keeper is not None:
            keeper.stop()
    return 0


def port(text: str) -> int:
    """Return a port from the command line; raises ArgumentTypeError."""
    if text.isdecimal() and 1 <= int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from 1 to 65535")


def _some(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 1_000:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000")


def obstacle(host: str, port: int) -> str:
    """Return why we cannot listen there and what to do, "" where we can."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror:
            return f"there is no address {host}. --host takes one of this machine's own, or 0.0.0.0 for all of them."
        except PermissionError:
            return f"port {port} is kept for the administrator. Choose one above 1023: --port N"
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"port {port} of {host} is taken. Choose another: --port N"
            return f"cannot listen at {host}: {error.strerror}."
    return ""


def _is_migrated(*, embedded: bool) -> bool:
    """Bring an embedded database up to date; of a PostgreSQL server only say that somebody must."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        connection.close()
        return True
    if embedded:
        call_command("migrate", interactive=False, verbosity=0)
        connection.close()
        return True
    print("renwang: the database is not of this version. Make a backup, then run: renwang migrate", file=sys.stderr)
    return False


def _collect_static() -> None:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["*.md", "LICENSE", "*.LICENSE"])


def _granian(host: str, port: int, workers: int, threads: int) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    os.environ["RENWANG_PARENT"] = str(os.getpid())
    Server(
        "config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        # Each thread keeps its database connection; letting it go after half a minute would throw that away.
        blocking_threads_idle_timeout=600,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()


class _WorkerKeeper(threading.Thread):
    """Runs ``renwang worker`` beside the server, and again whenever it ends before it is told to."""

    def __init__(self) -> None:
        super().__init__(name="renwang-worker-keeper", daemon=True)
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        while not self._ending.is_set():
            began = time.monotonic()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "config.cli", "worker"], env={**os.environ, "RENWANG_PARENT": str(os.getpid())}
            )
            status = self._process.wait()
            if self._ending.is_set():
                return
            print(f"renwang: the worker ended ({status}); starting it again", file=sys.stderr, flush=True)
            # A worker that cannot even start must not take the processor for itself.
            self._ending.wait(1 if time.monotonic() - began > 10 else 10)

    def stop(self) -> None:
        """End the worker, gently at first."""
        self._ending.set()
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


def end_with_parent() -> None:
    """Ask Linux to end this process when the one named in RENWANG_PARENT dies, even by kill -9.

    No orphan may hold the port or the database. Does nothing where no parent is named.
    """
    parent = os.environ.pop("RENWANG_PARENT", None)
    if parent is None or sys.platform != "linux":
        return
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
    if os.getppid() != int(parent):
        # It died before we could ask.
        os.kill(os.getpid(), signal.SIGTERM)
