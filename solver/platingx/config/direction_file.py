"""Growth directions at points, from a CSV file or from a file that meshio reads."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from platingx.arrays import Array
from platingx.config.quantities import case_error
from platingx.config.text_files import TextFileError, is_file, read_text_file
from platingx.units import UnitError, parse

__all__ = ["DirectionPoints", "direction_file_text", "read_direction_file"]

MAXIMUM_BYTES = 100_000_000
MAXIMUM_POINTS = 500_000
_PLACE = re.compile(r"^\s*(?P<axis>[xyz])\s*(?:_(?P<words>\w+)|\[(?P<square>[^\]]+)\]|\((?P<round>.+)\))\s*$")
_VECTOR = re.compile(r"^\s*direction_(?P<axis>[xyz])\s*$")
_VALID = "a header such as x [nm],y [nm],direction_x,direction_y (and z [nm], direction_z in 3D)"


@dataclass(frozen=True, eq=False)
class DirectionPoints:
    """Vectors at points.

    Attributes
    ----------
    places
        m, shape (points, dimension); x and y, or x, y and z.
    vectors
        Of any length but zero, shape (points, dimension).
    """

    places: Array
    vectors: Array

    @property
    def dimension(self) -> int:
        """2 or 3."""
        return int(self.places.shape[1])

    @property
    def digest(self) -> str:
        """SHA-256 of the numbers, which is the same whatever file they come from."""
        return hashlib.sha256(self.places.tobytes() + self.vectors.tobytes()).hexdigest()


def read_direction_file(path: Path, field: str | None, length_unit: float | None) -> DirectionPoints:
    """Read vectors at points.

    Parameters
    ----------
    path : Path
        A CSV file whose header names places with their unit and vectors, ``x [nm],y [nm],direction_x,direction_y``;
        or a file of meshio (VTU, XDMF, ...) with a vector at its points.
    field : str or None
        Name of that vector in a file of meshio.
    length_unit : float or None
        Metres of a unit of the coordinates of a file of meshio.

    Raises
    ------
    PydanticCustomError
        If the file cannot be read, or its content is not that.
    """
    if not is_file(path):
        raise case_error(f"there is no file {path}", "a file, relative to the case file")
    if path.suffix.lower() == ".csv":
        if field is not None or length_unit is not None:
            raise case_error(
                "field and length_unit belong to a file of meshio", _VALID, "leave them out: a CSV has units"
            )
        found = _from_csv(path)
    else:
        found = _from_meshio(path, field, 1.0 if length_unit is None else length_unit)
    _check(path, found)
    return found


def direction_file_text(points: DirectionPoints) -> str:
    """Text of a CSV file that :func:`read_direction_file` reads back to the same numbers."""
    axes = "xyz"[: points.dimension]
    header = ",".join([*(f"{axis}_m" for axis in axes), *(f"direction_{axis}" for axis in axes)])
    rows = np.concatenate([points.places, points.vectors], axis=1).tolist()
    return "\n".join([header, *(",".join(map(repr, row)) for row in rows)]) + "\n"


def _from_csv(path: Path) -> DirectionPoints:
    try:
        text, _ = read_text_file(path, MAXIMUM_BYTES)
    except TextFileError as error:
        place = f"{path}:{error.line}" if error.line else str(path)
        raise case_error(f"{place}: {error.message}", error.valid, error.hint) from None
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip() and line.lstrip()[0] != "#"]
    if not lines:
        raise case_error(f"{path} is empty", _VALID)
    number, header = lines[0]
    columns, factors = _columns(path, number, next(csv.reader(io.StringIO(header))))
    rows = np.empty((len(lines) - 1, len(columns)))
    for row, (number, line) in enumerate(lines[1:]):
        cells = next(csv.reader(io.StringIO(line)))
        try:
            rows[row] = [float(cells[column]) for column in columns]
        except (ValueError, IndexError):
            hint = "write decimal points, and commas between the columns" if ";" in line else ""
            message = f"{path}:{number}: not a row of {len(columns)} numbers: {line.strip()[:60]}"
            raise case_error(message, "numbers with commas between, as the header has columns", hint) from None
    dimension = len(columns) // 2
    places = np.ascontiguousarray(rows[:, :dimension] * factors)
    return DirectionPoints(places, np.ascontiguousarray(rows[:, dimension:]))


def _columns(path: Path, number: int, header: list[str]) -> tuple[list[int], Array]:
    """Columns of places and vectors, and metres of a unit of each place."""
    places, vectors, factors = {}, {}, {}
    for index, text in enumerate(header):
        if match := _PLACE.match(text):
            places[match["axis"]] = index
            unit = match["words"] or match["square"] or match["round"]
            try:
                factors[match["axis"]] = float(parse(f"1 {unit}", "length"))
            except UnitError as error:
                raise case_error(f"{path}:{number}: column {text.strip()}: {error.message}", _VALID) from None
        elif match := _VECTOR.match(text):
            vectors[match["axis"]] = index
    axes = "xyz" if "z" in places else "xy"
    if set(places) != set(axes) or set(vectors) != set(axes):
        listed = ", ".join(text.strip()[:40] for text in header[:8]) or "empty"
        raise case_error(f"{path}:{number}: the columns are {listed}", _VALID)
    return [places[axis] for axis in axes] + [vectors[axis] for axis in axes], np.array([factors[a] for a in axes])


def _from_meshio(path: Path, field: str | None, length_unit: float) -> DirectionPoints:
    import meshio  # only where a case asks for it

    try:
        mesh = meshio.read(path)
    except (Exception, SystemExit) as error:
        first = str(error).strip().splitlines() or [type(error).__name__]
        raise case_error(f"{path}: meshio cannot read it: {first[0][:200]}", "a .csv, .vtu or .xdmf file") from None
    vectors = {name: values for name, values in mesh.point_data.items() if np.ndim(values) == 2 and values.shape[1] > 1}
    if field is None or field not in vectors:
        listed = ", ".join(vectors) or "none (vectors at cells are not read)"
        raise case_error(f"{path}: field: {field or 'not given'}; its vectors at points are: {listed}", "one of these")
    places, values = np.asarray(mesh.points, dtype=float), np.asarray(vectors[field], dtype=float)
    flat = places.shape[1] < 3 or float(np.ptp(places[:, 2])) == 0.0
    dimension = 2 if flat else 3
    if values.shape[1] < dimension:
        raise case_error(f"{path}: {field} has {values.shape[1]} components in {dimension} dimensions", "a vector")
    return DirectionPoints(
        np.ascontiguousarray(places[:, :dimension] * length_unit), np.ascontiguousarray(values[:, :dimension])
    )


def _check(path: Path, found: DirectionPoints) -> None:
    count = len(found.places)
    if not found.dimension < count <= MAXIMUM_POINTS:
        raise case_error(f"{path} has {count} points", f"from {found.dimension + 1} to {MAXIMUM_POINTS}")
    if not (np.isfinite(found.places).all() and np.isfinite(found.vectors).all()):
        raise case_error(f"{path} has numbers that are not finite", "finite numbers")
    zero = np.flatnonzero(np.linalg.norm(found.vectors, axis=1) < 1e-12)
    if len(zero):
        at = ", ".join(f"{x:.4g}" for x in found.places[zero[0]])
        raise case_error(f"{path}: the vector at ({at}) m is zero", "vectors that are not zero")
