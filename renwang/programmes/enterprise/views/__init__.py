"""Pages about enterprises."""
