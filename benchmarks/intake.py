"""Single check-ins over HTTP, each answered only after its commit, from 1, 8 and 32 clients.

Starts the server as a district would (`renwang serve`) on the PostgreSQL of DATABASE_URL, hands in check-ins with a device's bearer token, every
one for another household, a tenth of them with a fever or a need. Beside it, in the same run and the same database, the limit: a bare INSERT and
COMMIT of the same bytes from the same number of connections (psycopg threads in two processes, and pgbench). Afterwards every acknowledged submission is
looked up in the database.

    tools/with_postgres.sh .venv/bin/python benchmarks/intake.py [--households 40000] [--seconds 8] [--json]
"""

import argparse
import contextlib
import datetime as dt
import http.client
import json
import multiprocessing
import os
import selectors
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

CLIENTS = (1, 8, 32)
TARGET_RATE, TARGET_SHARE, TARGET_P95 = 1000.0, 0.40, 100.0


def prepare(households: int) -> tuple[str, list[tuple[int, int]]]:
    """Fill an empty database; return the device's token and (contact, person) pairs."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from renwang.foundation.access import queries as access
    from renwang.foundation.access.models import Grant, User
    from renwang.foundation.access.rules import Actor
    from renwang.loop.registry.models import Division, Household, Membership, Person, Subject
    from renwang.loop.rounds import actions, queries
    from renwang.loop.rounds.actions import RoundDraft
    from renwang.loop.rounds.models import Contact, Device

    now = timezone.now()
    today = timezone.localdate(now)
    Division.objects.create(code="370704", name="坊子区", level="district")
    Division.objects.create(code="370704006", name="九龙街道", level="street", parent_id="370704")
    villages = [
        Division(code=f"370704006{n}", name=f"第{n}村", level="village", parent_id="370704006") for n in range(201, 301)
    ]
    Division.objects.bulk_create(villages)

    def subjects(kind: str) -> list[Any]:
        made = [
            Subject(kind=kind, name=f"户{n}", division=villages[n % 100], added_at=now, changed_at=now)
            for n in range(households)
        ]
        return list(Subject.objects.bulk_create(made, batch_size=5000))

    homes, heads = subjects("household"), subjects("person")
    Household.objects.bulk_create(
        [Household(subject=row, number=f"B{n}", phone=f"154{n:08d}") for n, row in enumerate(homes)], batch_size=5000
    )
    Person.objects.bulk_create([Person(subject=row) for row in heads], batch_size=5000)
    Membership.objects.bulk_create(
        [
            Membership(person=person, household=home, relation="head", since=today)
            for person, home in zip(heads, homes, strict=True)
        ],
        batch_size=5000,
    )
    officer = User.objects.create(username="officer", name="王街道", made_at=now)
    Grant.objects.create(user=officer, role="street_officer", area="370704006", since=now - dt.timedelta(days=1))
    system = Actor.system()
    draft = RoundDraft(title="排查", office="health", area="370704", opens_on=today, closes_on=today, everybody=True)
    begun = time.perf_counter()
    opened = actions.draft_round(actor=system, now=now, draft=draft)
    actions.open_round(actor=system, now=now, round_id=opened.round_id)
    plan = actions.plan_day(actor=system, now=now, day=today)
    print(f"planned {plan.contacts} contacts in {time.perf_counter() - begun:.1f} s", file=sys.stderr)
    actor = access.actor_for(user=officer, now=now, verified=True)
    device = actions.enrol_device(actor=actor, now=now, name="benchmark")
    person_of = {home.pk: person.pk for home, person in zip(homes, heads, strict=True)}
    pairs = [(pk, person_of[home]) for pk, home in Contact.objects.values_list("pk", "household_id")]
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare_limit (id uuid PRIMARY KEY, body bytea NOT NULL)")
        cursor.execute("ANALYZE")
    connection.close()
    return queries.device_token_of(Device.objects.get(pk=device.device_id)), pairs


def bodies(pairs: list[tuple[int, int]]) -> list[tuple[str, bytes]]:
    """Return (submission, JSON) for each contact: nine of ten are well."""
    made = []
    for n, (contact, person) in enumerate(pairs):
        answers: dict[str, Any] = {"all_well": True, "members": {str(person): {"temperature": 36.5}}}
        if n % 20 == 5:
            answers = {"all_well": False, "members": {str(person): {"temperature": 38.2, "symptoms": ["cough"]}}}
        elif n % 20 == 15:
            answers = {"all_well": False, "needs": {"food": {"what": "米面", "days_left": 2}}}
        number = str(uuid.uuid4())
        told = {"submission_id": number, "contact": contact, "mode": "call", "answers": answers}
        made.append((number, json.dumps(told, ensure_ascii=False).encode()))
    return made


def load(port: int, token: str, given: list[tuple[str, bytes]], clients: int, seconds: float, report: Any) -> None:
    """Hand in from so many connections at once, each waiting for its answer; report latencies and what was acknowledged."""
    head = (
        f"POST /api/check-ins HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: "
    ).encode()
    chosen = selectors.DefaultSelector()
    latencies: list[float] = []
    acknowledged: list[str] = []
    other: dict[str, int] = {}
    waiting = iter(given)
    stop_at = time.perf_counter() + seconds
    state: dict[int, list[Any]] = {}

    def send(sock: socket.socket) -> bool:
        one = next(waiting, None)
        if one is None or time.perf_counter() >= stop_at:
            return False
        state[sock.fileno()] = [sock, one[0], b"", time.perf_counter()]
        sock.sendall(head + str(len(one[1])).encode() + b"\r\n\r\n" + one[1])
        return True

    busy = 0
    for _client in range(clients):
        sock = socket.create_connection(("127.0.0.1", port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chosen.register(sock, selectors.EVENT_READ)
        busy += send(sock)
    begun = time.perf_counter()
    while busy:
        for key, _ in chosen.select():
            held = state[key.fd]
            held[2] += held[0].recv(65536)
            top, gap, rest = held[2].partition(b"\r\n\r\n")
            if not gap or len(rest) < int(top.lower().split(b"content-length: ")[1].split(b"\r\n")[0]):
                continue
            latencies.append(time.perf_counter() - held[3])
            status = held[2][9:12].decode()
            if status == "201":
                acknowledged.append(held[1])
            else:
                other[status] = other.get(status, 0) + 1
            if not send(held[0]):
                busy -= 1
    report.put((time.perf_counter() - begun, latencies, acknowledged, other))


def bare(url: str, given: list[bytes], connections: int, seconds: float, report: Any) -> None:
    """INSERT and COMMIT the same bytes from so many connections (threads of this process); report how many."""
    import psycopg

    done = [0] * connections
    stop_at = time.perf_counter() + seconds

    def insert(place: int) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            cursor, n = connection.cursor(), place
            while time.perf_counter() < stop_at:
                cursor.execute(
                    "INSERT INTO bare_limit VALUES (%s, %s)", (uuid.uuid4(), given[n % len(given)]), prepare=True
                )
                done[place] += 1
                n += connections

    threads = [threading.Thread(target=insert, args=(place,)) for place in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report.put(sum(done))


def bare_rate(url: str, given: list[bytes], connections: int, seconds: float) -> float:
    """Return bare inserts per second, from two processes where there are two connections."""
    report: Any = multiprocessing.Queue()
    shares = [connections] if connections == 1 else [connections // 2, connections - connections // 2]
    workers = [multiprocessing.Process(target=bare, args=(url, given, share, seconds, report)) for share in shares]
    for worker in workers:
        worker.start()
    total = sum(report.get() for _ in workers)
    for worker in workers:
        worker.join()
    return total / seconds


def pgbench_rate(url: str, length: int, connections: int, seconds: float) -> float | None:
    """Return what pgbench inserts and commits per second, or None without it."""
    if shutil.which("pgbench") is None:
        return None
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(f"INSERT INTO bare_limit VALUES (gen_random_uuid(), decode(repeat('61', {length}), 'hex'));\n")
        script.flush()
        command = ["pgbench", "-n", "-M", "prepared", "-c", str(connections), "-j", str(min(connections, 2))]
        told = subprocess.run(
            [*command, "-T", str(max(int(seconds), 2)), "-f", script.name, url],
            capture_output=True,
            text=True,
            check=False,
        )
    lines = [line for line in told.stdout.splitlines() if line.startswith("tps")]
    return float(lines[-1].split()[2]) if lines else None


def start_server(port: int, workers: int, threads: int) -> subprocess.Popen[bytes]:
    """Start `renwang serve` and wait until it answers."""
    command = [sys.executable, "-m", "config.cli", "serve", "--port", str(port)]
    log = Path(os.environ.get("INTAKE_LOG", os.devnull)).open("wb")  # noqa: SIM115  # the server's, until it ends
    process = subprocess.Popen(
        [*command, "--workers", str(workers), "--threads", str(threads)],
        cwd=ROOT,
        stdout=log,
        stderr=log,
        start_new_session=True,
        env=os.environ | {"RENWANG_LOG_LEVEL": "ERROR"},
    )
    for _ in range(300):
        try:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            asked.request("GET", "/sign-in/")
            asked.getresponse().read()
            return process
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server does not answer")


def processor_seconds(server: int, url: str) -> tuple[float, float]:
    """Return the processor time that the server's processes and PostgreSQL's have used so far."""
    postmaster = _postmaster(url)
    rows = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                rows.append((int(folder.name), (folder / "stat").read_text().rpartition(")")[2].split()))
    tick = os.sysconf("SC_CLK_TCK")
    ours = sum(int(stat[11]) + int(stat[12]) for _, stat in rows if int(stat[3]) == server)
    theirs = sum(int(stat[11]) + int(stat[12]) for pid, stat in rows if postmaster in {pid, int(stat[1])})
    # Of backends that ended, the postmaster keeps the account.
    theirs += sum(int(stat[13]) + int(stat[14]) for pid, stat in rows if pid == postmaster)
    return ours / tick, theirs / tick


def _postmaster(url: str) -> int:
    """Return the process that PostgreSQL's backends are children of; 0 where it runs on another machine."""
    import psycopg

    with psycopg.connect(url) as connection:
        try:
            stat = Path(f"/proc/{connection.info.backend_pid}/stat").read_text()
        except OSError:
            return 0
        return int(stat.rpartition(")")[2].split()[1])


