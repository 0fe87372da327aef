"""Reads about bulletins."""

from .drafting import DraftIn, FigureIn, SectionIn, drafted, figures_named, figures_there, refreshed, wanted_at
from .listing import areas_to_draft, bulletin_seen, correction_of, drafts_of, has_figures, hour_of, published
from .opening import RowsPage, figure_seen, ids_of, may_open, rows_page
from .pages import Chip, Href, PageView, SectionView, page_of, place_of, plain, sealed_as, shown_in
from .source import names_of

__all__ = [
    "Chip",
    "DraftIn",
    "FigureIn",
    "Href",
    "PageView",
    "RowsPage",
    "SectionIn",
    "SectionView",
    "areas_to_draft",
    "bulletin_seen",
    "correction_of",
    "drafted",
    "drafts_of",
    "figure_seen",
    "figures_named",
    "figures_there",
    "has_figures",
    "hour_of",
    "ids_of",
    "may_open",
    "names_of",
    "page_of",
    "place_of",
    "plain",
    "published",
    "refreshed",
    "rows_page",
    "sealed_as",
    "shown_in",
    "wanted_at",
]
