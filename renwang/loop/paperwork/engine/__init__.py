"""The file of a household as a Word document: pure, no Django."""

from .household_word import word_of

__all__ = ["word_of"]
