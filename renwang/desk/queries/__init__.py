"""Reads over several stages, for the screens. None of them writes."""
