"""Pages of the paperwork."""
