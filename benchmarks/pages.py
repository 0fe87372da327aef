"""The pages people wait for, with 500,000 persons in the register: board, my work, worklist, household, search.

Starts the server as a district would (`renwang serve`, two processes) on the PostgreSQL of DATABASE_URL, signs in as a district officer and as
helpers, and asks over HTTP with one and with four browsers at once. The limit beside each page is the same server's answer to a page that asks the
database nothing (`/sign-in/`), in the same run. The number of queries is counted with the same rights over one village and over the whole district:
it must be the same.

    tools/with_postgres.sh .venv/bin/python benchmarks/pages.py [--households 180000] [--json] [--quick]
"""

import argparse
import http.client
import json
import os
import platform
import random
import resource
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import city

TARGET_MS = 150.0
ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(port: int) -> subprocess.Popen[bytes]:
    """Start the server and wait until it answers."""
    command = [sys.executable, "-m", "config.cli", "serve", "--port", str(port), "--workers", "2"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    for _try in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/sign-in/")
            connection.getresponse().read()
            return process
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server does not answer")


def session_of(user: Any) -> str:
    """Return the cookie of a signed-in account, second factor put off (its roles are granted without one here)."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return f"renwang_session={store.session_key}; renwang_language=zh-hans"


def ask(port: int, asks: list[tuple[str, str]], browsers: int) -> list[float]:
    """Ask all addresses, shared among some browsers at once; returns milliseconds of each answer."""
    taken: list[float] = []
    lock = threading.Lock()
    left = list(asks)
    wrong: list[str] = []

    def browse() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                if not left:
                    return
                path, cookie = left.pop()
            begun = time.perf_counter()
            connection.request("GET", path, headers={"Cookie": cookie, "Accept": "text/html"})
            answer = connection.getresponse()
            body = answer.read()
            milliseconds = (time.perf_counter() - begun) * 1000
            if answer.status != 200:
                wrong.append(f"{path} answered {answer.status}: {body[:200]!r}")
                return
            with lock:
                taken.append(milliseconds)

    threads = [threading.Thread(target=browse) for _browser in range(browsers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise SystemExit(wrong[0])
    return taken


def figures(taken: list[float]) -> dict[str, float]:
    ordered = sorted(taken)
    return {
        "p50": round(statistics.median(ordered), 1),
        "p95": round(ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)], 1),
        "max": round(ordered[-1], 1),
    }


def queries_of(path: str, user: Any) -> int:
    """Return how many queries one page asks."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.get(path, headers={"host": "127.0.0.1"})
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path, headers={"host": "127.0.0.1"})
    assert answer.status_code == 200, (path, answer.status_code)
    return len(captured)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=180_000)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.households, options.times = 2000, 20
    os.environ["RENWANG_SECOND_FACTOR"] = "0"
    city.begin()
    built = city.build(options.households)

    from django.core.management import call_command
    from django.utils import timezone

    from renwang.foundation.access.models import Grant, User
    from renwang.loop.assignments.models import Assignment
    from renwang.loop.registry.models import Subject

    call_command("collectstatic", interactive=False, verbosity=0)
    now = timezone.now()

    def officer(username: str, role: str, area: str) -> Any:
        user = User(username=username, name=username, made_at=now)
        user.set_password(city.PASSWORD)
        user.save()
        Grant.objects.create(user=user, role=role, area=area, since=now)
        return user

    village = Subject.objects.filter(kind="household").values_list("division_id", flat=True)[0]
    district = officer("district", "district_command", "370704")
    street = officer("street", "street_officer", village[:9])
    cadre = officer("cadre", "village_cadre", village)
    # The same rights over one village: whoever may less sees fewer parts of a page, and asks less.
    small = officer("small", "district_command", village)
    helpers = list(User.objects.filter(pk__in=Assignment.objects.values("user_id").distinct()[:50]))
    cookies = {user.pk: session_of(user) for user in [district, street, cadre, *helpers]}
    chance = random.Random(3)
    homes = list(Subject.objects.filter(kind="household").order_by("?").values_list("pk", "division_id")[:2000])
    by_helper = dict(Assignment.objects.filter(user__in=helpers).values_list("subject_id", "user_id"))
    words = ["王", "李秀英", "zhang", "wdm", "liu", "刘德", "chenguilan", "D000123", "欧阳"]
    typed = [f"/search/?q={quote(word)}" for word in words]

    pages: dict[str, list[tuple[str, str]]] = {
        "board, district": [("/", cookies[district.pk])] * options.times,
        "board, subdistrict": [("/", cookies[street.pk])] * options.times,
        "my work, helper": [("/my/", cookies[chance.choice(helpers).pk]) for _ in range(options.times)],
        "worklist, district": [("/cases/", cookies[district.pk])] * options.times,
        "worklist, village": [("/cases/", cookies[cadre.pk])] * options.times,
        "household, district": [
            (f"/household/{chance.choice(homes)[0]}/", cookies[district.pk]) for _ in range(options.times)
        ],
        "household, helper": [
            (f"/household/{pk}/", cookies[user])
            for pk, user in chance.choices(list(by_helper.items()), k=options.times)
        ],
        "search, district": [(chance.choice(typed), cookies[district.pk]) for _ in range(options.times)],
        "search, village": [(chance.choice(typed), cookies[cadre.pk]) for _ in range(options.times)],
    }
    counts = {
        "board": (queries_of("/", small), queries_of("/", district)),
        "my work": (queries_of("/my/", helpers[0]), queries_of("/my/", helpers[-1])),
        "worklist": (queries_of("/cases/", small), queries_of("/cases/", district)),
        "household": tuple(queries_of(f"/household/{pk}/", district) for pk, _code in homes[:2]),
        "search": (queries_of(typed[0], small), queries_of(typed[0], district)),
    }
    port = free_port()
    server = start_server(port)
    try:
        ask(port, [("/sign-in/", "")] * 40, 4)
        limit = {browsers: figures(ask(port, [("/sign-in/", "")] * options.times, browsers)) for browsers in (1, 4)}
        told = {}
        for name, asks in pages.items():
            ask(port, asks[:20], 4)
            told[name] = {f"{browsers} at once": figures(ask(port, list(asks), browsers)) for browsers in (1, 4)}
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)
    result = {
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "built": built,
        "limit (a page that asks the database nothing)": limit,
        "pages": told,
        "queries (small area, district)": counts,
        "peak MB of the builder": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "target": f"p95 < {TARGET_MS:.0f} ms",
        "met": all(part["1 at once"]["p95"] < TARGET_MS for part in told.values()),
    }
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
        return
    print(
        f"{built['persons']:,} persons, {built['households']:,} households, {built['contacts']:,} contacts today, {built['cases']:,} cases"
    )
    print(f"{'page':24}{'1 browser p50/p95':>22}{'4 browsers p50/p95':>22}")
    rows = {"(limit) sign-in": {"1 at once": limit[1], "4 at once": limit[4]}, **told}
    for name, part in rows.items():
        one, four = part["1 at once"], part["4 at once"]
        print(f"{name:24}{one['p50']:>12} /{one['p95']:>7}{four['p50']:>13} /{four['p95']:>7}")
    print("queries (small area, whole district):", counts)
    print(f"target {result['target']} with one browser: {'met' if result['met'] else 'NOT met'}")


if __name__ == "__main__":
    main()
