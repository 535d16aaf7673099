"""A half or quarter model made whole: the mirror image of a mesh is added at a plane of symmetry."""

import numpy as np

from platingx_meshes import tags
from platingx_meshes.cell_types import CELL_TYPES
from platingx_meshes.mesh_data import MeshData


def mirrored(mesh: MeshData, axis: int) -> MeshData:
    """Add the mirror image of a mesh at the plane where a coordinate is zero.

    Nodes in that plane are shared; facets of ``symmetry`` in it vanish, and the name with the last of them.

    Parameters
    ----------
    mesh : on one side of the plane, with nodes exactly in it
    axis : the coordinate, 0 or 1
    """
    count = len(mesh.points)
    on_plane = mesh.points[:, axis] == 0.0
    image = np.arange(count)
    image[~on_plane] = count + np.arange(np.count_nonzero(~on_plane))
    places = mesh.points[~on_plane].copy()
    places[:, axis] *= -1.0
    turned = image[mesh.cells][:, np.array(CELL_TYPES[mesh.cell_type].reversal)]
    kept = ~on_plane[mesh.facets].all(axis=1)
    kept |= mesh.facet_boundaries != mesh.boundary_names.get(tags.SYMMETRY, 0)
    facets, markers = mesh.facets[kept], mesh.facet_boundaries[kept]
    markers = np.concatenate([markers, markers])
    return MeshData(
        points=np.concatenate([mesh.points, places]),
        cell_type=mesh.cell_type,
        cells=np.concatenate([mesh.cells, turned]),
        cell_regions=np.concatenate([mesh.cell_regions, mesh.cell_regions]),
        facets=np.concatenate([facets, image[facets]]),
        facet_boundaries=markers,
        region_names=mesh.region_names,
        boundary_names={name: tag for name, tag in mesh.boundary_names.items() if (markers == tag).any()},
    )
