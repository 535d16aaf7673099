"""A specimen of metal that stands on a plane, as those pressed in an atomic force microscope: builder specimen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from platingx.config.base import Block, Finding
from platingx.config.quantities import Physical, SmallLength, with_default

__all__ = ["RodShape", "SpecimenGeometry", "SpecimenMeshSizes", "SpecimenShell", "SphereShape"]

LARGEST_EDGE = 0.9
LARGEST_ROOT = 0.8
SHORTEST = 0.1
THICKEST = 0.5

EdgeRadius = Annotated[float, Physical("length", minimum=0.0, maximum=1e-3)]


class RodShape(Block):
    """An upright rod."""

    kind: Literal["rod"] = Field(description="rod: upright; one about twice as high as its radius stands for a cube.")
    radius: SmallLength = Field(description="Its radius, shell included, m.")
    height: SmallLength = Field(description="Its height, shell included, m.")
    edge_radius: EdgeRadius = with_default("0 nm", "Radius of its rounded upper edge, m; 0 for a sharp one.")

    def check(self) -> Iterator[Finding]:
        """Check that it is no film, and the edge fits."""
        if self.height < SHORTEST * self.radius:
            message = "the rod is too flat for its radius"
            yield Finding("height", message, f"at least {SHORTEST * self.radius:.4g} m, {SHORTEST:g} of the radius")
        largest = LARGEST_EDGE * min(self.radius, self.height)
        if self.edge_radius > largest:
            message = "the edge leaves no flat top, or no upright side"
            yield Finding("edge_radius", message, f"at most {largest:.4g} m")


class SphereShape(Block):
    """A sphere, cut off where it stands."""

    kind: Literal["sphere"] = Field(description="sphere: cut off by the plane that it stands on.")
    radius: SmallLength = Field(description="Its radius, shell included, m.")
    root_radius: SmallLength = Field(description="Radius of the circle in which it meets the plane, m.")

    def check(self) -> Iterator[Finding]:
        """Check that most of it is above the plane."""
        if self.root_radius > LARGEST_ROOT * self.radius:
            message = "too little of the sphere is left above the plane"
            yield Finding("root_radius", message, f"at most {LARGEST_ROOT * self.radius:.4g} m")


class SpecimenShell(Block):
    """A layer on side and top of the metal."""

    thickness: SmallLength = Field(description="Its thickness, the same everywhere, m.")
    layers: Annotated[int, Field(strict=True, ge=1, le=50)] = Field(
        default=2, description="Number of elements through it."
    )


class SpecimenMeshSizes(Block):
    """How fine the mesh is; every number of elements is multiplied by `refinement`."""

    layers: Annotated[int, Field(strict=True, ge=4, le=200)] = Field(
        default=8, description="Number of elements across the radius of the metal."
    )
    touch_size: SmallLength | None = Field(
        default=None,
        description="Length of the elements at the pole of a sphere, m, growing away from there; even if left out.",
    )
    refinement: Annotated[float, Physical("dimensionless", minimum=0.1, maximum=16.0)] = with_default(
        1.0, "One factor on all numbers of elements: 0.5 is coarse, 2 is fine; for convergence studies."
    )


class SpecimenGeometry(Block):
    """A rod or sphere of metal on a plane, in a shell or not; the model is its half section."""

    builder: Literal["specimen"] = Field(description="specimen: made from the lengths below, axisymmetric.")
    shape: Annotated[RodShape | SphereShape, Field(discriminator="kind")]
    shell: SpecimenShell | None = Field(default=None, description="Layer on side and top; none if left out.")
    mesh: SpecimenMeshSizes = SpecimenMeshSizes.model_validate({})

    @property
    def symmetry(self) -> Literal["axisymmetric"]:
        """Meaning of the half section."""
        return "axisymmetric"

    def check(self) -> Iterator[Finding]:
        """Check that the shell leaves metal, also where it stands."""
        touch = self.mesh.touch_size
        if touch is not None and not isinstance(self.shape, SphereShape):
            yield Finding("mesh.touch_size", "a rod is touched by its flat top, not by a pole", hint="leave it out")
        elif touch is not None and touch > self.shape.radius / 4.0:
            valid = f"at most {self.shape.radius / 4.0:.4g} m"
            yield Finding("mesh.touch_size", "the elements at the pole are larger than elsewhere", valid)
        if self.shell is None:
            return
        thickness, shape = float(self.shell.thickness), self.shape
        largest = THICKEST * (shape.radius if isinstance(shape, SphereShape) else min(shape.radius, shape.height))
        if isinstance(shape, SphereShape):
            largest = min(largest, 0.99 * (shape.radius - (shape.radius**2 - shape.root_radius**2) ** 0.5))
        if thickness > largest:
            message = "the shell leaves too little metal inside, or none at the root"
            yield Finding("shell.thickness", message, f"at most {largest:.4g} m")
