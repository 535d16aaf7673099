"""Communication, files and time of a large run from the counts of `plan_memory`, and what breaks first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log2
from typing import Any

from platingx.config.output import FieldChoice
from platingx.run.plan_memory import DIMENSION, REAL, SHORT, CellSizes, Counts

__all__ = [
    "MEASURED",
    "Network",
    "Rates",
    "StepTime",
    "checkpoint_bytes",
    "field_numbers",
    "halo_bytes",
    "limits",
    "step_bytes",
    "step_time",
]

LARGEST_32_BIT = 2**31 - 1
SMOOTHING = 3
"""Steps of the smoother before and after the coarse correction."""
FINE_PRODUCTS = 2 * SMOOTHING + 2
"""Products with the fine matrix in a Krylov iteration: smoothing, its residual and the operator itself."""
OTHER_EXCHANGES = 5
"""Exchanges of ghost values besides: interpolation, restriction, forces of the volume strain twice, displacements."""
REDUCTIONS = 2
"""Sums over all ranks in a Krylov iteration: products with the basis (classical Gram-Schmidt), and the norm."""


@dataclass(frozen=True)
class Rates:
    """Seconds of one core, measured.

    Attributes
    ----------
    evaluation
        Element kernel, for each cell and evaluation.
    assembly
        Both matrices and the set-up of the preconditioner, for each cell and Newton iteration.
    iteration
        Krylov's method with its preconditioner, for each displacement unknown and iteration.
    iterations
        Krylov iterations of a linear solve.
    newton, evaluations
        Newton iterations of a step, and evaluations of the elements in it.
    source
        Where they come from.
    """

    evaluation: float
    assembly: float
    iteration: float
    iterations: float
    newton: float
    evaluations: float
    source: str

    @classmethod
    def of_profile(cls, profile: Mapping[str, Any], cells: int, unknowns: int, source: str) -> Rates:
        """Rates of a run with ``--profile`` and the iterative solver.

        Parameters
        ----------
        profile
            Content of profile.json.
        cells, unknowns
            Of its mesh.
        source
            Name of the run.
        """
        counts, phases = profile["counts"], profile["phases"]
        seconds = {name: phases[name]["cpu_mean_s"] * profile["ranks"] for name in phases}
        solves, krylov = counts["linear solves"], max(counts["Krylov iterations"], 1)
        return cls(
            evaluation=seconds["element kernel"] / counts["evaluations"] / cells,
            assembly=(seconds["matrix assembly"] + seconds["solver set-up"]) / solves / cells,
            iteration=seconds["linear solve"] / krylov / unknowns,
            iterations=krylov / solves,
            newton=counts["Newton iterations"] / counts["steps"],
            evaluations=counts["evaluations"] / counts["steps"],
            source=source,
        )


_HERE = "measured on one of two cores of an AMD EPYC, {}, CPU time; replace them by --rates RUN"
MEASURED = {
    "hexahedron": Rates(3.94e-5, 1.07e-4, 5.97e-7, 33, 2.3, 3.3, _HERE.format("eruption_3d, 1496 cells")),
    "tetrahedron": Rates(1.81e-5, 2.98e-5, 3.82e-7, 27, 2.1, 3.1, _HERE.format("confined_pit_3d, 10562 cells")),
}
"""Rates where a user has none, by cell shape."""


@dataclass(frozen=True)
class Network:
    """Latency of a message in s, and bandwidth of a rank in bytes/s. Assumptions unless measured."""

    latency: float = 2e-6
    bandwidth: float = 1e9


@dataclass(frozen=True)
class StepTime:
    """Seconds of a step on every rank, by what they are for."""

    elements: float
    assembly: float
    solve: float
    exchange: float
    reductions: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.elements + self.assembly + self.solve + self.exchange + self.reductions


def halo_bytes(counts: Counts) -> float:
    """Bytes that a rank receives in one exchange of nodal vectors."""
    return REAL * DIMENSION * counts.ghost_nodes


def step_time(counts: Counts, ranks: int, rates: Rates, network: Network) -> StepTime:
    """Time of a step. The coarse problem is part of the measured rate, so that its poorer scaling is left out."""
    solves = rates.newton * rates.iterations
    messages = 26 if ranks > 1 else 0  # neighbours of a cube
    exchange = messages * network.latency + halo_bytes(counts) / network.bandwidth
    return StepTime(
        elements=rates.evaluations * rates.evaluation * counts.cells,
        assembly=rates.newton * rates.assembly * counts.cells,
        solve=solves * rates.iteration * DIMENSION * counts.nodes,
        exchange=solves * (FINE_PRODUCTS + OTHER_EXCHANGES) * exchange,
        reductions=solves * REDUCTIONS * network.latency * 2 * log2(ranks),
    )


def field_numbers(choice: FieldChoice) -> int:
    """Numbers that a step of the fields holds for each node, without the mesh."""
    return 1 + sum(DIMENSION if name == "displacement" else 1 for name in choice.names)


def step_bytes(choice: FieldChoice, sizes: CellSizes, cells: float) -> float:
    """Bytes of a step of the fields after the first, before compression.

    Parameters
    ----------
    choice
        What is written.
    sizes
        Cell shape.
    cells
        Cells of the written regions, over all ranks.
    """
    number = 4 if choice.precision == "single" else 8
    mesh = DIMENSION * number + 8 * (sizes.mesh_nodes + 1) / sizes.mesh_nodes if choice.mesh == "every_step" else 0.0
    return cells * sizes.mesh_nodes * (number * field_numbers(choice) + mesh + 9)


def checkpoint_bytes(sizes: CellSizes, cells: float, plastic_cells: float) -> float:
    """Bytes of a checkpoint over all ranks: three nodal vectors cell by cell, volume strain twice, state and growth.

    The cells that grow are taken for those that flow.
    """
    numbers = 3 * DIMENSION * sizes.nodes + 2 * sizes.modes
    return cells * (REAL * numbers + 2 * REAL) + plastic_cells * REAL * (9 * sizes.points + 1)


def mesh_on_rank_0(sizes: CellSizes, cells: float) -> float:
    """Bytes of the mesh on rank 0, which builds all of it: coordinates, cells, and once more as Gmsh has them."""
    return 2 * cells * (REAL * DIMENSION * sizes.mesh_nodes_per_cell + 2 * SHORT * (sizes.mesh_nodes + 1))


def limits(
    counts: Counts, ranks: int, index_bytes: int, memory_per_rank: float, needed: float, sizes: CellSizes
) -> list[tuple[bool, str]]:
    """What a large run meets, worst first: whether it is met here, and a sentence.

    Parameters
    ----------
    counts, sizes
        Of a rank, and the cell shape.
    ranks
        Number of ranks.
    index_bytes
        Size of an integer of PETSc.
    memory_per_rank, needed
        Memory there is, and memory of all arrays, bytes.
    """
    entries = counts.owned_blocks * DIMENSION**2
    mesh = mesh_on_rank_0(sizes, counts.cells * ranks)
    unknowns = counts.nodes * DIMENSION * ranks
    read = ranks * checkpoint_bytes(sizes, counts.cells * ranks, counts.plastic_cells * ranks)
    small = index_bytes == 4
    return [
        (
            mesh + needed > memory_per_rank,
            f"rank 0 builds the whole mesh by itself: {mesh / 1e9:.3g} GB, and the time of a serial program",
        ),
        (needed > memory_per_rank, f"arrays of {needed / 1e9:.3g} GB a rank, of {memory_per_rank / 1e9:.3g} GB"),
        (
            small and unknowns > LARGEST_32_BIT,
            f"{unknowns:.3g} unknowns; PETSc with 32-bit integers numbers up to {LARGEST_32_BIT:.3g}",
        ),
        (
            small and counts.owned_blocks > LARGEST_32_BIT,
            f"{counts.owned_blocks:.3g} blocks ({entries:.3g} entries) a rank; 32-bit row starts count up to "
            f"{LARGEST_32_BIT:.3g} blocks",
        ),
        (counts.nodes < 3000, f"{counts.nodes:.3g} nodes a rank: below some 3000 exchange outweighs work"),
        (
            ranks > 1000,
            f"{ranks} files in each checkpoint, one of each rank; in a resumption every rank reads all of them, "
            f"{read / 1e12:.3g} TB together",
        ),
    ]
