"""Sealing, blind indexes and key rings: pure, no Django."""
