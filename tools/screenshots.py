"""Take the pictures of tools/screenshots.toml, of a demo district made for them, in Chromium. `make screenshots` calls this."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
LARGEST = 250_000  # bytes: a README must open on a slow line
SCREENS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1440, "height": 900}, "device_scale_factor": 0.86},
    "wall": {"viewport": {"width": 1920, "height": 1080}, "device_scale_factor": 0.67},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "is_mobile": True,
        "has_touch": True,
        "device_scale_factor": 1.5,
    },
}


def main() -> int:
    """Make a demo in a folder of its own, serve it on a free port, take every picture (or those named), stop."""
    wanted = tomllib.loads((ROOT / "tools" / "screenshots.toml").read_text(encoding="utf-8"))["picture"]
    if named := set(sys.argv[1:]):
        wanted = [picture for picture in wanted if picture["name"] in named]
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        sys.exit("There is no Chromium here: apt-get install chromium fonts-noto-cjk (or set CHROMIUM).")
    # RENWANG_PICTURES_DATA: a folder to keep, so that one picture can be taken again without making the district anew.
    kept = os.environ.get("RENWANG_PICTURES_DATA")
    with tempfile.TemporaryDirectory(prefix="renwang-pictures-") as made:
        return _take_all(wanted, chromium, Path(kept or made))


def _take_all(wanted: list[dict[str, Any]], chromium: str, folder: Path) -> int:
    renwang = [sys.executable, "-m", "config.cli"]
    os.environ["RENWANG_DATA"] = str(folder.absolute())
    subprocess.run([*renwang, "demo", "--prepare"], check=True, cwd=ROOT)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = subprocess.Popen([*renwang, "demo", "--port", str(port)], cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{address}/sign-in/")
        names = places(folder / "demo")
        PICTURES.mkdir(parents=True, exist_ok=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
            )
            signed_in: dict[tuple[str, str, str], BrowserContext] = {}
            for picture in wanted:
                _take(browser, signed_in, picture, address, names)
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=20)
    return 0


def places(folder: Path) -> dict[str, str]:
    """Return what the paths may name, looked up in the demo's database."""
    os.environ.update(
        RENWANG_DATA=str(folder), DJANGO_SETTINGS_MODULE="config.settings", DJANGO_ALLOW_ASYNC_UNSAFE="true"
    )
    import django

    django.setup()
    from django.utils import timezone

    from renwang.loop.assignments.models import Assignment, Proposal
    from renwang.loop.fulfilment.models import Line
    from renwang.loop.rounds.models import Contact, Link, Round
    from renwang.loop.rounds.queries import token_of
    from renwang.programmes.command.models import Directive

    today = timezone.localdate()
    driver = Assignment.objects.filter(user__username="volunteer").values_list("subject_id", flat=True)[0]
    # In the evening hardly anybody is still to be asked: then whoever was not reached, then anybody of the day.
    of_today = Contact.objects.filter(day=today, state__in=("due", "trying", "last_visit", "unreached")).order_by("pk")
    contact = of_today.filter(user__username="helper").first() or of_today[0]
    line = Line.objects.filter(case__division_id="370704006D01", received__gt=0).order_by("-requested", "case_id")[0]
    link = Link.objects.filter(used_at__isnull=True, contact__in=of_today).order_by("-expires_at", "pk")[0]
    return {
        "driver": str(driver),
        "contact": str(contact.pk),
        "case": str(line.case_id),
        "round": str(Round.objects.order_by("pk")[0].pk),
        "proposal": str(Proposal.objects.order_by("-pk")[0].pk),
        "token": token_of(link),
        "directive": str(Directive.objects.order_by("pk")[0].pk),
    }


def _take(
    browser: Browser,
    signed_in: dict[tuple[str, str, str], BrowserContext],
    picture: dict[str, Any],
    address: str,
    names: dict[str, str],
) -> None:
    account, screen, locale = picture.get("account", ""), picture["screen"], picture.get("locale", "zh-CN")
    context = signed_in.get((account, screen, locale))
    if context is None:
        context = browser.new_context(base_url=address, locale=locale, timezone_id="Asia/Shanghai", **SCREENS[screen])
        context.set_extra_http_headers({"Accept-Language": locale})
        if account:
            _sign_in(context, account)
        signed_in[account, screen, locale] = context
    page = context.new_page()
    path = picture["path"].format(**names)
    answer = page.goto(path, wait_until="networkidle")
    if answer is None or not answer.ok:
        sys.exit(f"{picture['name']}: {path} answered {answer.status if answer else 'nothing'}")
    target = PICTURES / f"{picture['name']}.png"
    page.screenshot(path=target, full_page=bool(picture.get("full", False)))
    size = target.stat().st_size
    print(f"docs/pictures/{target.name} {size // 1000} kB{'  TOO LARGE' if size > LARGEST else ''}", flush=True)
    page.close()


def _sign_in(context: BrowserContext, account: str) -> None:
    """Sign in as everybody does: the password, then the code the demo shows."""
    from renwang.drill.cast import PASSWORD

    page = context.new_page()
    page.goto("/sign-in/")
    page.fill("[name=username]", account)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    if "/second-factor/" in page.url:
        page.fill("[name=code]", page.locator("[role=note] strong").inner_text())
        page.press("[name=code]", "Enter")
        page.wait_for_url(lambda url: "/second-factor/" not in url)
    page.close()


def _wait(address: str) -> None:
    for _attempt in range(120):
        try:
            urllib.request.urlopen(address, timeout=2)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
        else:
            return
    sys.exit(f"The demo does not answer at {address}.")


if __name__ == "__main__":
    sys.exit(main())
