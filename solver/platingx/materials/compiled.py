"""One place for the compiler settings of the numerical kernels.

The on-disk cache of Numba notices a change in the file of a function, but not a change in the
functions it calls. The cache folder therefore carries a digest of all kernel sources.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

KERNEL_FOLDERS = ("materials", "fields")
Function = TypeVar("Function", bound=Callable[..., Any])


def _kernel_digest() -> str:
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for folder in KERNEL_FOLDERS:
        for source in sorted((package / folder).glob("*.py")):
            digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _cache_root() -> Path:
    root = os.environ.get("PLATINGX_CACHE_DIR") or os.environ.get("NUMBA_CACHE_DIR")
    if root:
        return Path(root)
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "platingx" / "numba"


os.environ["NUMBA_CACHE_DIR"] = str(_cache_root() / f"kernels-{_kernel_digest()}")

import numba  # noqa: E402  (reads NUMBA_CACHE_DIR when it is first imported)
from numba.core.compiler import Compiler  # noqa: E402

numba.config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]


def njit_strict(function: Function) -> Function:
    """Compile a pure function to machine code, cached on disk, with IEEE arithmetic kept."""
    return numba.njit(cache=True, fastmath=False, error_model="numpy")(function)


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
    return numba.njit(cache=True, fastmath={"contract"}, error_model="numpy", pipeline_class=_SeparateArguments)(
        function
    )


def njit_reduction(function: Function) -> Function:
    """Compile like :func:`njit_simd`, with long sums in any order: always the same one for the same machine code."""
    return numba.njit(
        cache=True, fastmath={"contract", "reassoc"}, error_model="numpy", pipeline_class=_SeparateArguments
    )(function)
