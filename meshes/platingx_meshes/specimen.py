r"""Half sections of specimens that stand on a plane: a rod or a truncated sphere, bare or in a shell. Lengths in m.

All have one arrangement of patches: a core block on the axis and three blocks around it, below, beside and above; the
shell lies beside and above.

    axis   top
      +----------------.
      |     above    / : \
      +-----------+ ·  :  S   S: where the top ends and the side begins
      |   core    |    :  |
      +-----------+ beside|
      |    below    ·  :  |
      +----------------R--+   R: root of the metal
        interface       shell_base
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from platingx_meshes import tags
from platingx_meshes.checks import check_cells, check_count, check_length, check_number
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.outline import Arc, Line, Piece, length_of, sampled
from platingx_meshes.patches import Patch, join, transfinite
from platingx_meshes.spacing import LineSize, divide, scaled_count, with_midpoints

__all__ = ["Rod", "Shell", "Specimen", "SpecimenMesh", "Sphere", "build_specimen"]

Array = NDArray[np.float64]

#: Width of the core block over that of the metal, and the room that it leaves above and below, over the same.
CORE = 0.5

#: The same over the height at most, for flat discs, and the lowest height over the radius.
ROOM, SHORTEST = 0.3, 0.1

#: Scaled Jacobian that every cell must exceed.
SMALLEST_QUALITY = 0.1

#: Ratio of the lengths of neighbouring elements away from where a sphere is touched first.
GROWTH = 1.3

#: Largest depth of a shell over the radius.
THICKEST = 0.5


@dataclass(frozen=True)
class Section:
    """Outline of a specimen from its root to the axis.

    Attributes
    ----------
    side, top
        Pieces from the root upwards, and from the axis outwards, to the place where both meet.
    core
        Outer corners, below and above, of a block well inside, m.
    """

    side: tuple[Piece, ...]
    top: tuple[Piece, ...]
    core: tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Rod:
    """An upright rod with a rounded upper edge; a short one stands for a cube.

    Parameters
    ----------
    radius, height : m
    edge_radius : m, 0 for a sharp edge
    """

    radius: float
    height: float
    edge_radius: float = 0.0

    def __post_init__(self) -> None:
        check_length("specimen radius", self.radius)
        check_length("specimen height", self.height, SHORTEST * self.radius)
        check_length(
            "specimen edge_radius", self.edge_radius, 0.0, 0.9 * min(self.radius, self.height), closed_low=True
        )

    def section(self, depth: float) -> Section:
        """Outline at a depth (m) behind the surface."""
        radius, height, edge = self.radius - depth, self.height - depth, max(self.edge_radius - depth, 0.0)
        upright, flat, centre = height - edge, radius - edge, (radius - edge, height - edge)
        side: tuple[Piece, ...] = (Line((radius, 0.0), (radius, upright)),)
        top: tuple[Piece, ...] = (Line((0.0, height), (flat, height)),)
        if edge > 0.0:
            side = (*side, Arc(centre, edge, 0.0, 0.25 * np.pi))
            top = (*top, Arc(centre, edge, 0.5 * np.pi, 0.25 * np.pi))
        room = min((1.0 - CORE) * radius, ROOM * height)
        return Section(side, top, ((radius - room, room), (radius - room, height - room)))


@dataclass(frozen=True)
class Sphere:
    """A sphere that is cut off by the plane it stands on; its top begins half way between equator and pole.

    Parameters
    ----------
    radius : m
    root_radius : radius of the circle in which it meets the plane, m
    """

    radius: float
    root_radius: float

    def __post_init__(self) -> None:
        check_length("specimen radius", self.radius)
        check_length("specimen root_radius", self.root_radius, 0.0, 0.8 * self.radius)

    def section(self, depth: float) -> Section:
        """Outline at a depth (m) behind the surface."""
        centre = float(np.sqrt(self.radius**2 - self.root_radius**2))
        radius = self.radius - depth
        if radius <= centre * 1.001:
            raise MeshBuildError(
                f"the shell of {depth:.4g} m reaches the axis at the root of the sphere",
                f"a shell thinner than {self.radius - centre:.4g} m, or a wider root",
            )
        root = -float(np.arcsin(centre / radius))
        side, top = (
            Arc((0.0, centre), radius, root, 0.25 * np.pi),
            Arc((0.0, centre), radius, 0.5 * np.pi, 0.25 * np.pi),
        )
        corners = (CORE * radius * float(np.cos(root)), 0.4 * centre), (CORE * radius, centre + CORE * radius)
        return Section((side,), (top,), corners)


@dataclass(frozen=True)
class Shell:
    """A layer of even thickness (m) on side and top, of a number of elements at refinement 1."""

    thickness: float
    layers: int = 2

    def __post_init__(self) -> None:
        check_length("shell thickness", self.thickness)
        check_count("shell layers", self.layers, 1, 50)


@dataclass(frozen=True)
class SpecimenMesh:
    """Elements across the radius at refinement 1, and the factor on all numbers of elements.

    ``touch_size`` is the length (m) of the elements at the pole of a sphere, where it is touched first; they grow from
    there. Without one they are even.
    """

    layers: int = 8
    refinement: float = 1.0
    touch_size: float | None = None

    def __post_init__(self) -> None:
        check_count("mesh layers", self.layers, 4, 200)
        check_number("mesh refinement", self.refinement, 0.0)
        if self.touch_size is not None:
            check_length("mesh touch_size", self.touch_size)


@dataclass(frozen=True)
class Specimen:
    """A specimen of metal, in a shell or not."""

    shape: Rod | Sphere
    shell: Shell | None = None
    mesh: SpecimenMesh = field(default_factory=SpecimenMesh)

    def __post_init__(self) -> None:
        if self.mesh.touch_size is not None:
            if not isinstance(self.shape, Sphere):
                raise MeshBuildError("touch_size is that of the pole of a sphere; a rod has none")
            check_length("mesh touch_size", self.mesh.touch_size, 0.0, self.shape.radius / 4.0)
        if self.shell is not None and self.shell.thickness > THICKEST * self.shape.radius:
            check_length("shell thickness", self.shell.thickness, 0.0, THICKEST * self.shape.radius)


def build_specimen(specimen: Specimen) -> MeshData:
    """Mesh a specimen by second-order quadrilaterals whose outer nodes lie on the exact curves.

    Boundaries: interface (the root of the metal), shell_base, side, top, symmetry (the axis).

    Raises
    ------
    MeshBuildError
        When the shell leaves no root, or a cell would be inverted or of poor shape.
    """
    outer = specimen.shape.section(0.0)
    shell = specimen.shell
    inner = outer if shell is None else specimen.shape.section(shell.thickness)
    names = {} if shell is not None else {"side": tags.SIDE, "top": tags.TOP}
    rows = _Rows.of(specimen, inner)
    patches = _metal(inner, rows, names)
    if shell is not None:
        patches += _shell(inner, outer, rows, scaled_count(shell.layers, specimen.mesh.refinement))
    mesh = join(patches)
    mesh.check_quality(SMALLEST_QUALITY, "a thinner shell, a wider root, or a higher specimen (geometry.shape)")
    return mesh


@dataclass(frozen=True)
class _Rows:
    """Numbers of elements from the core block to the outline and up its side, and nodes over the core block.

    The last are shares of the length of the top, from the axis outwards.
    """

    around: int
    up: int
    over: Array

    @property
    def across(self) -> int:
        """Elements across the core block."""
        return len(self.over) // 2

    def top(self, pieces: tuple[Piece, ...]) -> Array:
        """Nodes along a top."""
        return pieces[0].at(self.over) if len(pieces) == 1 else sampled(pieces, self.across)

    @classmethod
    def of(cls, specimen: Specimen, inner: Section) -> "_Rows":
        layers = scaled_count(specimen.mesh.layers, specimen.mesh.refinement)
        size, touch = specimen.shape.radius / layers, specimen.mesh.touch_size
        across = max(2, round(0.5 * (inner.core[1][0] + length_of(inner.top)) / size * 0.8))
        over: Array = np.linspace(0.0, 1.0, 2 * across + 1, dtype=np.float64)
        if touch is not None:
            length = length_of(inner.top)
            sizes = LineSize(((0.0, touch / specimen.mesh.refinement),), GROWTH, max(size, touch))
            over = np.asarray(with_midpoints(divide(0.0, length, sizes, 1.0)) / length, dtype=np.float64)
        up = max(2, round(0.5 * (length_of(inner.side) + inner.core[1][1] - inner.core[0][1]) / size))
        rows = cls(max(2, round((1.0 - CORE) * layers)), up, over)
        check_cells(2.0 * rows.across * (rows.around + rows.up) + rows.around * rows.up)
        return rows


def _metal(section: Section, rows: _Rows, names: dict[str, str]) -> list[Patch]:
    (lower_width, low), (upper_width, high) = section.core
    side, top = sampled(section.side, rows.up), rows.top(section.top)
    root, shoulder = side[0], side[-1]
    axis = {"left": tags.SYMMETRY}
    lower, upper = (
        _line((0.0, low), (lower_width, low), rows.across),
        _line((0.0, high), (upper_width, high), rows.across),
    )
    right = _line(*section.core, rows.up)
    to_root, to_shoulder = _line(lower[-1], root, rows.around), _line(upper[-1], shoulder, rows.around)
    base = _line((0.0, 0.0), root, rows.across)
    on_axis = [_line((0.0, a), (0.0, b), n) for a, b, n in ((0.0, low, rows.around), (low, high, rows.up))]
    above = _line((0.0, high), top[0], rows.around)
    outside = {"right": names["side"]} if names else {}
    over = {"top": names["top"]} if names else {}
    return [
        Patch(transfinite(lower, upper, on_axis[1], right), tags.LI, axis),
        Patch(transfinite(base, lower, on_axis[0], to_root[::-1]), tags.LI, {**axis, "bottom": tags.INTERFACE}),
        Patch(transfinite(to_root, to_shoulder, right, side), tags.LI, outside),
        Patch(transfinite(upper, top, above, to_shoulder), tags.LI, {**axis, **over}),
    ]


def _shell(inner: Section, outer: Section, rows: _Rows, layers: int) -> list[Patch]:
    sides = [sampled(section.side, rows.up) for section in (inner, outer)]
    tops = [rows.top(section.top) for section in (inner, outer)]
    foot, shoulder, axis = (
        _line(start, end, layers)
        for start, end in (
            (sides[0][0], sides[1][0]),
            (sides[0][-1], sides[1][-1]),
            (tops[0][0], tops[1][0]),
        )
    )
    beside = transfinite(foot, shoulder, sides[0], sides[1])
    above = transfinite(tops[0], tops[1], axis, shoulder)
    return [
        Patch(beside, tags.LLZO, {"bottom": tags.SHELL_BASE, "right": tags.SIDE}),
        Patch(above, tags.LLZO, {"left": tags.SYMMETRY, "top": tags.TOP}),
    ]


def _line(start: tuple[float, float] | Array, end: tuple[float, float] | Array, elements: int) -> Array:
    share = np.linspace(0.0, 1.0, 2 * elements + 1, dtype=np.float64)[:, None]
    return np.asarray((1.0 - share) * np.asarray(start) + share * np.asarray(end))
