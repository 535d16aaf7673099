"""Machine code of Numba's functions on disk, found by the content of its sources.

Numba's own cache knows a source by path and time of change: a second checkout of the same sources compiles all of it
again. Its index of all variants of a function is read, changed and written back, so that two processes that start
together can put the code of one variant behind the name of another. Here each variant is one file, whose name is a
digest of all that the code depends on; a file with a wrong checksum counts as missing.
"""

from __future__ import annotations

import functools
import hashlib
import marshal
import pickle
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numpy as np
from numba.core import types
from numba.core.caching import _Cache
from numba.core.compiler import CompileResult
from numba.core.dispatcher import Dispatcher
from numba.core.serialize import dumps
from numba.core.sigutils import normalize_signature

from platingx.compilation.cache_folder import (
    cache_root,
    made_before,
    mark_used,
    prune,
    read_whole,
    remove_left_overs,
    write_whole,
)
from platingx.compilation.notice import tell_once

__all__ = ["KernelCache", "kernel_folder"]

COMPILING = "compiling the kernels of this version for this processor, up to a minute; later starts skip this"
KEPT_VERSIONS = 12
KEPT_DAYS = 60.0
KERNELS = "kernels"
"""Folder of kernels below the one that is shared by all users."""
_CHECKSUM_BYTES = hashlib.sha256().digest_size


def kernel_folder(folders: tuple[Path, ...]) -> Path:
    """Folder of the machine code of kernels that call each other: one for each content of their sources.

    Parameters
    ----------
    folders
        Folders of Python sources; where they lie does not matter, what they contain does.

    Returns
    -------
    Path
        Below ``PLATINGX_CACHE_DIR``, ``NUMBA_CACHE_DIR`` or the user's cache folder; it need not exist.
    """
    versions = (numba.__version__, llvmlite.__version__, np.__version__, sys.implementation.cache_tag)
    content = hashlib.sha256(repr(versions).encode())
    for folder in folders:
        for source in sorted(folder.glob("*.py")):
            content.update(f"{folder.name}/{source.name} {_digest(source.read_bytes())}\n".encode())
    return cache_root() / f"kernels-{content.hexdigest()[:16]}"


class KernelCache(_Cache):  # type: ignore[misc]
    """Cache of one function of Numba; takes the place of the one that ``njit(cache=True)`` makes.

    A folder that cannot be written, or is full, is said once and costs the compilation at each start, nothing else.

    Parameters
    ----------
    dispatcher
        The function.
    folder
        From :func:`kernel_folder`.
    """

    def __init__(self, dispatcher: Any, folder: Path) -> None:
        self._dispatcher, self._folder = dispatcher, folder
        self._enabled = True

    @property
    def cache_path(self) -> str:
        """The folder."""
        return str(self._folder)

    def enable(self) -> None:
        """Use the cache."""
        self._enabled = True

    def disable(self) -> None:
        """Neither read nor write."""
        self._enabled = False

    def flush(self) -> None:
        """Remove nothing: what is compiled from other sources or for other processors has other names."""

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        """Compiled function for a signature, or None if it has to be compiled."""
        if not self._enabled:
            return None
        target_context.refresh()
        shared = made_before()
        name = self._name(signature, target_context.codegen())
        for folder in (self._folder, *([shared / KERNELS / self._folder.name] if shared is not None else [])):
            content = read_whole(folder / name)
            if content is not None and hashlib.sha256(content[_CHECKSUM_BYTES:]).digest() == content[:_CHECKSUM_BYTES]:
                with suppress(ImportError):  # of a module that was loaded from a path and is not known by its name here
                    result = CompileResult._rebuild(target_context, *pickle.loads(content[_CHECKSUM_BYTES:]))
                    mark_used(folder)
                    return result
        tell_once(COMPILING)
        return None

    def save_overload(self, signature: Any, result: Any) -> None:
        """Keep a compiled function, unless its code contains addresses of this process."""
        dynamic = result.library.has_dynamic_globals or any(not code.can_cache for code in result.lifted)
        if not self._enabled or dynamic:
            return
        content = dumps(result._reduce())
        try:
            write_whole(
                self._folder / self._name(signature, result.library.codegen),
                (hashlib.sha256(content).digest(), content),
            )
        except OSError as error:
            tell_once(
                f"compiled kernels cannot be kept in {self._folder} ({error.strerror or error}): every start compiles "
                "them anew; make room there, or set PLATINGX_CACHE_DIR to a folder of yours"
            )
            return
        _tidy_up(self._folder)

    def _name(self, signature: Any, codegen: Any) -> str:
        function = self._dispatcher.py_func
        name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        arguments, _ = normalize_signature(signature)
        parts = (_identity(self._dispatcher), *map(_type_text, arguments), repr(codegen.magic_tuple()))
        return f"{name}-{_digest(repr(parts).encode())[:32]}.nbc"


@functools.cache
def _tidy_up(folder: Path) -> None:
    """Remove what is old, once for each process that has compiled something."""
    remove_left_overs(folder)
    remove_left_overs(folder.parent)
    prune(folder.parent, f"kernels-{16 * '[0-9a-f]'}", KEPT_VERSIONS, KEPT_DAYS, own=folder)


def _identity(dispatcher: Any) -> str:
    """What the code of a function depends on beside the types of its arguments: sources, settings, enclosed values."""
    function = dispatcher.py_func
    cells = [cell.cell_contents for cell in function.__closure__ or ()]
    enclosed = [_identity(cell) if isinstance(cell, Dispatcher) else _digest(dumps(cell)) for cell in cells]
    pipeline = getattr(dispatcher._compiler, "pipeline_class", None)
    settings = [f"{name}={_option_text(value)}" for name, value in sorted(dispatcher.targetoptions.items())]
    settings.append(getattr(pipeline, "__qualname__", ""))
    return repr((_source_of(function.__code__), function.__qualname__, settings, enclosed))


def _option_text(value: Any) -> str:
    """A setting as text; sets have no order that is the same in every process."""
    flags = getattr(value, "flags", value)
    return repr(sorted(map(str, flags))) if isinstance(flags, set | frozenset) else repr(flags)


@functools.cache
def _source_of(code: Any) -> str:
    """Digest of the file of a function and of its code, which tells functions of equal names in one file apart."""
    here = _digest(marshal.dumps((code.co_code, code.co_names, code.co_varnames, code.co_firstlineno)))
    try:
        return _digest(Path(code.co_filename).read_bytes()) + here
    except OSError:  # typed in, or made by a program
        return _digest(repr(code.co_consts).encode()) + here


def _type_text(argument: Any) -> str:
    """Type of an argument as text that is the same in every process."""
    return _identity(argument.dispatcher) if isinstance(argument, types.Dispatcher) else repr(argument)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
