"""What a file is, and where it is kept."""
