"""Gmsh geometries and meshes for metal plating at solid electrolytes, independent of any solver."""

from platingx_meshes.build import build_pit_plate, build_surface_pit, build_surface_pit_3d
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.profiles import CosineSquared, PitProfile, RoundedV, SemiEllipse, SphericalCap, pit_profile
from platingx_meshes.specimen import Rod, Shell, Specimen, SpecimenMesh, Sphere, build_specimen
from platingx_meshes.surface_pit import (
    Collector,
    Electrolyte,
    Interlayer,
    MeshSize,
    PitPlate,
    SurfacePit,
)
from platingx_meshes.surface_pit_3d import Block, Cap, SurfacePit3D

__all__ = [
    "Block",
    "Cap",
    "Collector",
    "CosineSquared",
    "Electrolyte",
    "Interlayer",
    "MeshBuildError",
    "MeshData",
    "MeshSize",
    "PitPlate",
    "PitProfile",
    "Rod",
    "RoundedV",
    "SemiEllipse",
    "Shell",
    "Specimen",
    "SpecimenMesh",
    "Sphere",
    "SphericalCap",
    "SurfacePit",
    "SurfacePit3D",
    "build_pit_plate",
    "build_specimen",
    "build_surface_pit",
    "build_surface_pit_3d",
    "pit_profile",
]
