"""One place for the compiler settings of the numerical kernels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core.compiler import Compiler

from platingx.compilation.kernel_cache import KernelCache, kernel_folder

KERNEL_FOLDERS = ("materials", "fields")
"""Packages whose functions call each other when compiled: a change in one of them invalidates all machine code."""
Function = TypeVar("Function", bound=Callable[..., Any])

_PACKAGE = Path(__file__).resolve().parent.parent
_FOLDER = kernel_folder(tuple(_PACKAGE / name for name in KERNEL_FOLDERS))


def njit_strict(function: Function) -> Function:
    """Compile a pure function to machine code, cached on disk, with IEEE arithmetic kept."""
    return _cached(numba.njit(fastmath=False, error_model="numpy")(function))


class _SeparateArguments(Compiler):  # type: ignore[misc]
    """Tells the compiler that array arguments do not overlap, without which few loops become vector instructions."""

    def define_pipelines(self) -> Any:
        self.state.flags.noalias = True
        return super().define_pipelines()


def njit_simd(function: Function) -> Function:
    """Compile a loop over the points of a batch (:mod:`platingx.materials.lanes`).

    Array arguments must not overlap. A product and a sum may be one instruction with one rounding; everything else is
    IEEE arithmetic in the order that is written.
    """
    return _cached(numba.njit(fastmath={"contract"}, error_model="numpy", pipeline_class=_SeparateArguments)(function))


def njit_reduction(function: Function) -> Function:
    """Compile like :func:`njit_simd`, with long sums in any order: always the same one for the same machine code."""
    return _cached(
        numba.njit(fastmath={"contract", "reassoc"}, error_model="numpy", pipeline_class=_SeparateArguments)(function)
    )


def _cached(dispatcher: Any) -> Any:
    if hasattr(dispatcher, "_cache"):  # not with NUMBA_DISABLE_JIT, where it is the function itself
        dispatcher._cache = KernelCache(dispatcher, _FOLDER)
    return dispatcher
