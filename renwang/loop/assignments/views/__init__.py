"""Pages about who is responsible for whom."""
