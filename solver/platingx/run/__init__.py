"""Runs: from a case to a folder that explains itself, and the command line."""
