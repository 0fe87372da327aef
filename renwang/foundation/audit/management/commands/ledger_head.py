"""``renwang ledger head``: the end of every day's chain, to be noted elsewhere."""

from typing import Any

from django.core.management.base import BaseCommand

from renwang.foundation.audit import queries


class Command(BaseCommand):
    """Print the head of every day."""

    help = "Print each day's head, one a line. Keep it elsewhere (paper will do) and verify against it later."

    def handle(self, *args: Any, **options: Any) -> None:
        for head in queries.heads():
            self.stdout.write(head.in_words())
