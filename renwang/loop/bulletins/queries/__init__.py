"""Reads about bulletins."""

from .drafting import DraftIn, FigureIn, SectionIn, drafted, figures_named, figures_there, refreshed, wanted_at
from .listing import bulletins_seen, current, drafts_of, published, published_by_token
from .pages import FigureChip, PageView, SectionView, page_of, sealed_as

__all__ = [
    "DraftIn",
    "FigureChip",
    "FigureIn",
    "PageView",
    "SectionIn",
    "SectionView",
    "bulletins_seen",
    "current",
    "drafted",
    "drafts_of",
    "figures_named",
    "figures_there",
    "page_of",
    "published",
    "published_by_token",
    "refreshed",
    "sealed_as",
    "wanted_at",
]
