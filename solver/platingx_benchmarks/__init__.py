"""Benchmarks of the program on the machine it runs on: what it costs, where, and what limits it."""
