"""Floor 8: many runs for one answer."""
