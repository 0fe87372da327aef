"""What bulletins say happened: ids and plain values only."""

from dataclasses import dataclass

from renwang.foundation.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class BulletinsDrafted(Event):
    """Bulletins of a day were drafted from its figures."""

    bulletin_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class BulletinEdited(Event):
    """Somebody changed words of a draft; the ledger keeps which sections, not the words."""

    bulletin_id: int
    section_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class FiguresRefreshed(Event):
    """A draft took the figures of this moment."""

    bulletin_id: int
    figures: int


@dataclass(frozen=True, kw_only=True)
class BulletinPublished(Event):
    """A bulletin is out and never changes again; ``seal`` is the hash of all it says."""

    bulletin_id: int
    area: str
    number: int
    revision: int
    figures: int
    rows: int
    seal: str
    supersedes: int | None = None


@dataclass(frozen=True, kw_only=True)
class BulletinDiscarded(Event):
    """A draft was put aside."""

    bulletin_id: int


@dataclass(frozen=True, kw_only=True)
class RevisionDrafted(Event):
    """A correction of a published bulletin was begun."""

    bulletin_id: int
    corrects: int


@dataclass(frozen=True, kw_only=True)
class PlanMade(Event):
    """It was said whether and when an area's bulletin is drafted."""

    area: str
    hour: int
    is_wanted: bool
