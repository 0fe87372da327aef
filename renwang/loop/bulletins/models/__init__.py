"""What is drafted and published."""

from .bulletins import Bulletin, BulletinSection, Plan
from .figures import BulletinFigure

__all__ = ["Bulletin", "BulletinFigure", "BulletinSection", "Plan"]
