"""Pages about who is there, what they may do, and what they looked at."""
