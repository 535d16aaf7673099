"""Lossless compression of a finished field file by an operator of ADIOS2.

dolfinx gives its writer no operators, and the Python bindings of ADIOS2 often come without MPI. So the file is
compressed after it has been closed, block by block and step by step, by one rank. It stays a VTX file: whoever reads
it needs an ADIOS2 with the same operator.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from platingx.errors import OutputError

__all__ = ["compress_fields", "why_not"]

_SMALL = 1000
"""Blocks of fewer numbers are stored as they are."""


def why_not(operator: str) -> str | None:
    """Say why files cannot be compressed here; None when they can.

    Parameters
    ----------
    operator : str
        Name of the operator in ADIOS2: ``bzip2``, ``blosc``.
    """
    try:
        import adios2
    except ImportError:
        return "the Python package adios2 is missing"
    try:
        adios2.Adios().define_operator("compression", operator)
    except (RuntimeError, ValueError):
        return f"this ADIOS2 ({adios2.__version__}) has been built without {operator}"
    return None


def compress_fields(path: Path, operator: str) -> tuple[int, int]:
    """Replace a field file by a compressed one. Serial.

    The new file is written beside the old one, which is removed when the new one is complete.

    Parameters
    ----------
    path : Path
        A closed VTX file.
    operator : str
        Name of the operator in ADIOS2.

    Returns
    -------
    before, after : int
        Sizes in bytes.

    Raises
    ------
    OutputError
        When it cannot be done; the old file is then as it was.
    """
    reason = why_not(operator)
    if reason is not None:
        raise OutputError(f"{path}: the fields cannot be compressed: {reason}")
    fresh = path.with_name(f"{path.stem}.compressing{path.suffix}")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        _copy(path, fresh, operator)
        sizes = _size(path), _size(fresh)
        old = path.with_name(f"{path.stem}.uncompressed{path.suffix}")
        path.rename(old)
        fresh.rename(path)
        shutil.rmtree(old)
    except (RuntimeError, ValueError, OSError) as error:
        shutil.rmtree(fresh, ignore_errors=True)
        summary = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
        raise OutputError(f"{path}: the fields cannot be compressed ({summary}); they stay as they are") from error
    return sizes


def _size(path: Path) -> int:
    return sum(part.stat().st_size for part in path.rglob("*") if part.is_file())


def _copy(source: Path, target: Path, operator: str) -> None:
    """Copy a file step by step, with an operator on its large arrays."""
    import adios2

    session = adios2.Adios()
    compression = session.define_operator("compression", operator)
    layout = session.declare_io("fields")
    layout.set_engine("BP4")
    with adios2.FileReader(str(source)) as reader:
        for name in reader.available_attributes():
            text = reader.read_attribute_string(name)
            layout.define_attribute(name, text if isinstance(text, str) else text[0])
        blocks_of = {name: reader.all_blocks_info(name) for name in reader.available_variables()}
        engine = layout.open(str(target), adios2.bindings.Mode.Write)
        for step in range(reader.num_steps()):
            engine.begin_step()
            for name, steps in blocks_of.items():
                _put(reader, layout, engine, compression, name, step, steps[step])
            engine.end_step()
        engine.close()


def _put(
    reader: Any, layout: Any, engine: Any, compression: Any, name: str, step: int, blocks: list[dict[str, str]]
) -> None:
    """Copy the blocks of a variable at a step; a single value once, whoever wrote it."""
    import adios2

    if not blocks:  # a mesh that was written with the first step only
        return
    single = blocks[0]["IsValue"] == "True"
    for number, info in enumerate(blocks[:1] if single else blocks):
        count = [] if single else [int(part) for part in info["Count"].split(",")]
        values: npt.NDArray[Any] = np.asarray(
            reader.read(name, step_selection=[step, 1])
            if single
            else reader.read(name, block_id=number, step_selection=[step, 1])
        )
        values = np.ascontiguousarray(values.reshape(-1)[:1] if single else values.reshape(count))
        variable = layout.inquire_variable(name)
        if variable is None:
            variable = layout.define_variable(name, values, [], [], count)
        elif not single:
            variable.set_selection(([], count))
        variable.remove_operations()
        if values.size >= _SMALL:
            variable.add_operation(compression)
        engine.put(variable, values, adios2.bindings.Mode.Sync)
