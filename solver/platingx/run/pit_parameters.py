"""From the geometry block of a case to the parameters of the mesh builders."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from platingx.config.geometry import Interlayer, MeshSizes, Pit, SurfacePitGeometry
from platingx.config.geometry_3d import MeshSizes3D, SurfacePit3DGeometry
from platingx.errors import MeshError
from platingx_meshes import (
    Block,
    Cap,
    Collector,
    Electrolyte,
    MeshBuildError,
    MeshSize,
    PitProfile,
    SurfacePit,
    SurfacePit3D,
    pit_profile,
)
from platingx_meshes import Interlayer as Layer

__all__ = ["surface_pit", "surface_pit_3d"]


def surface_pit(geometry: SurfacePitGeometry) -> SurfacePit:
    """Parameters of the plane builder from the geometry block of a case.

    Raises
    ------
    MeshError
        If the sizes do not fit together.
    """
    plate, collector = geometry.electrolyte, geometry.collector
    try:
        return SurfacePit(
            Electrolyte(float(plate.half_width), float(plate.depth)),
            _profile(geometry.pit),
            _layer(geometry.interlayer),
            Collector(collector.shape, _length(collector.radius)),
            replace(
                _sizes(geometry.mesh, _length(geometry.mesh.max_size), geometry.mesh.cell),
                side_size=_length(geometry.mesh.side_size),
            ),
        )
    except MeshBuildError as error:
        raise MeshError(str(error)) from error


def surface_pit_3d(geometry: SurfacePit3DGeometry) -> SurfacePit3D:
    """Parameters of the three-dimensional builder from the geometry block of a case.

    Raises
    ------
    MeshError
        If the sizes do not fit together.
    """
    plate, collector, mesh = geometry.electrolyte, geometry.collector, geometry.mesh
    try:
        block = Block(float(plate.half_width), float(plate.depth), _length(plate.half_length), plate.outline)
        largest = min(*block.reach, block.depth) / 4.0
        return SurfacePit3D(
            block,
            _profile(geometry.pit),
            _layer(geometry.interlayer),
            Cap(collector.shape, _length(collector.radius)),
            geometry.form,
            tuple((float(place.x), float(place.y)) for place in geometry.places),
            geometry.extent,
            mesh.cell,
            _sizes(mesh, _length(mesh.max_size) or largest),
        )
    except MeshBuildError as error:
        raise MeshError(str(error)) from error


def _length(value: float | None) -> float | None:
    return None if value is None else float(value)


def _profile(pit: Pit) -> PitProfile:
    return pit_profile(pit.profile, float(pit.depth), float(pit.half_width), _length(pit.tip_radius))


def _layer(layer: Interlayer) -> Layer:
    lengths = (_length(each) for each in (layer.half_length, layer.meniscus_depth, layer.spread_length))
    return Layer(float(layer.thickness), layer.extent, *lengths)


def _sizes(
    sizes: MeshSizes | MeshSizes3D, max_size: float | None, cell: Literal["quadrilateral", "triangle"] = "quadrilateral"
) -> MeshSize:
    return MeshSize(
        tip_fraction=float(sizes.tip_fraction),
        growth_ratio=float(sizes.growth_ratio),
        layers=sizes.layers,
        max_size=max_size,
        cell=cell,
        refinement=float(sizes.refinement),
    )
