"""What stress takes of the voltage of a plated interface, in the three forms of the literature.

consistent
    The work that growth does against the stress for each charge, free energy included. With the growth work W of the
    body per unit of ln(Jg), the power i A eta equals the power of growth: eta = (Vm/(F h A)) sum W/Jg. It is the
    Eshelby-like force of deposition (Narayan and Anand, J. Electrochem. Soc. 167 (2020) 040525).
constant_volume
    p Vm/F with the mean pressure of the metal, of atoms that do not shrink (Gao et al. 2022, Eq. 2).
normal_traction
    -n.sigma.n Vm/F, mean over the interface (Roy, Fleck and Deshpande, Extreme Mech. Lett. 2021, Eq. 2.4).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.config.electrochemistry import StressTerm
from platingx.constants import FARADAY
from platingx.fields.recovery_kernel import GROWTH_DRIVE
from platingx.fields.solid_region import SolidRegion

__all__ = ["MetalOverpotential", "metal_overpotential"]

MetalOverpotential = Callable[[Array], float]
"""From the displacement (local nodes, dimension) to the overpotential, V. Collective, the same on all ranks."""


def metal_overpotential(
    term: StressTerm,
    region: SolidRegion,
    comm: MPI.Intracomm,
    molar_volume: float,
    layer_volume: float,
    traction: Callable[[], Callable[[Array], float]],
) -> MetalOverpotential:
    """Give the overpotential of a metal in the form of a case.

    Parameters
    ----------
    term
        Name of the form.
    region
        The metal.
    comm
        Communicator.
    molar_volume
        Vm, m3/mol.
    layer_volume
        Plated area times the thickness that the deposit is spread over, m3 (m2 in plane strain).
    traction
        Makes what gives the mean normal stress on the interface, tension positive, Pa, from the displacement. Both are
        collective.
    """

    def consistent(displacement: Array) -> float:
        work = region.point_results(displacement).energies[..., GROWTH_DRIVE] / region.growth
        return _sum(comm, np.array([work.sum()]))[0] * molar_volume / (FARADAY * layer_volume)

    def constant_volume(displacement: Array) -> float:
        stress, volumes = region.stress_and_volumes(displacement)
        pressure = -stress[..., :3].sum(axis=2) / 3.0
        integral, volume = _sum(comm, np.array([(pressure * volumes[..., 2]).sum(), volumes[..., 2].sum()]))
        return integral / volume * molar_volume / FARADAY

    def nothing(_displacement: Array) -> float:
        return 0.0

    if term == "normal_traction":
        normal_stress = traction()
        return lambda displacement: -normal_stress(displacement) * molar_volume / FARADAY
    return {"consistent": consistent, "constant_volume": constant_volume, "none": nothing}[term]


def _sum(comm: MPI.Intracomm, numbers: Array) -> list[float]:
    """Sums over ranks, to the last bit the same on all of them."""
    comm.Allreduce(MPI.IN_PLACE, numbers)
    found: list[float] = comm.bcast(numbers.tolist(), root=0)
    return found
