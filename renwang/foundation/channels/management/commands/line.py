"""``renwang line``: speak over the line to the short-message centre, and do nothing else."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from renwang.foundation.audit import kinds


class Command(BaseCommand):
    """Keep the lines of this installation up until told to stop, in a process of their own instead of a worker's."""

    help = "Keep the line to the short-message centre up; a worker does so too, and only one of them at a time."

    def handle(self, *args: Any, **options: Any) -> None:
        lines = [service for service in kinds.services() if service.name.startswith("line-")]
        if not lines:
            raise CommandError("No line is set up: RENWANG_SMPP is empty.")
        stopped = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stopped.set())
        signal.signal(signal.SIGINT, lambda *_: stopped.set())
        threads = [threading.Thread(target=service.run, args=(stopped.is_set,), name=service.name) for service in lines]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
