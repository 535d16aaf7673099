"""What stress takes of the voltage of a plated interface, in the three forms of the literature.

consistent
    The work that growth does against the stress for each charge, free energy included. With the growth work W of the
    body per unit of ln(Jg), the power i A eta equals the power of growth: eta = (Vm/(F h A)) sum W/Jg, or of a column
    (Vm/(F V_k)) sum W_pk W_p/Jg_p (`fields/growth_columns.py`). It is the
    Eshelby-like force of deposition (Narayan and Anand, J. Electrochem. Soc. 167 (2020) 040525).
constant_volume
    p Vm/F with the mean pressure of the metal or column, of atoms that do not shrink (Gao et al. 2022, Eq. 2).
normal_traction
    -n.sigma.n Vm/F, mean over the interface (Roy, Fleck and Deshpande, Extreme Mech. Lett. 2021, Eq. 2.4).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.config.electrochemistry import StressTerm
from platingx.constants import FARADAY
from platingx.fields.recovery_kernel import GROWTH_DRIVE
from platingx.fields.solid_region import SolidRegion
from platingx.fields.surface_hats import sums_over_ranks

__all__ = ["MetalOverpotential", "Whole", "metal_overpotential"]

MetalOverpotential = Callable[[Array], Array]
"""From the displacement (local nodes, dimension) to the overpotential, V: of each column, or one of an even layer,
shape (columns,) or (1,). Collective, the same on all ranks."""


class Sums(Protocol):
    """Parts of a metal that are looked at each by itself."""

    def sums(self, amounts: Array) -> Array:
        """Sums of what belongs to quadrature points (cells, points) over each part, shape (parts,). Collective."""


@dataclass(frozen=True)
class Whole:
    """The metal as one part."""

    comm: MPI.Intracomm

    def sums(self, amounts: Array) -> Array:
        """Sum over the metal, to the last bit the same on all ranks. Collective."""
        return sums_over_ranks(self.comm, np.array([amounts.sum()]))


def metal_overpotential(
    term: StressTerm,
    region: SolidRegion,
    parts: Sums,
    molar_volume: float,
    volumes: Array,
    traction: Callable[[], Callable[[Array], Array]],
) -> MetalOverpotential:
    """Give the overpotential of a metal in the form of a case.

    Parameters
    ----------
    term
        Name of the form.
    region
        The metal.
    parts
        The whole of it, or its columns.
    molar_volume
        Vm, m3/mol.
    volumes
        Volume that the deposit of each part is spread over, m3 (m2 in plane strain).
    traction
        Makes what gives the mean normal stress on the interface of each part, tension positive, Pa, from the
        displacement. Both are collective.
    """

    def consistent(displacement: Array) -> Array:
        work = region.point_results(displacement).energies[..., GROWTH_DRIVE] / region.growth
        return np.asarray(parts.sums(work) * molar_volume / (FARADAY * volumes))

    def constant_volume(displacement: Array) -> Array:
        stress, present = region.stress_and_volumes(displacement)
        pressure = -stress[..., :3].sum(axis=2) / 3.0
        integral, volume = parts.sums(pressure * present[..., 2]), parts.sums(present[..., 2])
        return np.asarray(integral / volume * molar_volume / FARADAY)

    def nothing(_displacement: Array) -> Array:
        return np.zeros_like(volumes)

    if term == "normal_traction":
        normal = traction()
        return lambda displacement: np.asarray(-normal(displacement) * molar_volume / FARADAY)
    return {"consistent": consistent, "constant_volume": constant_volume, "none": nothing}[term]
