"""Make a demo district in a folder of its own, and serve it."""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from config import catalogues, serve


def main(arguments: Sequence[str]) -> int:
    """Make the demo's data where there is none yet, then serve; return the exit code."""
    parser = argparse.ArgumentParser(prog="renwang demo", description="Make a demo district of its own and serve it.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=serve.port, default=8000)
    parser.add_argument("--fresh", action="store_true", help="throw the demo's data away and begin anew")
    parser.add_argument("--prepare", action="store_true", help="make the data, but serve nothing")
    options = parser.parse_args(list(arguments))

    # Never the real district's database: a folder of its own, whatever the environment says.
    folder = Path(os.environ.get("RENWANG_DATA", "var")).absolute() / "demo"
    os.environ["RENWANG_DATA"] = str(folder)
    os.environ["RENWANG_DEMO"] = "1"
    for name in ("DATABASE_URL", "RENWANG_KEY_DIR", "RENWANG_KEYS"):
        if os.environ.pop(name, None):
            print(f"(The demo keeps its data in {folder}; {name} is not used.)")
    # Invented people have no phones that a real centre could ring.
    if os.environ.pop("RENWANG_SMPP", None):
        print("(The demo sends no message; RENWANG_SMPP is not used.)")
    catalogues.compile_stale()
    complete = folder / "complete.txt"
    if options.fresh or not complete.exists():
        # What an interrupted run left half-made is made anew.
        shutil.rmtree(folder, ignore_errors=True)
        status = _make(complete)
        if status:
            return status
    else:
        print(complete.read_text(encoding="utf-8"), end="")
        print("(The demo as you left it. renwang demo --fresh begins anew.)")
    if options.prepare:
        return 0
    return serve.main(["--host", options.host, "--port", str(options.port)])


def _make(complete: Path) -> int:
    """Migrate, play the days, and keep what was said about the accounts for the next start."""
    complete.parent.mkdir(parents=True, mode=0o700)
    print("Making the demo district. This takes two or three minutes, once.", flush=True)
    # -u: what it says of its days is seen while they pass.
    renwang = [sys.executable, "-u", "-m", "config.cli", "manage"]
    migrated = subprocess.run([*renwang, "migrate", "--no-input", "--verbosity", "0"], check=False)
    if migrated.returncode:
        return migrated.returncode
    told: list[str] = []
    with subprocess.Popen([*renwang, "make_demo"], stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            told.append(line)
    if process.returncode == 0:
        complete.write_text("".join(told), encoding="utf-8")
    return process.returncode
