"""Tables of this programme: the typed details of its needs."""

from .needs import Food, Medicine

__all__ = ["Food", "Medicine"]
