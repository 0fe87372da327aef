"""One account's browser or phone: it signs in, keeps its cookies, opens pages, sends forms, and hands in as a device."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from renwang.foundation.access.engine.one_time import code_at, demo_secret

from .clock import Clock
from .doors import Answer, ClosedDoor, Doors

CSRF = "renwang_csrf"
LED_TO_SIGN_IN, LED_TO_SECOND_FACTOR = "/sign-in/", "/second-factor/"

Fields = Mapping[str, Any] | Sequence[tuple[str, Any]]


class Screen:
    """What one account sees and sends. A session lasts a shift: whoever is led to the sign-in signs in and goes on."""

    def __init__(self, doors: Doors, clock: Clock, username: str, password: str) -> None:
        self.doors, self.clock, self.username = doors, clock, username
        self._password = password
        self._cookies: dict[str, str] = {}
        self._token = ""  # of the enrolled device

    def get(self, path: str) -> str:
        """Return a page, whoever must sign in before."""
        answer = self._signed_in("GET", path, {})
        if answer.status != 200:
            raise ClosedDoor(f"{self.username}: GET {path}: {answer.status} {answer.location}")
        return answer.text

    def open(self, path: str) -> Answer:
        """Return what a page answers, whatever it is."""
        return self._signed_in("GET", path, {})

    def send(self, path: str, fields: Fields, *, as_script: bool = False) -> Answer:
        """Send a form, as a page does or (``as_script``) as the pocket's own script does; return what is answered."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if as_script:
            headers["Accept"] = "application/json"
        return self._signed_in("POST", path, headers, urlencode(list(_pairs(fields))).encode())

    def do(self, path: str, fields: Fields = ()) -> str:
        """Send a form that leads on to a page; return where it leads."""
        answer = self.send(path, fields)
        if answer.status != 302:
            raise ClosedDoor(f"{self.username}: POST {path}: {answer.status}")
        return urlsplit(answer.location).path

    def hand_in(self, check_ins: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Hand in what a phone has gathered, by its device's own token; return what became of each."""
        if not self._token:
            self._enrol()
        answer = self.doors.ask(
            "POST",
            "/api/check-ins",
            {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
            json.dumps({"check_ins": list(check_ins)}, ensure_ascii=False).encode(),
        )
        if answer.status != 200:
            raise ClosedDoor(f"{self.username}: /api/check-ins: {answer.status}")
        results: list[dict[str, Any]] = json.loads(answer.text)["results"]
        return results

    # --- the way in ------------------------------------------------------------------------------------------------------

    def _enrol(self) -> None:
        """Enrol this phone, once, within a session."""
        answer = self._signed_in(
            "POST", "/api/devices", {"Content-Type": "application/json"}, json.dumps({"name": "手机"}).encode()
        )
        if answer.status != 201:
            raise ClosedDoor(f"{self.username}: /api/devices: {answer.status}")
        self._token = json.loads(answer.text)["token"]

    def _signed_in(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        if not self._cookies:
            self._sign_in()
        for _attempt in range(3):
            answer = self._ask(method, path, headers, body)
            led_to = urlsplit(answer.location).path if answer.status == 302 else ""
            if answer.status == 401:
                led_to = urlsplit(json.loads(answer.text).get("sign_in", "")).path
            if led_to == LED_TO_SIGN_IN:
                self._sign_in()
            elif led_to == LED_TO_SECOND_FACTOR and path != LED_TO_SECOND_FACTOR:
                self._show_second_factor()
            else:
                return answer
        raise ClosedDoor(f"{self.username}: cannot sign in")

    def _sign_in(self) -> None:
        self._cookies = {}
        self._ask("GET", LED_TO_SIGN_IN, {})
        fields = urlencode({"username": self.username, "password": self._password}).encode()
        answer = self._ask("POST", LED_TO_SIGN_IN, {"Content-Type": "application/x-www-form-urlencoded"}, fields)
        if answer.status != 302:
            raise ClosedDoor(f"{self.username}: the sign-in refuses ({answer.status})")

    def _show_second_factor(self) -> None:
        code = code_at(demo_secret(self.username), self.clock())
        fields = urlencode({"code": code}).encode()
        answer = self._ask("POST", LED_TO_SECOND_FACTOR, {"Content-Type": "application/x-www-form-urlencoded"}, fields)
        if answer.status != 302:
            raise ClosedDoor(f"{self.username}: the second factor refuses ({answer.status})")

    def _ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        sent = dict(headers)
        if self._cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if method == "POST":
            sent["X-CSRFToken"] = self._cookies.get(CSRF, "")
        answer = self.doors.ask(method, path, sent, body)
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                self._cookies |= {key: part.value for key, part in SimpleCookie(value).items()}
        return answer


class Phone:
    """A resident's own phone: no account, no cookies, only the links it was sent."""

    def __init__(self, doors: Doors) -> None:
        self.doors = doors

    def open(self, path: str) -> str:
        """Return the page behind a link, "" where it opens no longer."""
        answer = self.doors.ask("GET", path, {})
        return answer.text if answer.status == 200 else ""

    def send(self, path: str, fields: Fields) -> Answer:
        """Send the form of such a page."""
        body = urlencode(list(_pairs(fields))).encode()
        return self.doors.ask("POST", path, {"Content-Type": "application/x-www-form-urlencoded"}, body)


def _pairs(fields: Fields) -> Sequence[tuple[str, str]]:
    found = fields.items() if isinstance(fields, Mapping) else fields
    return [(name, _text(value)) for name, value in found if value is not None]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return value.isoformat() if isinstance(value, datetime) else str(value)
