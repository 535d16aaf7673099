"""From the geometry block of a case to the parameters of the mesh builder of specimens."""

from __future__ import annotations

from platingx.config.geometry_specimen import SpecimenGeometry, SphereShape
from platingx.errors import MeshError
from platingx_meshes import MeshBuildError, Rod, Shell, Specimen, SpecimenMesh, Sphere

__all__ = ["specimen"]


def specimen(geometry: SpecimenGeometry) -> Specimen:
    """Parameters of the builder.

    Raises
    ------
    MeshError
        If the sizes do not fit together.
    """
    shape, shell, mesh = geometry.shape, geometry.shell, geometry.mesh
    touch = None if mesh.touch_size is None else float(mesh.touch_size)
    try:
        body: Rod | Sphere
        if isinstance(shape, SphereShape):
            body = Sphere(float(shape.radius), float(shape.root_radius))
        else:
            body = Rod(float(shape.radius), float(shape.height), float(shape.edge_radius))
        layer = None if shell is None else Shell(float(shell.thickness), shell.layers)
        return Specimen(body, layer, SpecimenMesh(mesh.layers, float(mesh.refinement), touch))
    except MeshBuildError as error:
        raise MeshError(str(error)) from error
