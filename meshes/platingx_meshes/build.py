"""From the parameters of a pit to its mesh."""

from platingx_meshes.groove import groove
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.mirrored import mirrored
from platingx_meshes.patches import join
from platingx_meshes.pit_columns import column_patches, plate_patches
from platingx_meshes.pit_hexahedra import round_pit
from platingx_meshes.pit_ogrid import ogrid_patches, ogrid_plate_patches
from platingx_meshes.pit_tetrahedra import pit_tetrahedra
from platingx_meshes.pit_triangles import triangulated_pit, triangulated_plate
from platingx_meshes.profiles import SemiEllipse
from platingx_meshes.surface_pit import PitPlate, SurfacePit
from platingx_meshes.surface_pit_3d import SurfacePit3D

#: Scaled Jacobian that every cell must exceed.
SMALLEST_QUALITY = 0.1


def build_surface_pit(geometry: SurfacePit) -> MeshData:
    """Mesh the geometry with second-order cells whose boundary nodes lie on the exact curves.

    Raises
    ------
    MeshBuildError
        When a cell would be inverted or its scaled Jacobian not above ``SMALLEST_QUALITY``.
    """
    if geometry.mesh.cell == "triangle":
        mesh = triangulated_pit(geometry)
    elif isinstance(geometry.pit, SemiEllipse):
        mesh = join(ogrid_patches(geometry))
    else:
        mesh = join(column_patches(geometry))
    mesh.check_quality(SMALLEST_QUALITY)
    return mesh


def build_pit_plate(plate: PitPlate) -> MeshData:
    """Mesh the LLZO alone: boundaries pit, electrolyte_top, electrolyte_side, electrolyte_bottom, symmetry.

    Raises
    ------
    MeshBuildError
        As for ``build_surface_pit``.
    """
    if plate.mesh.cell == "triangle":
        mesh = triangulated_plate(plate)
    elif isinstance(plate.pit, SemiEllipse):
        mesh = join(ogrid_plate_patches(plate))
    else:
        mesh = join(plate_patches(plate))
    mesh.check_quality(SMALLEST_QUALITY)
    return mesh


def build_surface_pit_3d(geometry: SurfacePit3D) -> MeshData:
    """Mesh the geometry with second-order hexahedra or tetrahedra whose boundary nodes lie on the exact surfaces.

    Raises
    ------
    MeshBuildError
        When a cell would be inverted or its scaled Jacobian not above ``SMALLEST_QUALITY``.
    """
    if geometry.cell == "tetrahedron":
        mesh = pit_tetrahedra(geometry, SMALLEST_QUALITY)
    else:
        mesh = groove(geometry) if geometry.form == "groove" else round_pit(geometry)
        for axis in {"quarter": (), "half": (1,), "full": (1, 0)}[geometry.extent]:
            mesh = mirrored(mesh, axis)
    mesh.check_quality(SMALLEST_QUALITY)
    return mesh
