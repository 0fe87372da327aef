"""What the industry office adds: enterprises that come back to work, each with a cadre at its side."""
