"""Renwang: the net with which a district carries its people through an emergency."""

__version__ = "0.1.0"
