"""The solid regions of a case: their cells, materials and growth directions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mpi4py import MPI

from platingx.config.case import Case
from platingx.errors import MeshError
from platingx.fields.nodal_field import DISPLACEMENT, NodalField
from platingx.fields.point_data import GROWTH, PointArray
from platingx.fields.solid_region import MODELS, SolidRegion, build_region
from platingx.materials.parameters import parameter_vector
from platingx.physics.discretisation import Discretisation
from platingx.physics.growth import growth_exponents
from platingx.physics.growth_directions import growth_directions
from platingx.physics.part import Part
from platingx.problems.grown_solid import GrownSolid
from platingx.problems.shifted_solid import ShiftedSolid
from platingx.problems.solid import Solid
from platingx.stepping.step_limits import FoundIncrement

__all__ = ["Solids", "build_solids"]


@dataclass(frozen=True, kw_only=True)
class Solids(Part):
    """The solid regions.

    Attributes
    ----------
    by_region
        The contributions by the names of their regions.
    """

    by_region: Mapping[str, Solid]


def build_solids(case: Case, discretisation: Discretisation, _parts: Mapping[str, Part]) -> Solids:
    """Every region of a case with its material. Collective.

    Raises
    ------
    MeshError
        If the mesh lacks a region, or has cells without a material.
    """
    displacement = NodalField(DISPLACEMENT, discretisation.space)
    solids = {name: _solid(case, discretisation, name, displacement) for name in case.materials}
    for solid in solids.values():
        discretisation.points.add(PointArray(solid.name, GROWTH, solid.region.cells, solid.region.growth))
    _check_covered(discretisation, {name: solid.region for name, solid in solids.items()})
    flow = FoundIncrement(
        discretisation.loaded.mesh.comm,
        lambda: max(solid.largest_plastic_increment() for solid in solids.values()),
        float(case.time.maximum_plastic_increment),
    )
    return Solids(
        name="solids",
        fields=(displacement,),
        contributions=tuple(solids.values()),
        step_limits=(flow,),
        by_region=solids,
    )


def _solid(case: Case, discretisation: Discretisation, name: str, displacement: NodalField) -> Solid:
    """A region; metal that is added at its faces stands apart from its neighbours, or grows in its columns."""
    region = _region(case, discretisation, name)
    if case.interface_diffusion is None or name != case.growth.region:
        return Solid(region)
    return (ShiftedSolid if case.interface_diffusion.deposit == "face" else GrownSolid)(region, displacement)


def _region(case: Case, discretisation: Discretisation, name: str) -> SolidRegion:
    domain = discretisation.loaded.mesh
    symmetry = case.geometry.symmetry if domain.geometry.dim == 2 else "three_dimensional"
    return build_region(
        name,
        domain,
        discretisation.space,
        discretisation.cells(name),
        discretisation.tables,
        parameter_vector(case.materials[name], float(case.temperature)),
        MODELS[symmetry],
        growth_exponents(case),
        growth_directions(case, discretisation, name),
    )


def _check_covered(discretisation: Discretisation, regions: Mapping[str, SolidRegion]) -> None:
    """Every cell of the mesh must belong to a region that has a material."""
    loaded = discretisation.loaded
    domain = loaded.mesh
    owned = domain.topology.index_map(domain.topology.dim).size_local
    covered = sum(len(region.cells) for region in regions.values())
    bare = domain.comm.allreduce(owned - covered, MPI.SUM)
    if bare != 0:
        without = [name for name in loaded.region_names if name not in regions]
        raise MeshError(
            f"{bare} cells of the mesh have no material; regions without one: "
            f"{', '.join(without) or 'none (cells outside all named regions)'}"
        )
