"""The system's own door: a web server of this process on a loopback port, and one kept connection to it."""

import contextlib
import logging
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any, Self
from wsgiref.types import StartResponse, WSGIEnvironment

from django.conf import settings
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections

from renwang.loop.rounds.api.short_way import short_way

HOST = "127.0.0.1"
PATIENCE = 120.0  # seconds until an answer must have come


class ClosedDoor(Exception):
    """The system answered with a fault of its own, or refused what the play counts on; the words say to whom and what."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    text: str

    @property
    def location(self) -> str:
        """Where we are led; "" for nowhere."""
        return next((value for name, value in self.headers if name.lower() == "location"), "")


class _Handler(WSGIRequestHandler):
    # The end of an answer must not wait until the client has acknowledged its beginning.
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class names it so
        """Say nothing of each request: a play makes thousands."""


class Doors:
    """The server while the play lasts, for the play's people and for whoever watches. ``requests`` counts what came in."""

    def __init__(self, host: str = HOST, port: int = 0) -> None:
        """Listen at an address; port 0 takes a free one. Raises OSError where it is taken."""
        self.requests = 0
        self._server = ThreadedWSGIServer((host, port), _Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="doors", daemon=True)
        self._line: HTTPConnection | None = None
        self._loud: list[tuple[logging.Logger, int]] = []

    def __enter__(self) -> Self:
        if not settings.DEBUG and "Manifest" in settings.STORAGES["staticfiles"]["BACKEND"]:
            # A page names the files of its design by their content.
            call_command(
                "collectstatic", interactive=False, verbosity=0, ignore_patterns=["*.md", "LICENSE", "*.LICENSE"]
            )
        application = short_way(get_wsgi_application())

        def counted(environ: WSGIEnvironment, start_response: StartResponse) -> Any:
            self.requests += 1
            return application(environ, start_response)

        self._server.set_app(counted)
        for name in ("django.request", "django.server", "axes"):
            logger = logging.getLogger(name)
            self._loud.append((logger, logger.level))
            # A refusal in words is part of the play; a fault still speaks.
            logger.setLevel(logging.ERROR)
        self._thread.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._hang_up()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
        for logger, level in self._loud:
            logger.setLevel(level)
        for connection in connections.all(initialized_only=True):
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()

    @property
    def address(self) -> str:
        """Where it can be watched."""
        host, port = self._server.server_address[:2]
        shown = HOST if host in ("0.0.0.0", "::", b"0.0.0.0") else host  # noqa: S104  # only recognised
        return f"http://{shown!s}:{port}/"

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """Send one request over the kept connection, and return what is answered; a fault of the system ends the play."""
        for is_last in (False, True):
            line = self._connected()
            try:
                line.request(method, path, body or None, {"Host": self._host(), **headers})
                told = line.getresponse()
                answer = Answer(told.status, told.getheaders(), told.read().decode(errors="replace"))
            except (HTTPException, ConnectionError):
                # A kept connection may end between two requests.
                self._hang_up()
                if is_last:
                    raise
                continue
            if answer.status >= 500:
                raise ClosedDoor(f"{method} {path}: {answer.status}")
            return answer
        raise AssertionError  # one of the two has answered or raised

    def _host(self) -> str:
        known = [name for name in settings.ALLOWED_HOSTS if not name.startswith(".")]
        return HOST if not known or HOST in known or "*" in known else known[0]

    def _connected(self) -> HTTPConnection:
        if self._line is None:
            self._line = HTTPConnection(HOST, self._server.server_address[1], timeout=PATIENCE)
            self._line.connect()
            self._line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._line

    def _hang_up(self) -> None:
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.close()
            self._line = None
