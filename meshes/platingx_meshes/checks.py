"""Checks of parameters with messages that name the parameter, the value and the valid range."""

import math
from collections.abc import Callable, Sequence

from platingx_meshes.errors import MeshBuildError

LARGEST_CELLS = 400_000
LARGEST_TRIANGULATION = 200_000


def length_text(value: float) -> str:
    """Write a length in metres with a readable prefix, e.g. ``40 nm``."""
    for unit, size in (("m", 1.0), ("mm", 1e-3), ("um", 1e-6)):
        if abs(value) >= size:
            return f"{value / size:.6g} {unit}"
    return f"{value / 1e-9:.6g} nm"


def check_number(name: str, value: float, low: float, high: float = math.inf, *, closed_low: bool = False) -> None:
    """Raise unless ``value`` is a finite number with low < value <= high (or low <= value)."""
    _check(name, value, low, high, closed_low, text=lambda number: f"{number:.6g}")


def check_length(
    name: str, value: float, low: float = 0.0, high: float = math.inf, *, closed_low: bool = False
) -> None:
    """Raise unless ``value`` is a finite length in metres with low < value <= high (or low <= value)."""
    _check(name, value, low, high, closed_low, text=length_text)


def check_choice(name: str, value: str, choices: Sequence[str]) -> None:
    """Raise unless ``value`` is one of ``choices``."""
    if value not in choices:
        raise MeshBuildError(f"{name} = {value!r} is not known; valid: {', '.join(choices)}")


def check_count(name: str, value: int, low: int, high: int) -> None:
    """Raise unless ``value`` is a whole number with low <= value <= high."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise MeshBuildError(f"{name} = {value!r} must be a whole number from {low} to {high}")


def check_cells(cells: float, largest: int = LARGEST_CELLS) -> None:
    """Raise when a mesh would have more cells than can be built in a minute or so; ask before building it."""
    if not cells <= largest:
        raise MeshBuildError(
            f"the mesh would have about {cells:.2g} cells; at most {largest} are possible",
            "a smaller refinement, fewer layers, or a larger tip_fraction, growth_ratio or max_size (geometry.mesh); "
            "a smaller plate",
        )


def _check(name: str, value: float, low: float, high: float, closed_low: bool, text: Callable[[float], str]) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise MeshBuildError(f"{name} = {value!r} must be a finite number")
    if value > high or value < low or (value == low and not closed_low):
        above = f"{'at least' if closed_low else 'above'} {text(low)}"
        below = "" if math.isinf(high) else f" and at most {text(high)}"
        raise MeshBuildError(f"{name} = {text(value)} is out of range: it must be {above}{below}")
