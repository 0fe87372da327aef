"""Heavy work without Django: archives."""
