"""Reads about who is responsible for whom."""

from .answerable import answerable_for, begun_in, current, ended_in, people_of

__all__ = ["answerable_for", "begun_in", "current", "ended_in", "people_of"]
