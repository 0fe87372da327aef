"""A firm's own phone or computer: it enters by the link it was given, and does on its pages what a firm does there."""

from secrets import token_hex
from typing import Any

from .clock import Clock
from .doors import ClosedDoor, Doors
from .screens import Screen


class FirmScreen(Screen):
    """What one firm sees and sends. It has no password: the link opens once, and the session lasts."""

    def __init__(self, doors: Doors, clock: Clock, name: str, link: str) -> None:
        super().__init__(doors, clock, name, password="")
        self._link = link

    def upload(self, path: str, field: str, filename: str, content: bytes, kind: str) -> None:
        """Send a file as a page's form does."""
        edge = token_hex(16)
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{filename}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        )
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        answer = self._signed_in("POST", path, {"Content-Type": f"multipart/form-data; boundary={edge}"}, body)
        if answer.status != 302:
            raise ClosedDoor(f"{self.username}: POST {path}: {answer.status}")

    def do_all(self, *forms: tuple[str, dict[str, Any]]) -> None:
        """Send some forms, one after the other."""
        for path, fields in forms:
            self.do(path, fields)

    def _sign_in(self) -> None:
        self._cookies = {}
        # The page behind the link gives the token with which the form is sent.
        self._ask("GET", self._link, {})
        answer = self._ask("POST", self._link, {"Content-Type": "application/x-www-form-urlencoded"})
        if answer.status != 302:
            raise ClosedDoor(f"{self.username}: the link does not open ({answer.status})")
