"""What the worker does for this stage; wired in config/wiring.py."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from renwang.foundation.access.rules import Actor

from . import actions


def keep_proposal(payload: Mapping[str, Any], *, now: datetime, report: Callable[[int], None]) -> None:
    """Compute a proposal that was asked for; once more after a crash is the same."""
    actions.compute_proposal(actor=Actor.system(), now=now, proposal_id=payload["proposal_id"], report=report)
