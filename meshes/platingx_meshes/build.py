"""From the parameters of the surface pit to its mesh."""

from platingx_meshes.mesh_data import MeshData
from platingx_meshes.patches import join
from platingx_meshes.pit_columns import column_patches
from platingx_meshes.surface_pit import SurfacePit

#: Scaled Jacobian that every cell must exceed.
SMALLEST_QUALITY = 0.1


def build_surface_pit(geometry: SurfacePit) -> MeshData:
    """Mesh the geometry with second-order cells whose boundary nodes lie on the exact curves.

    Raises
    ------
    MeshBuildError
        When a cell would be inverted or its scaled Jacobian not above ``SMALLEST_QUALITY``.
    """
    mesh = join(column_patches(geometry))
    mesh.check_quality(SMALLEST_QUALITY)
    return mesh
