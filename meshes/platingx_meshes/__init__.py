"""Gmsh geometries and meshes for metal plating at solid electrolytes, independent of any solver."""

from platingx_meshes.build import build_pit_plate, build_surface_pit
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.profiles import CosineSquared, PitProfile, RoundedV, SemiEllipse, pit_profile
from platingx_meshes.surface_pit import (
    Collector,
    Electrolyte,
    Interlayer,
    MeshSize,
    PitPlate,
    SurfacePit,
)

__all__ = [
    "Collector",
    "CosineSquared",
    "Electrolyte",
    "Interlayer",
    "MeshBuildError",
    "MeshData",
    "MeshSize",
    "PitPlate",
    "PitProfile",
    "RoundedV",
    "SemiEllipse",
    "SurfacePit",
    "build_pit_plate",
    "build_surface_pit",
    "pit_profile",
]
