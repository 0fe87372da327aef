"""Heavy pure computing of the indicators."""

from .packing import packed, unpacked

__all__ = ["packed", "unpacked"]
