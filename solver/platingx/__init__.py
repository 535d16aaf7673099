"""Chemo-mechanics of alkali-metal plating and stripping at solid electrolytes, by finite elements on dolfinx."""

from platingx import startup_settings  # noqa: F401  (first: it must act before anything imports mpi4py)

__version__ = "0.1.0"
