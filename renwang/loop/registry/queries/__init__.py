"""Reads about divisions and subjects. Whoever reads about people says who is looking."""

from .people import divisions, visible, visible_subjects

__all__ = ["divisions", "visible", "visible_subjects"]
