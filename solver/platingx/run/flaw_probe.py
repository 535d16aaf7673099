"""Stress intensities of the flaws of a case at every state of its ceramic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.fracture import REFUSAL, Flaws
from platingx.errors import MeshError
from platingx.fracture.criteria import Nucleation, equivalent_intensity, nucleation
from platingx.fracture.plane_body import Elastic
from platingx.fracture.weight_functions import SlitWeights, slit_weights
from platingx.parallel import first_problem, on_rank_0
from platingx.physics.model import Model
from platingx.physics.placed_flaws import PlacedFlaw, Refusal, place_flaws
from platingx.physics.point_sampling import RegionSampler
from platingx.physics.region_surfaces import SurfaceTable
from platingx.profiling import timed
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.slit import slit_mesh
from platingx_meshes.slit_body import Slit

__all__ = ["FlawProbe", "FlawState", "ProbedFlaw", "elastic_of", "states_of"]

NUCLEATION_LENGTHS = np.array([0.08, 0.16, 0.32, 0.64, 1.28])
"""Lengths at which the coupled criterion looks, over (K_IC / strength)^2."""


@dataclass(frozen=True)
class ProbedFlaw:
    """A flaw with its weight functions.

    Attributes
    ----------
    placed
        Where it is.
    weights
        One for each length.
    smooth
        Lengths and weights of cracks straight into the smooth surface there, for the coupled criterion; empty if that
        is not asked for.
    """

    placed: PlacedFlaw
    weights: tuple[SlitWeights, ...]
    smooth: tuple[tuple[float, SlitWeights], ...] = ()


@dataclass(frozen=True)
class FlawState:
    """What one flaw does at one state.

    Attributes
    ----------
    pressure
        Of the metal that fills it, Pa; 0 where there is none.
    intensities
        (K_I, K_II) by the state of the faces, ``dry`` and ``filled`` as asked for, shape (lengths, 2), Pa m^0.5; of a
        buried flaw those of the tip that is nearer to growth.
    nucleation
        What the coupled criterion says of the smooth surface, by the state of the faces of the crack that appears.
    """

    pressure: float
    intensities: Mapping[str, Array]
    nucleation: Mapping[str, Nucleation | None]


def elastic_of(case: Case, region: str) -> Elastic:
    """Linear elasticity of a region of a case."""
    elasticity = case.materials[region].elasticity
    return Elastic(float(elasticity.young_modulus), float(elasticity.poisson_ratio))


class FlawProbe:
    """Looks at flaws of the ceramics of a model. All methods are collective.

    Parameters
    ----------
    model
        The model.
    table
        Surfaces of its regions; on rank 0, None elsewhere.
    block
        The flaws.
    refusal
        Makes the error of a flaw that has no place.

    Raises
    ------
    CaseError
        If a flaw has no place in its ceramic, or the model is no plane one.
    MeshError
        If a slit cannot be meshed.
    """

    @timed("flaws")
    def __init__(self, model: Model, table: SurfaceTable | None, block: Flaws, refusal: Refusal) -> None:
        case, comm = model.case, model.problem.comm
        self.case, self.block = case, block
        if model.loaded.mesh.geometry.dim != 2:  # of a mesh from a file that is known only now
            raise refusal(Finding("", f"{REFUSAL} and this is a three-dimensional model", "a plane-strain model"))

        def place() -> list[PlacedFlaw]:
            if table is None:
                raise TypeError("the surfaces of a model are known on rank 0")
            return place_flaws(case, block, table, refusal)

        placed = on_rank_0(comm, place)
        self.flaws = _weighed(case, block, placed, comm)
        regions = dict.fromkeys(flaw.placed.region for flaw in self.flaws)
        self._slots = {
            region: _slots([flaw for flaw in self.flaws if flaw.placed.region == region]) for region in regions
        }
        self._samplers, self._turned = {}, {}
        for region, slots in self._slots.items():
            inside = [flaw.placed.in_model(weights.places) for flaw, weights in slots]
            self._samplers[region] = RegionSampler(model, region, np.concatenate([places for places, _ in inside]))
            self._turned[region] = np.concatenate([turned for _, turned in inside])
        self._metal = case.growth.region
        mouths = [flaw.placed.pressed_at for flaw in self.flaws if flaw.placed.pressed_at is not None]
        self._mouths = RegionSampler(model, self._metal, np.array(mouths).reshape(-1, 2))

    @timed("flaws")
    def look(self, stresses: Mapping[str, Array], pressure: Array) -> list[FlawState]:
        """States of all flaws.

        Parameters
        ----------
        stresses
            Nodal Cauchy stress of each ceramic with flaws, (xx, yy, zz, xy, ...), shape (cells, nodes, 6), Pa.
        pressure
            Nodal pressure of the metal, shape (cells, nodes), Pa.
        """
        at_mouths = iter(self._mouths.values(pressure[..., None])[:, 0])
        sampled: dict[int, Array] = {}
        for region, slots in self._slots.items():
            plane = stresses[region][..., [0, 1, 3]]
            values = self._samplers[region].values(plane)
            values[self._turned[region], 2] *= -1.0  # a reflection turns the sign of the shear stress
            bounds = np.cumsum([len(weights.places) for _, weights in slots])[:-1]
            parts = np.split(values, bounds)
            sampled |= {id(weights): part for (_, weights), part in zip(slots, parts, strict=True)}
        return [
            self._state(flaw, sampled, float(next(at_mouths)) if flaw.placed.pressed_at is not None else 0.0)
            for flaw in self.flaws
        ]

    def _state(self, flaw: ProbedFlaw, sampled: Mapping[int, Array], pressure: float) -> FlawState:
        t = flaw.placed.tangent
        residual = float(self.block.residual_stress) * np.array([t[0] ** 2, t[1] ** 2, t[0] * t[1]])
        pressures = {"dry": 0.0, "filled": max(pressure, 0.0)}
        states = states_of(flaw)
        intensities, smooth = {}, {}
        for state in states:
            rows = [_worst(w.intensities(sampled[id(w)] + residual, pressures[state])) for w in flaw.weights]
            intensities[state] = np.array(rows)
            if flaw.smooth:
                smooth[state] = self._nucleation(flaw, sampled, residual, pressures[state])
        return FlawState(pressure, intensities, smooth)

    def _nucleation(
        self, flaw: ProbedFlaw, sampled: Mapping[int, Array], residual: Array, pressure: float
    ) -> Nucleation | None:
        lengths = np.array([length for length, _ in flaw.smooth])
        one = [w.intensities(sampled[id(w)] + residual, pressure)[0, 0] for _, w in flaw.smooth]
        longest = flaw.smooth[-1][1]
        opening = longest.tractions(sampled[id(longest)] + residual)[:, 1]
        order = np.argsort(longest.distances)
        least = np.minimum.accumulate(opening[order])
        stress = np.interp(lengths, longest.distances[order], least)
        fracture = self.case.materials[flaw.placed.region].fracture
        if fracture is None or fracture.toughness is None or fracture.theoretical_strength is None:
            return None
        return nucleation(
            lengths, np.array(one), stress, float(fracture.toughness), float(fracture.theoretical_strength)
        )


def states_of(flaw: ProbedFlaw) -> tuple[str, ...]:
    """States of the faces that are asked for."""
    return {"metal": ("filled",), "dry": ("dry",), "both": ("filled", "dry")}[flaw.placed.flaw.faces]


def _worst(intensities: Array) -> Array:
    """(K_I, K_II) of the tip that is nearest to growth; where all are closed, of that with the largest K_I."""
    equivalent = equivalent_intensity(intensities[:, 0], intensities[:, 1])
    return np.asarray(intensities[int(np.lexsort((intensities[:, 0], equivalent))[-1])])


def _slots(flaws: list[ProbedFlaw]) -> list[tuple[ProbedFlaw, SlitWeights]]:
    """All weights of some flaws, each with its flaw."""
    return [(flaw, weights) for flaw in flaws for weights in (*flaw.weights, *(w for _, w in flaw.smooth))]


def _smooth_slits(case: Case, block: Flaws, placed: PlacedFlaw) -> list[Slit]:
    """Short slits straight into the smooth surface at a flaw, for the coupled criterion."""
    surface, fracture = placed.surface, case.materials[placed.region].fracture
    if block.criterion != "coupled" or surface is None or fracture is None:
        return []
    if fracture.toughness is None or fracture.theoretical_strength is None:
        return []
    scale = float(fracture.toughness / fracture.theoretical_strength) ** 2
    kind = placed.slits[0].kind
    straight = kind == "symmetric" or surface.at_end is None
    return [
        Slit(surface.place, surface.place + float(share) * scale * surface.inward, kind if straight else "surface")
        for share in NUCLEATION_LENGTHS
    ]


def _weighed(case: Case, block: Flaws, placed: list[PlacedFlaw], comm: MPI.Intracomm) -> list[ProbedFlaw]:
    """Weight functions of all slits, each found by one rank."""
    tasks = [(flaw, slit) for flaw in placed for slit in (*flaw.slits, *_smooth_slits(case, block, flaw))]
    own: dict[int, SlitWeights] = {}
    problem: str | None = None
    try:
        for number in range(comm.rank, len(tasks), comm.size):
            flaw, slit = tasks[number]
            own[number] = slit_weights(slit_mesh(flaw.loops, slit), elastic_of(case, flaw.region))
    except (MeshBuildError, RuntimeError, ValueError) as error:  # SuperLU and NumPy raise the last two
        problem = f"the slit of flaw {flaw.flaw.name} with a length of {slit.length:.3g} m: {error}"
    found = first_problem(comm, problem)
    if found is not None:
        raise MeshError(found)
    known = {number: weights for part in comm.allgather(own) for number, weights in part.items()}
    result, start = [], 0
    for flaw in placed:
        smooth = _smooth_slits(case, block, flaw)
        middle, end = start + len(flaw.slits), start + len(flaw.slits) + len(smooth)
        short = tuple((slit.length, known[number]) for slit, number in zip(smooth, range(middle, end), strict=True))
        result.append(ProbedFlaw(flaw, tuple(known[number] for number in range(start, middle)), short))
        start = end
    return result