def missing(acknowledged: list[str]) -> int:
    """Return how many acknowledged submissions are not in the database."""
    from django.db import connection

    from renwang.loop.rounds.models import CheckIn

    connection.close()
    found = 0
    for start in range(0, len(acknowledged), 5000):
        found += CheckIn.objects.filter(submission_id__in=acknowledged[start : start + 5000]).count()
    return len(acknowledged) - found


def worked_out(until: float) -> dict[str, Any]:
    """Wait until everything acknowledged is worked out; return how long it took, and what there is now."""
    from django.db import connection

    from renwang.foundation.audit.models import Entry
    from renwang.loop.cases.models import Case
    from renwang.loop.rounds.models import CheckIn, Finding, Waiting

    begun = time.perf_counter()
    left = Waiting.objects.count()
    while Waiting.objects.exists() and time.perf_counter() - begun < until:
        time.sleep(0.1)
    took = time.perf_counter() - begun
    told = {
        "waiting_at_the_end": left,
        "worked_out_after_s": round(took, 1),
        "check_ins": CheckIn.objects.count(),
        "findings": Finding.objects.count(),
        "cases": Case.objects.count(),
        "batches": Entry.objects.filter(name="rounds.receive_check_ins").count(),
    }
    connection.close()
    return told


def main() -> int:
    """Measure and say it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=40_000)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--clients", type=int, nargs="+", default=CLIENTS)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=32)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        raise SystemExit("Run it as: tools/with_postgres.sh .venv/bin/python benchmarks/intake.py")
    os.environ["RENWANG_DATA"] = tempfile.mkdtemp(prefix="renwang-intake-")
    token, pairs = prepare(options.households)
    given = bodies(pairs)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = start_server(port, options.workers, options.threads)
    rows: list[dict[str, Any]] = []
    kept: list[str] = []
    used = 0
    try:
        for clients in options.clients:
            report: Any = multiprocessing.Queue()
            share = given[
                used : used + (len(given) - used) * clients // sum(c for c in options.clients if c >= clients)
            ]
            warm, share = share[: 10 * clients], share[10 * clients :]
            for part, seconds in ((warm, 5.0), (share, options.seconds)):
                client = multiprocessing.Process(target=load, args=(port, token, part, clients, seconds, report))
                before = processor_seconds(server.pid, url)
                client.start()
                took, latencies, acknowledged, other = report.get()
                client.join()
                spent = processor_seconds(server.pid, url)
                kept += acknowledged
            used += len(warm) + len(share)
            latencies.sort()
            limit = bare_rate(url, [body for _, body in given[:5000]], clients, min(options.seconds, 5.0))
            pgbench = pgbench_rate(url, len(given[0][1]), clients, min(options.seconds, 5.0))
            rows.append(
                {
                    "clients": clients,
                    "per_second": round(len(acknowledged) / took),
                    "p50_ms": round(statistics.median(latencies) * 1000, 1),
                    "p95_ms": round(latencies[int(len(latencies) * 0.95)] * 1000, 1),
                    "refused": other,
                    "server_ms_each": round((spent[0] - before[0]) * 1000 / max(len(acknowledged), 1), 3),
                    "postgres_ms_each": round((spent[1] - before[1]) * 1000 / max(len(acknowledged), 1), 3),
                    "bare_per_second": round(limit),
                    "share_of_limit": round(len(acknowledged) / took / limit, 2),
                    "pgbench_per_second": None if pgbench is None else round(pgbench),
                }
            )
        followed = worked_out(120.0)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
        shutil.rmtree(os.environ["RENWANG_DATA"], ignore_errors=True)
    lost = missing(kept)
    if options.json:
        print(json.dumps({"rows": rows, "acknowledged": len(kept), "lost": lost, "followed": followed}, indent=1))
    else:
        print("clients  check-ins/s  p50 ms  p95 ms  bare INSERT+COMMIT/s  share  pgbench/s  refused")
        for row in rows:
            print(
                f"{row['clients']:>7}  {row['per_second']:>11}  {row['p50_ms']:>6}  {row['p95_ms']:>6}  "
                f"{row['bare_per_second']:>20}  {row['share_of_limit']:>5}  {row['pgbench_per_second'] or '–':>9}  {row['refused'] or 'none'}"
            )
        print(f"acknowledged {len(kept)}, of them not in the database: {lost}; {followed}")
    last = rows[-1]
    well = (
        last["per_second"] >= TARGET_RATE
        and last["share_of_limit"] >= TARGET_SHARE
        and last["p95_ms"] < TARGET_P95
        and lost == 0
    )
    print(
        "target (32 clients: 1,000/s, 40 % of the limit, p95 < 100 ms, nothing lost):", "reached" if well else "MISSED"
    )
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
