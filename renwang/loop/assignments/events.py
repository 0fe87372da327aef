"""What happened to who is responsible for whom.

``batch_id`` names the rows an action began and ended (``queries.begun_in``, ``queries.ended_in``). Tuples of ids are
empty where there are more than ``rules.MOST_IDS``; ``count`` is always right.
"""

from dataclasses import dataclass

from renwang.foundation.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class DutiesDefined(Event):
    """Duties were defined or redefined."""

    codes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class WorkersAdded(Event):
    """Accounts were made known as workers, or what is known of them was brought up to date."""

    user_ids: tuple[int, ...]
    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class AvailabilityChanged(Event):
    """Workers became available, or ceased to be."""

    user_ids: tuple[int, ...]
    is_available: bool


@dataclass(frozen=True, kw_only=True)
class PeopleAssigned(Event):
    """A duty for subjects was given. ``subject_ids[i]`` went to ``user_ids[i]``; what was so already is only counted."""

    batch_id: str
    duty: str
    subject_ids: tuple[int, ...]
    user_ids: tuple[int, ...]
    count: int
    replaced: int
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class DivisionsAssigned(Event):
    """A duty for divisions was given. ``codes[i]`` went to ``user_ids[i]``."""

    batch_id: str
    duty: str
    codes: tuple[str, ...]
    user_ids: tuple[int, ...]
    count: int
    replaced: int
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class AssignmentsEnded(Event):
    """Assignments ended and nobody took over. ``codes``: of the divisions among them."""

    batch_id: str
    subject_ids: tuple[int, ...]
    codes: tuple[str, ...]
    user_ids: tuple[int, ...]
    count: int


@dataclass(frozen=True, kw_only=True)
class PeopleHandedOver(Event):
    """All of a worker's people went to another; ``is_back``: this took a former handing over back."""

    batch_id: str
    hand_over_id: int
    from_user_id: int
    to_user_id: int
    duties: tuple[str, ...]
    subject_ids: tuple[int, ...]
    codes: tuple[str, ...]
    count: int
    is_back: bool


@dataclass(frozen=True, kw_only=True)
class HelpersProposed(Event):
    """A balanced proposal was asked for; the worker computes it."""

    proposal_id: int
    area: str
    duty: str


@dataclass(frozen=True, kw_only=True)
class ProposalDrafted(Event):
    """A proposal was computed and waits for the officer."""

    proposal_id: int
    households: int
    placed: int
    is_proven: bool


@dataclass(frozen=True, kw_only=True)
class ProposalFailed(Event):
    """A proposal could not be computed."""

    proposal_id: int


@dataclass(frozen=True, kw_only=True)
class LineChanged(Event):
    """One line of a proposal was given to somebody else by hand, or to nobody."""

    proposal_id: int
    subject_id: int
    user_id: int | None


@dataclass(frozen=True, kw_only=True)
class ProposalApplied(Event):
    """A proposal was applied; ``stale`` lines were skipped."""

    proposal_id: int
    batch_id: str
    count: int
    stale: int


@dataclass(frozen=True, kw_only=True)
class ProposalDiscarded(Event):
    """A proposal was thrown away."""

    proposal_id: int
