"""Pure computing: signed tokens."""
