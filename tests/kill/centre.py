"""A short-message centre in a process of its own that may be killed: what it took and what it must bring stands in a journal.

    centre.py JOURNAL PORT PHONES

Every line is on the disk before the centre answers, as a real centre's store is; after a kill it brings again what nobody acknowledged.
"""

import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from renwang.foundation.channels.engine.centre import Centre, Fate
from renwang.foundation.channels.engine.pdus import Submit


class Journal:
    """What happened, line by line."""

    def __init__(self, path: Path) -> None:
        self.lines = (
            [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")] if path.exists() else []
        )
        self.out = path.open("a", buffering=1)
        self.out.write("\n")  # a kill may have left half a line

    def note(self, what: str, **told: Any) -> None:
        """Write a line; it is on the disk when this returns."""
        self.out.write(json.dumps({"what": what, **told}) + "\n")
        self.out.flush()
        os.fsync(self.out.fileno())


def main(path: str, port: int, phones: int) -> None:
    journal = Journal(Path(path))
    done = {line["label"] for line in journal.lines if line["what"] == "acknowledged"}
    taken = [line for line in journal.lines if line["what"] == "taken"]

    def tell(submit: Submit, number: str) -> None:
        journal.note("taken", number=number, submit=asdict(submit) | {"payload": submit.payload.hex()})

    centre = Centre(
        lambda submit: Fate(receipt_first=submit.sequence % 7 == 0),
        port=port,
        keeps_log=False,
        tell=tell,
        acknowledged=lambda label: journal.note("acknowledged", label=label),
        first_number=len(taken) + 1,
    )
    with centre:
        for line in taken:
            if f"receipt:{line['number']}" not in done:
                submit = Submit(**(line["submit"] | {"payload": bytes.fromhex(line["submit"]["payload"])}))
                centre.report(submit, line["number"], Fate())
        for phone in range(phones):
            if (label := f"reply:{phone}") not in done:
                centre.say(f"155{phone:08d}", f"没有米了，第{phone}家", label=label)
                time.sleep(0.02)
        while True:
            time.sleep(1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
