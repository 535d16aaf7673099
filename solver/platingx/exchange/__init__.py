"""Decks for other codes."""
