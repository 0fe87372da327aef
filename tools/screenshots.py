"""Take the pictures of tools/screenshots.toml, of the demo district, in Chromium. `make screenshots` calls this."""

import os
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
SCREENS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1440, "height": 900}},
    "wall": {"viewport": {"width": 1920, "height": 1080}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "is_mobile": True,
        "has_touch": True,
        "device_scale_factor": 2,
    },
}


def main() -> int:
    """Prepare the demo, serve it on a free port, take every picture, stop."""
    wanted = tomllib.loads((ROOT / "tools" / "screenshots.toml").read_text(encoding="utf-8"))["picture"]
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        sys.exit("There is no Chromium here: apt-get install chromium fonts-noto-cjk (or set CHROMIUM).")
    renwang = [sys.executable, "-m", "config.cli"]
    subprocess.run([*renwang, "demo", "--prepare"], check=True, cwd=ROOT)
    os.environ.update(
        RENWANG_DATA=str(Path(os.environ.get("RENWANG_DATA", ROOT / "var")).absolute() / "demo"),
        DJANGO_SETTINGS_MODULE="config.settings",
        DJANGO_ALLOW_ASYNC_UNSAFE="true",
    )
    os.environ.pop("DATABASE_URL", None)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = subprocess.Popen([*renwang, "serve", "--port", str(port), "--no-worker"], cwd=ROOT)
    try:
        _wait(f"http://127.0.0.1:{port}/sign-in/")
        PICTURES.mkdir(parents=True, exist_ok=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
            )
            for picture in wanted:
                _take(browser, picture, f"http://127.0.0.1:{port}")
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=20)
    return 0


def _take(browser: Browser, picture: dict[str, Any], address: str) -> None:
    context = browser.new_context(
        base_url=address,
        locale=picture.get("locale", "zh-CN"),
        timezone_id="Asia/Shanghai",
        **SCREENS[picture["screen"]],
    )
    if "account" in picture:
        context.add_cookies([{"name": "renwang_session", "value": _session(picture["account"]), "url": address}])
    page = context.new_page()
    answer = page.goto(picture["path"], wait_until="networkidle")
    if answer is None or not answer.ok:
        sys.exit(f"{picture['name']}: {picture['path']} answered {answer.status if answer else 'nothing'}")
    page.screenshot(path=PICTURES / f"{picture['name']}.png", full_page=bool(picture.get("full", False)))
    print(f"docs/pictures/{picture['name']}.png")
    context.close()


def _session(account: str) -> str:
    """Return the key of a session of a demo account that has shown its second factor."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_static.models import StaticDevice

    user = get_user_model().objects.get_by_natural_key(account)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    device, _made = StaticDevice.objects.get_or_create(user=user, name="pictures")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client.cookies["renwang_session"].value


def _wait(address: str) -> None:
    for _attempt in range(60):
        try:
            urllib.request.urlopen(address, timeout=2)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
        else:
            return
    sys.exit(f"The demo does not answer at {address}.")


if __name__ == "__main__":
    sys.exit(main())
