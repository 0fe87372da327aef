"""The needs the provisions office answers for."""

from .food import Food
from .medicine import Medicine

__all__ = ["Food", "Medicine"]
