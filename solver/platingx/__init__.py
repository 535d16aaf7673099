"""Chemo-mechanics of alkali-metal plating and stripping at solid electrolytes, by finite elements on dolfinx.

What scripts and notebooks need stands here; it is imported when it is first asked for.
"""

from importlib import import_module
from typing import Any

from platingx import startup_settings  # noqa: F401  (first: it must act before anything imports mpi4py)

__version__ = "0.1.0"

_PUBLIC = {
    "load_case": ("platingx.config.loader", "load_any_case"),
    "case_from_dict": ("platingx.config.loader", "any_case_from_dict"),
    "run_case": ("platingx.run.runner", "run_case"),
    "open_run": ("platingx.post.results", "open_run"),
    "study": ("platingx.studies.whole", "study"),
    "calibrate": ("platingx.studies.whole", "calibrate"),
    "Term": ("platingx.physics.python_terms", "Term"),
    "OwnField": ("platingx.physics.python_terms", "OwnField"),
    "Reported": ("platingx.physics.python_terms", "Reported"),
    "PlatingxError": ("platingx.errors", "PlatingxError"),
}

__all__ = ["__version__", *_PUBLIC]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for; starting the command must not pay for all of them."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'platingx' has no attribute '{name}'; it has {', '.join(_PUBLIC)}")
    module, attribute = _PUBLIC[name]
    found = globals()[name] = getattr(import_module(module), attribute)
    return found


def __dir__() -> list[str]:
    """Names that completion offers."""
    return [*globals(), *_PUBLIC]
