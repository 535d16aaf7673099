"""Numbers that count what is done with them, and the compiled kernels run as Python on them."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

SUMS, DIVISIONS, FUNCTIONS = "sums", "divisions", "functions"


class Tally:
    """Operations done so far, by kind."""

    done = dict.fromkeys((SUMS, DIVISIONS, FUNCTIONS), 0)

    @classmethod
    def clear(cls) -> None:
        """Count from zero."""
        cls.done = dict.fromkeys(cls.done, 0)

    @classmethod
    def take(cls) -> tuple[int, int, int]:
        """Operations since the last time: sums and products, divisions and roots, elementary functions."""
        result = (cls.done[SUMS], cls.done[DIVISIONS], cls.done[FUNCTIONS])
        cls.clear()
        return result


class Counting(float):
    """A number that counts."""


def _counted(name: str, kind: str | None) -> Any:
    plain = getattr(float, name)

    def operation(self: float, *others: Any) -> Any:
        result = plain(self, *(float(other) for other in others))
        if kind:
            Tally.done[kind] += 1
        return Counting(result) if isinstance(result, float) else result

    return operation


for _kind, _names in {
    SUMS: ("__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__"),
    DIVISIONS: ("__truediv__", "__rtruediv__"),
    FUNCTIONS: ("__pow__", "__rpow__"),
    None: ("__neg__", "__abs__"),
}.items():
    for _name in _names:
        setattr(Counting, _name, _counted(_name, _kind))


def _function(plain: Any, kind: str) -> Any:
    def counted(value: float) -> Counting:
        Tally.done[kind] += 1
        return Counting(plain(float(value)))

    return counted


#: Stands in for NumPy in the kernels.
NUMPY = SimpleNamespace(
    sqrt=_function(math.sqrt, DIVISIONS),
    log=_function(math.log, FUNCTIONS),
    exp=_function(math.exp, FUNCTIONS),
    isfinite=math.isfinite,
    nan=math.nan,
    pi=math.pi,
)


def counting(value: Any, known: dict[tuple[int, int], np.ndarray] | None = None) -> Any:
    """Copy whose floating-point numbers count: of a number, an array or a named tuple of arrays.

    Arrays of a named tuple that are the same numbers in another shape stay so; ``known`` are those seen before.
    """
    known = {} if known is None else known
    if isinstance(value, tuple):
        return type(value)(*(counting(one, known) for one in value)) if hasattr(value, "_fields") else value
    if isinstance(value, float):
        return Counting(value)
    if not isinstance(value, np.ndarray) or value.dtype != np.float64:
        return value
    place = (value.ctypes.data, value.size)
    if place not in known:
        result = np.empty(value.size, dtype=object)
        for k, number in enumerate(value.ravel()):
            result[k] = Counting(number)
        known[place] = result
    return known[place].reshape(value.shape)


class _Saved(NamedTuple):
    module: ModuleType
    name: str
    value: Any


@contextmanager
def as_python(modules: list[ModuleType]) -> Iterator[None]:
    """Run the compiled functions of some modules as Python."""
    saved = []
    for module in modules:
        for name, value in list(vars(module).items()):
            if hasattr(value, "py_func"):
                saved.append(_Saved(module, name, value))
                setattr(module, name, value.py_func)
            elif name == "np":
                saved.append(_Saved(module, name, value))
                module.np = NUMPY  # type: ignore[attr-defined]
    Tally.clear()
    try:
        yield
    finally:
        for one in saved:
            setattr(one.module, one.name, one.value)
