"""Messages through the whole ladder (queued, wired, sent, delivered by receipt), beside the bare client library.

A short-message centre in a process of its own takes every segment and brings its receipt at once. First the bare library (smpplib: one thread
writes, one listens; nothing is kept anywhere) sends the texts, then Renwang's gateway sends as many on the PostgreSQL of DATABASE_URL: every
message sealed, claimed, committed before it is written, its answers and receipts kept before they are acknowledged. Both send the same text of two
Chinese segments over the same centre; the rounds alternate, and the best of each is compared. Afterwards every message is looked up.

    tools/with_postgres.sh .venv/bin/python benchmarks/sms.py [--messages 10000] [--rounds 3] [--json]
"""

import argparse
import gc
import json
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

TARGET_SHARE = 0.60
WINDOW = 500
TEXT = "【坊子区】请您家今天报平安：都好回1；有人发热、咳嗽，或缺粮、缺药、缺煤，请直接写来，例如：发烧38度。没有米了。回复免费，无人回复时会上门看望。编号"


def be_centre(tell: Any, stop: Any) -> None:
    """Be the centre: take everything, bring every receipt."""
    from renwang.foundation.channels.engine.centre import Centre

    with Centre(keeps_log=False) as centre:
        tell.send(centre.port)
        while not stop.is_set():
            time.sleep(0.2)
            if tell.poll():
                tell.recv()
                tell.send((centre.taken, centre.unacknowledged))


def bare(port: int, messages: int) -> float:
    """Send with the library alone; return the seconds until the last receipt."""
    import logging

    import smpplib.client
    from smpplib import consts

    from renwang.foundation.channels.engine.segments import segments_of

    logging.getLogger("smpplib").setLevel(logging.ERROR)
    client = smpplib.client.Client("127.0.0.1", port, allow_unknown_opt_params=True)
    answered: list[Any] = []
    receipts: list[Any] = []
    client.set_message_sent_handler(lambda pdu: answered.append(pdu.message_id))
    client.set_message_received_handler(lambda pdu: receipts.append(pdu.short_message))
    client.connect()
    client.bind_transceiver(system_id="any", password="any")
    texts = [(f"154{n:08d}", segments_of(f"{TEXT}{n}", n % 65_536)) for n in range(messages)]
    wanted = sum(len(segments) for _address, segments in texts)
    begun = time.perf_counter()
    threading.Thread(target=client.listen, daemon=True).start()
    for address, segments in texts:
        for segment in segments:
            client.send_message(
                source_addr_npi=consts.SMPP_NPI_ISDN,
                source_addr="10690000",
                dest_addr_npi=consts.SMPP_NPI_ISDN,
                destination_addr=address,
                short_message=segment.payload,
                data_coding=segment.coding,
                esm_class=segment.esm_class,
                registered_delivery=1,
                user_message_reference=1,
            )
    while len(receipts) < wanted and time.perf_counter() - begun < 60:
        time.sleep(0.002)
    took = time.perf_counter() - begun
    assert len(receipts) == len(answered) == wanted, (len(receipts), len(answered), wanted)
    client.state = consts.SMPP_CLIENT_STATE_CLOSED
    client.disconnect()
    return took


def ladder(port: int, messages: int, turn: int) -> dict[str, float]:
    """Queue and send through the whole ladder; return the seconds of both."""
    from django.utils import timezone

    from renwang.foundation.access.rules import Actor
    from renwang.foundation.channels import actions
    from renwang.foundation.channels.actions import MessageToSend
    from renwang.foundation.channels.engine.session import SmppChannel
    from renwang.foundation.channels.management.gateway import Gateway

    system = Actor.system()
    begun = time.perf_counter()
    for first in range(0, messages, 2000):
        told = [
            MessageToSend(key=f"bench:{turn}:{n}", address=f"154{n:08d}", text=f"{TEXT}{n}", about="bench", about_id=n)
            for n in range(first, min(first + 2000, messages))
        ]
        actions.queue_messages(actor=system, now=timezone.now(), messages=told)
    queued = time.perf_counter()
    channel = SmppChannel("127.0.0.1", port, "any", "any", "10690000", rate=1_000_000, window=WINDOW)
    gateway = Gateway(channel, clock=timezone.now)
    done = gateway.pump(most_seconds=600)
    while done.delivered < messages and time.perf_counter() - begun < 600:
        more = gateway.pump(most_seconds=5)
        done.delivered += more.delivered
    took = time.perf_counter()
    gateway.close()
    return {"queue": queued - begun, "line": took - queued}


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--messages", type=int, default=10_000)
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument("--json", action="store_true")
    options = reader.parse_args()
    os.environ["RENWANG_DATA"] = tempfile.mkdtemp(prefix="renwang-sms-")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db.models import Count

    call_command("migrate", verbosity=0)
    from renwang.foundation.channels.engine.segments import segments_of
    from renwang.foundation.channels.models import Message, Part, StrayReceipt

    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    stop = spawn.Event()
    centre = spawn.Process(target=be_centre, args=(there, stop))
    centre.start()
    port = here.recv()
    segments = len(segments_of(f"{TEXT}1"))
    alone: list[float] = []
    whole: list[dict[str, float]] = []
    try:
        ladder(port, 500, 0)  # warm
        bare(port, 500)
        for turn in range(1, options.rounds + 1):
            gc.collect()
            alone.append(bare(port, options.messages))
            whole.append(ladder(port, options.messages, turn))
        here.send("?")
        taken, unacknowledged = here.recv()
    finally:
        stop.set()
        centre.join(10)
        shutil.rmtree(os.environ["RENWANG_DATA"], ignore_errors=True)
    sent = options.rounds * options.messages + 500
    states = dict(Message.objects.values_list("state").annotate(n=Count("pk")))
    best = min(whole, key=lambda one: one["queue"] + one["line"])
    result = {
        "messages": options.messages,
        "segments_each": segments,
        "bare_messages_s": round(options.messages / min(alone)),
        "bare_segments_s": round(segments * options.messages / min(alone)),
        "ladder_messages_s": round(options.messages / (best["queue"] + best["line"])),
        "line_messages_s": round(options.messages / best["line"]),
        "line_segments_s": round(segments * options.messages / best["line"]),
        "queue_messages_s": round(options.messages / best["queue"]),
        "share_of_bare": round(min(alone) / (best["queue"] + best["line"]), 2),
        "share_of_bare_line_only": round(min(alone) / best["line"], 2),
        "all_rounds": {
            "bare": [round(options.messages / one) for one in alone],
            "ladder": [round(options.messages / (one["queue"] + one["line"])) for one in whole],
        },
        "states": states,
        "parts": Part.objects.filter(state="delivered").count(),
        "stray": StrayReceipt.objects.count(),
        "centre_took": taken,
        "unacknowledged": unacknowledged,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    is_whole = states == {"delivered": sent} and result["parts"] == sent * segments and not result["stray"]
    if options.json:
        print(json.dumps(result, indent=1))
    else:
        for name, value in result.items():
            print(f"{name:>24}  {value}")
    well = is_whole and unacknowledged == 0 and result["share_of_bare"] >= TARGET_SHARE
    print(
        f"target (the whole ladder at {TARGET_SHARE:.0%} of the bare library, nothing lost):",
        "reached" if well else "MISSED",
    )
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
