"""Formats that meshio reads, as far as it leaves nothing out that names or shapes a mesh."""

from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from platingx_meshes.errors import MeshBuildError
from platingx_meshes.readers.group_values import add_value_sets
from platingx_meshes.readers.raw_mesh import RawMesh, from_vtk_order

if TYPE_CHECKING:
    import meshio

_CONVERT = "convert it to .msh (gmsh FILE -save -format msh41 -o NEW.msh) or .vtu (meshio convert FILE NEW.vtu)"

NASTRAN_CELLS = ("CTRIA3", "CTRIA6", "CTRIAR", "CQUAD4", "CQUAD8", "CQUADR", "CTETRA", "CHEXA", "CROD", "CBAR", "CBEAM")
"""Elements of Nastran that are read; with a star they are not."""


def read_with_meshio(path: Path, cell_array: str | None) -> RawMesh:
    """Read a file of VTK, XDMF, Medit or Nastran; groups are its sets, or the values of an array by cell.

    Raises
    ------
    MeshBuildError
        For other formats, unreadable files, and what meshio would pass over.
    """
    check = FORMATS.get(path.suffix.lower())
    if check is None:
        raise MeshBuildError(
            f"{path}: files that end in {path.suffix or 'nothing'!r} cannot be read; readable are "
            f".msh, .inp, .med and {', '.join(FORMATS)}",
            _CONVERT,
        )
    check(path)
    mesh = _read(path)
    if mesh.points.ndim != 2 or not len(mesh.points):
        raise MeshBuildError(f"{path}: the file has no nodes", _CONVERT)
    points = np.zeros((len(mesh.points), 3))
    points[:, : mesh.points.shape[1]] = mesh.points
    raw = RawMesh(points, [])
    first = 1
    for block in mesh.cells:
        cells = np.asarray(block.data, dtype=np.int64)
        if not len(cells):
            cells = cells.reshape(0, 1)
        raw.blocks.append((block.type, from_vtk_order(block.type, cells), np.arange(first, first + len(cells))))
        first += len(cells)
    for name, nodes in mesh.point_sets.items():
        raw.node_sets[name] = np.asarray(nodes, dtype=np.int64)
    for name, parts in mesh.cell_sets.items():
        raw.cell_sets[name] = [np.asarray([] if part is None else part, dtype=np.int64) for part in parts]
    if "nastran:ref" in mesh.point_data and np.any(mesh.point_data["nastran:ref"]):
        raise MeshBuildError(f"{path}: GRID entries in a coordinate system of their own are not followed", _CONVERT)
    if not raw.cell_sets or cell_array is not None:
        names = {(int(value[0]), int(value[1])): name for name, value in mesh.field_data.items() if len(value) == 2}
        add_value_sets(raw, mesh.cell_data, cell_array, path, names)
    return raw


def _read(path: Path) -> "meshio.Mesh":
    import meshio  # 0.06 s: only when there is such a file

    silent = StringIO()
    try:
        with redirect_stdout(silent), redirect_stderr(silent):
            return meshio.read(path)
    except (Exception, SystemExit) as error:  # meshio leaves the program for unreadable files
        said = f"it does not know {error.args[0]}" if isinstance(error, KeyError) and error.args else str(error)
        reason = " ".join(f"{said} {silent.getvalue()}".split()) or type(error).__name__
        hint = f"a whole file of this format, with decimal points; or {_CONVERT}"
        raise MeshBuildError(f"{path}: meshio cannot read this file: {reason[:300]}", hint) from error


def _anything(path: Path) -> None:
    """Nothing of the format is passed over that matters."""


def _text_without_mark(path: Path) -> None:
    with path.open("rb") as stream:
        if stream.read(3) == b"\xef\xbb\xbf":
            raise MeshBuildError(
                f"{path}: the file begins with a byte order mark (U+FEFF)", "save it as UTF-8 without a mark"
            )


def _nastran_cards(path: Path) -> None:
    """Refuse decimal commas and what meshio passes over: other elements, coordinate systems, includes, rigid ones."""
    _text_without_mark(path)
    bulk, nodes = False, 0
    with path.open(encoding="latin-1") as lines:
        for number, line in enumerate(lines, start=1):
            bulk = bulk or line.upper().startswith("BEGIN BULK")
            card = line[:8].split(",")[0].strip().upper()
            if not bulk or not card or card[0] in "$+*":
                continue
            nodes += card.startswith("GRID")
            if card == "GRID" and not all("." in place or not place.strip() for place in line.split(",")[3:6]):
                message = f"{path}: line {number}: coordinates without decimal points: {line.strip()[:60]!r}"
                raise MeshBuildError(message, "write decimal points, and commas only between the fields")
            other = card.startswith("C") and card not in NASTRAN_CELLS
            if other or card.startswith(("INCLUDE", "RBE", "RBAR", "RROD", "MPC")):
                raise MeshBuildError(f"{path}: line {number}: the entry {card} is not followed", _CONVERT)
    if nodes == 0:  # meshio would look for ever for what comes after BEGIN BULK
        raise MeshBuildError(f"{path}: no GRID entries after BEGIN BULK", "a whole bulk data file")


FORMATS: dict[str, Callable[[Path], None]] = {
    ".vtu": _anything,
    ".vtk": _text_without_mark,
    ".xdmf": _anything,
    ".xmf": _anything,
    ".mesh": _text_without_mark,
    ".meshb": _anything,
    ".bdf": _nastran_cards,
    ".nas": _nastran_cards,
    ".fem": _nastran_cards,
}
"""Endings of the formats, and what looks at a file before meshio does."""
