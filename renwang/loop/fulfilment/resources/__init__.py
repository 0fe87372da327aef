"""What is there before any programme."""

from .help import Help

__all__ = ["Help"]
