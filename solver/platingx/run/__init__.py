"""Runs: from a case to a folder that explains itself."""
