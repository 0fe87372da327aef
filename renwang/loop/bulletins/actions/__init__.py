"""What is done with bulletins."""

from .drafting import discard_bulletin, draft_bulletins, draft_revision, refresh_figures
from .editing import SectionEdit, edit_bulletin
from .planning import plan_bulletins
from .publishing import publish_bulletin

__all__ = [
    "SectionEdit",
    "discard_bulletin",
    "draft_bulletins",
    "draft_revision",
    "edit_bulletin",
    "plan_bulletins",
    "publish_bulletin",
    "refresh_figures",
]
