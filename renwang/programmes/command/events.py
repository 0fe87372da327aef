"""What the command says happened: ids and plain values only."""

from dataclasses import dataclass

from renwang.foundation.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class DirectiveIssued(Event):
    """A directive went out to units; ``superseded_id``: the one it takes the place of."""

    directive_id: int
    copy_ids: tuple[int, ...]
    superseded_id: int | None = None
    is_repeat: bool = False


@dataclass(frozen=True, kw_only=True)
class DirectiveWithdrawn(Event):
    """A directive holds no longer."""

    directive_id: int


@dataclass(frozen=True, kw_only=True)
class CopyAcknowledged(Event):
    """A unit has taken note. ``is_repeat``: it had before."""

    directive_id: int
    copy_id: int
    is_repeat: bool = False


@dataclass(frozen=True, kw_only=True)
class CopiesForwarded(Event):
    """A unit passed a directive on to units below it."""

    directive_id: int
    copy_id: int
    forwarded_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ReportGiven(Event):
    """A unit told how far it is. ``corrects_id``: the report this one corrects."""

    directive_id: int
    copy_id: int
    report_id: int
    is_final: bool
    corrects_id: int | None = None
    is_repeat: bool = False


@dataclass(frozen=True, kw_only=True)
class ReportReturned(Event):
    """A report was sent back to its unit, with a reason."""

    directive_id: int
    copy_id: int
    report_id: int


@dataclass(frozen=True, kw_only=True)
class UnitsReminded(Event):
    """Units were reminded of what they owe."""

    copy_ids: tuple[int, ...]
    reminder_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class RoundStarted(Event):
    """A round of outreach was drafted from a directive."""

    directive_id: int
    round_id: int
    is_repeat: bool = False
