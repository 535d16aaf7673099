"""Settings of Hypothesis for compiled functions: no deadline (the first call compiles), the same examples each time."""

from hypothesis import settings

on_compiled_code = settings(deadline=None, derandomize=True, max_examples=150)
