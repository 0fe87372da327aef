"""Decisions about enterprises, as pure functions of plain values."""
