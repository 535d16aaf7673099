"""A mesh with named regions and boundaries as plain arrays, before any solver sees it."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import gmsh
import numpy as np
from numpy.typing import NDArray

from platingx_meshes.cell_types import CELL_TYPES, VTK_ORDER
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.gmsh_session import gmsh_model, set_option
from platingx_meshes.quality import Jacobians, jacobians

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class MeshData:
    """Nodes, cells of one type, and facets on named boundaries.

    Attributes
    ----------
    points : node coordinates, m, shape (n, 3); z = 0 in two dimensions
    cell_type : meshio's name, e.g. ``quad9``
    cells : node numbers in Gmsh order, shape (cells, nodes per cell)
    cell_regions : region tag of each cell
    facets : node numbers of the marked facets in Gmsh order, shape (facets, nodes per facet)
    facet_boundaries : boundary tag of each marked facet
    region_names, boundary_names : name -> tag
    cell_labels : numbers of the cells in the file they come from, for messages
    notes : sentences on the file that its user should read
    parted_cells : cells on both sides of interfaces whose nodes stand twice, shape (facets, 2); a rank that owns the
        first knows the second
    known_cells : cells that all ranks know, such as those behind a surface that others slide on
    """

    points: Array
    cell_type: str
    cells: IntArray
    cell_regions: IntArray
    facets: IntArray
    facet_boundaries: IntArray
    region_names: dict[str, int]
    boundary_names: dict[str, int]
    cell_labels: IntArray | None = None
    notes: tuple[str, ...] = ()
    parted_cells: IntArray = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    known_cells: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def dimension(self) -> int:
        """Dimension of the cells, 2 or 3."""
        return CELL_TYPES[self.cell_type].dimension

    @property
    def facet_type(self) -> str:
        """Type of the facets."""
        facet = CELL_TYPES[self.cell_type].facet
        if facet is None:
            raise MeshBuildError(f"cells of type {self.cell_type} have no facets")
        return facet

    @cached_property
    def jacobians(self) -> Jacobians:
        """Samples of the cell Jacobians."""
        return jacobians(self.points, self.cells, self.cell_type)

    @property
    def quality(self) -> float:
        """Smallest scaled Jacobian over all cells and samples."""
        return float(self.jacobians.scaled.min())

    def region_cells(self, region: str) -> IntArray:
        """Node numbers of the cells of a region."""
        return np.asarray(self.cells[self.cell_regions == self._tag(region, self.region_names, "region")])

    def boundary_facets(self, boundary: str) -> IntArray:
        """Node numbers of the facets of a boundary."""
        return np.asarray(self.facets[self.facet_boundaries == self._tag(boundary, self.boundary_names, "boundary")])

    def boundary_points(self, boundary: str) -> Array:
        """Coordinates of all nodes of a boundary, m, shape (n, 3)."""
        return self.points[np.unique(self.boundary_facets(boundary))]

    def region_measure(self, region: str) -> float:
        """Area (m^2) or volume (m^3) of a region."""
        inside = self.cell_regions == self._tag(region, self.region_names, "region")
        return float(self.jacobians.measures[inside].sum())

    def scaled(self, factor: float) -> "MeshData":
        """Return the same mesh with all coordinates multiplied by ``factor``."""
        return replace(self, points=self.points * factor)

    def check_quality(self, smallest: float, remedy: str | None = None) -> None:
        """Raise when a cell is inverted or its scaled Jacobian below ``smallest``; ``remedy`` is what to do."""
        worst = self.jacobians.scaled.min(axis=1)
        cell = int(worst.argmin())
        if worst[cell] <= smallest:
            where = ", ".join(f"{value:.6g}" for value in self.points[self.cells[cell]].mean(axis=0)[: self.dimension])
            simplex = "triangle" if self.dimension == 2 else "tetrahedron"
            way = "a smaller tip_fraction" if CELL_TYPES[self.cell_type].is_simplex else f"cell: {simplex}"
            raise MeshBuildError(
                f"the mesh would have a cell of poor shape: scaled Jacobian {worst[cell]:.3g} at ({where}) m, "
                f"where more than {smallest:g} is needed",
                remedy or f"{way} (geometry.mesh), a shallower pit or a smaller meniscus",
            )

    def to_gmsh(self) -> None:
        """Put the mesh into the current Gmsh model, as discrete entities with physical groups."""
        dimension = self.dimension
        for tag in self.region_names.values():
            gmsh.model.addDiscreteEntity(dimension, tag)
        for tag in self.boundary_names.values():
            gmsh.model.addDiscreteEntity(dimension - 1, tag)
        home = next(iter(self.region_names.values()))
        numbers = np.arange(1, len(self.points) + 1)
        gmsh.model.mesh.addNodes(dimension, home, numbers, self.points.ravel())
        groups = (
            (dimension, self.cell_type, self.cells, self.cell_regions, self.region_names),
            (dimension - 1, self.facet_type, self.facets, self.facet_boundaries, self.boundary_names),
        )
        first_element = 1  # the element number of a cell is its position in ``cells``, counted from 1
        for group_dimension, kind, nodes, markers, names in groups:
            for name, tag in names.items():
                elements = first_element + np.flatnonzero(markers == tag)
                chosen = nodes[markers == tag]
                gmsh.model.mesh.addElementsByType(tag, CELL_TYPES[kind].gmsh, elements, chosen.ravel() + 1)
                gmsh.model.addPhysicalGroup(group_dimension, [tag], tag, name)
            first_element += len(nodes)

    def write_msh(self, path: str | Path) -> Path:
        """Write a Gmsh 4.1 file in metres with the names as physical groups; return its path."""
        path = Path(path)
        if path.suffix != ".msh":
            raise MeshBuildError(f"{path}: the name of a Gmsh mesh file must end in .msh")
        with gmsh_model("platingx"):
            self.to_gmsh()
            set_option("Mesh.MshFileVersion", 4.1)
            gmsh.write(str(path))
        return path

    def write_xdmf(self, path: str | Path) -> list[Path]:
        """Write cells with their regions, and beside them the marked facets, as XDMF for ParaView.

        Returns
        -------
        list of Path
            ``path`` and ``<stem>_boundaries.xdmf``; each has an HDF5 file beside it.
        """
        import meshio  # 0.06 s: only when it is asked for

        path = Path(path)
        if path.suffix != ".xdmf":
            raise MeshBuildError(f"{path}: the name of an XDMF file must end in .xdmf")
        files = [path, path.with_name(f"{path.stem}_boundaries.xdmf")]
        parts = (
            (self.cell_type, self.cells, "region", self.cell_regions),
            (self.facet_type, self.facets, "boundary", self.facet_boundaries),
        )
        for file, (kind, nodes, name, markers) in zip(files, parts, strict=True):
            if len(nodes):
                cells = [(kind, nodes[:, VTK_ORDER.get(kind, slice(None))])]
                meshio.Mesh(self.points, cells, cell_data={name: [markers.astype(np.int32)]}).write(file)
        return [file for file in files if file.exists()]

    @staticmethod
    def _tag(name: str, names: dict[str, int], what: str) -> int:
        if name not in names:
            raise MeshBuildError(f"no {what} {name!r} in this mesh; there are: {', '.join(names) or 'none'}")
        return names[name]
