"""The kind of study that runs cases on three meshes, and compares them with published values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from platingx.config.base import Block, Finding
from platingx.config.study_meshes import Factor, check_factors

__all__ = ["MeshComparison"]


class MeshComparison(Block):
    """Cases whose results stand beside published ones, with a discretisation error from three meshes."""

    kind: Literal["mesh_comparison"] = Field(default="mesh_comparison", description="What kind of study it is.")
    name: str = Field(min_length=1, max_length=100, description="Short name, used for the folder of the runs.")
    description: str = Field(default="", description="What the study shows.")
    cases: tuple[str, ...] = Field(min_length=1, description="Case files, relative to the study file.")
    refinements: tuple[Factor, Factor, Factor] = Field(
        default=(0.7, 1.0, 1.4),
        description="Factors on geometry.mesh.refinement of the cases for the three meshes; 1 is the mesh of the case.",
    )

    def check(self) -> Iterator[Finding]:
        """Check that the meshes differ and that the mesh of the case is one of them."""
        yield from check_factors("refinements", self.refinements)
