"""Forms of UFL as machine code, compiled once for each content and shared by all processes that can see the folder.

The form compiler of dolfinx writes into one folder for all, where its source file is the lock at the same time. A
process that is killed leaves that lock behind: each later start waits for ten seconds and fails. A compiler that needs
longer than that fails the second of two starts, too. Here each form has a folder of its own, which is filled aside and
renamed when it is whole.
"""

from __future__ import annotations

import atexit
import hashlib
import logging
import platform
import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import basix
import cffi
import dolfinx
import ffcx
import ufl
from dolfinx import fem, jit
from llvmlite import binding
from mpi4py import MPI

from platingx.compilation.cache_folder import (
    LEFT_OVER,
    made_before,
    mark_used,
    prune,
    publish_folder,
    remove_left_overs,
)
from platingx.compilation.notice import tell_once
from platingx.errors import PlatingxError
from platingx.parallel import first_problem, on_rank_0

__all__ = ["compiled_form"]

COMPILING = "compiling finite-element forms, some seconds each; later starts skip this"
KEPT_FORMS = 300
KEPT_DAYS = 60.0
FORMS = "fenics"
"""Folder of forms below the one that is shared by all users: that of dolfinx below the cache folder of a user."""
_FOLDER = "platingx-form-"


def compiled_form(form: ufl.Form, comm: MPI.Intracomm, **options: Any) -> fem.Form:
    """Compile a form, or load what was compiled before. Collective.

    Parameters
    ----------
    form
        The form.
    comm
        Communicator of its mesh.
    options
        Other arguments of ``dolfinx.fem.form``, such as ``dtype`` and ``entity_maps``.

    Raises
    ------
    PlatingxError
        If the C compiler fails, on all ranks.
    """
    dtype = options.pop("dtype", dolfinx.default_scalar_type)
    name = _FOLDER + _digest(form, dtype)
    folder = on_rank_0(comm, lambda: _ready_folder(form, dtype, name))
    if comm.size > 1:
        folder = _on_each_node(comm, folder, lambda: _ready_folder(form, dtype, name))
    return fem.form(form, dtype=dtype, jit_options={"cache_dir": folder}, **options)


def _on_each_node(comm: MPI.Intracomm, folder: Path, make: Callable[[], Path]) -> Path:
    """Folder that this rank can see: that of rank 0, or on a node with file systems of its own another one."""
    node = comm.Split_type(MPI.COMM_TYPE_SHARED)
    problem: str | None = None
    try:
        folder = on_rank_0(node, lambda: folder if _is_whole(folder) else make())
    except PlatingxError as error:
        problem = str(error)
    node.Free()
    found = first_problem(comm, problem)
    if found is not None:
        raise PlatingxError(found)
    return folder


def _digest(form: ufl.Form, dtype: Any) -> str:
    """Digest of all that the machine code of a form depends on."""
    settings = {key: value for key, value in jit.get_options().items() if key not in ("cache_dir", "timeout")}
    parts: tuple[Any, ...] = (
        form.signature(), str(dtype), sorted(map(str, settings.items())), sorted(map(str, ffcx.get_options().items())),
        dolfinx.__version__, ffcx.__version__, basix.__version__, sys.implementation.cache_tag,
        platform.python_compiler(), platform.machine(), platform.libc_ver(),
    )  # fmt: skip
    if "native" in str(settings):  # as in -march=native
        parts += (binding.get_host_cpu_name(),)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _is_whole(folder: Path) -> bool:
    """Whether this process can see a compiled form; only whole ones have the name."""
    return folder.is_dir()


def _ready_folder(form: ufl.Form, dtype: Any, name: str) -> Path:
    """Folder with the compiled form: one in the caches, or a temporary one where none can be written."""
    cache = Path(jit.get_options()["cache_dir"])
    target = cache / name
    if _is_whole(target):
        mark_used(target)
        return target
    shared = made_before()
    if shared is not None and _is_whole(shared / FORMS / name):
        return shared / FORMS / name
    tell_once(COMPILING)
    # The ending is that of the sources of forms which dolfinx itself compiles in this folder.
    aside = cache / f"{LEFT_OVER}{uuid.uuid4().hex}.c"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        _compile_into(aside, form, dtype)
        publish_folder(aside, target)
    except (OSError, cffi.VerificationError) as error:
        shutil.rmtree(aside, ignore_errors=True)
        return _temporary_folder(form, dtype, cache, error)
    remove_left_overs(cache)
    prune(cache, f"{_FOLDER}*", KEPT_FORMS, KEPT_DAYS, own=target)
    return target


def _temporary_folder(form: ufl.Form, dtype: Any, cache: Path, reason: Exception) -> Path:
    """Compile a form for this process alone."""
    folder = Path(tempfile.mkdtemp(prefix="platingx-form-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    try:
        _compile_into(folder, form, dtype)
    except (OSError, cffi.VerificationError) as error:
        raise PlatingxError(
            f"a finite-element form cannot be compiled, neither in {cache} nor in {folder}: {_first_line(error)}\n"
            "    try:   is there a C compiler (gcc), and room in both folders?"
        ) from None
    tell_once(
        f"compiled forms cannot be kept in {cache} ({_first_line(reason)}): every start compiles them anew; make room "
        "there, or set XDG_CACHE_HOME to a folder of yours"
    )
    return folder


def _compile_into(folder: Path, form: ufl.Form, dtype: Any) -> None:
    """Compile a form into a new folder, and leave no trace of that in the logging of this process."""
    folder.mkdir(exist_ok=True)
    root = logging.getLogger()
    handlers = root.handlers.copy()
    try:
        jit.ffcx_jit(
            MPI.COMM_SELF, form, form_compiler_options={"scalar_type": dtype}, jit_options={"cache_dir": folder}
        )
    finally:
        root.handlers = handlers
    for path in folder.glob("*.o"):
        path.unlink()


def _first_line(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return text.strip().splitlines()[0] if text.strip() else type(error).__name__
