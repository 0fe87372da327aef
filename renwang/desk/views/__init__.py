"""Screens over several stages: load through queries, answer."""
