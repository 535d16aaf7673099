"""Hexahedra for a groove: the mesh of its section drawn out along y."""

import numpy as np
from numpy.typing import NDArray

from platingx_meshes import tags
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.patches import join
from platingx_meshes.pit_columns import column_patches
from platingx_meshes.pit_hexahedra import named_mesh
from platingx_meshes.pit_ogrid import ogrid_patches
from platingx_meshes.profiles import SemiEllipse
from platingx_meshes.spacing import scaled_count, with_midpoints
from platingx_meshes.surface_pit_3d import SurfacePit3D
from platingx_meshes.sweep import swept_cells, swept_lines

IntArray = NDArray[np.int64]


def groove(geometry: SurfacePit3D) -> MeshData:
    """Mesh the quarter model of a groove along y, which cuts through the whole plate."""
    section, length = geometry.section, geometry.electrolyte.reach[1]
    plane = join(ogrid_patches(section) if isinstance(section.pit, SemiEllipse) else column_patches(section))
    count = scaled_count(int(np.ceil(length / section.plate.max_size)), geometry.mesh.refinement)
    # x, z and -y are right-handed: the section is drawn out towards y = 0
    levels = with_midpoints(np.linspace(length, 0.0, count + 1, dtype=np.float64))
    x, z = plane.points[:, 0], plane.points[:, 1]
    points = np.stack(np.broadcast_arrays(x[:, None], levels, z[:, None]), axis=-1).reshape(-1, 3)
    numbers = np.arange(len(points)).reshape(len(x), len(levels))
    if geometry.collector.shape == "sphere":
        lithium = np.unique(numbers[plane.region_cells(tags.LI)])
        points[lithium] = _under_sphere(geometry, points[lithium])
    regions = [(name, swept_cells(plane.region_cells(name), numbers)) for name in plane.region_names]
    boundaries = [(name, swept_lines(plane.boundary_facets(name), numbers)) for name in plane.boundary_names]
    for name, side in ((tags.LI, tags.METAL_SIDE), (tags.LLZO, tags.ELECTROLYTE_SIDE)):
        cells = plane.region_cells(name)
        boundaries += [(side, numbers[cells, 0]), (tags.SYMMETRY, numbers[cells, -1])]
    return named_mesh(points, regions, boundaries)


def _under_sphere(geometry: SurfacePit3D, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lift the lithium above z = 0 from the arc of the section to the sphere."""
    result = points.copy()
    x, y, z = points.T
    lift = geometry.collector_height(x, y) / geometry.section.collector_height(x)
    result[:, 2] = np.where(z > 0.0, z * lift, z)
    return result
