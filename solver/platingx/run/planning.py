"""A plan of a large three-dimensional run before there is one: memory, communication, files, time and limits.

The mesh of the case as it stands gives the cell shape and the shares of the regions; the size is a free choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.errors import CaseError, OutputError
from platingx.post.history import read_profile
from platingx.run.meshing import mesh_data
from platingx.run.plan_costs import (
    FINE_PRODUCTS,
    MEASURED,
    OTHER_EXCHANGES,
    REDUCTIONS,
    Network,
    Rates,
    StepTime,
    checkpoint_bytes,
    field_numbers,
    halo_bytes,
    limits,
    step_bytes,
    step_time,
)
from platingx.run.plan_memory import DIMENSION, Counts, cell_sizes, expected_counts, memory
from platingx_meshes.mesh_data import MeshData

__all__ = ["Machine", "Plan", "make_plan", "markdown", "rates_of_run"]

CELLS = {"hexahedron27": "hexahedron", "tetra10": "tetrahedron"}


@dataclass(frozen=True)
class Machine:
    """What a run is planned for: ranks, bytes for each, bytes of an integer of PETSc, and the network."""

    ranks: int
    memory_per_rank: float
    index_bytes: int = 4
    network: Network = field(default_factory=Network)


@dataclass(frozen=True)
class Plan:
    """What a run needs.

    Attributes
    ----------
    cell
        Cell shape.
    unknowns
        Displacement unknowns.
    machine, rates, counts
        What it rests on.
    memory
        Bytes of a rank by what they are for.
    time
        Seconds of a step.
    step_bytes, full_step_bytes, checkpoint_bytes
        Bytes of a step of the fields as the case chooses them, of everything, and of a checkpoint, over all ranks.
    limits
        Whether each is met, and a sentence.
    """

    cell: str
    unknowns: float
    machine: Machine
    rates: Rates
    counts: Counts
    memory: dict[str, float]
    time: StepTime
    step_bytes: float
    full_step_bytes: float
    checkpoint_bytes: float
    limits: list[tuple[bool, str]]

    @property
    def memory_of_rank(self) -> float:
        """All arrays of a rank, bytes."""
        return sum(self.memory.values())


def make_plan(case: Case, unknowns: float, machine: Machine, rates: Rates | None = None) -> Plan:
    """Plan a run of a case with another number of unknowns, with the iterative solver.

    Parameters
    ----------
    case
        A three-dimensional case; its mesh is built as it stands, in this process.
    unknowns
        Displacement unknowns.
    machine
        Where it is to run.
    rates
        Measured rates; those of the development machine if None.

    Raises
    ------
    CaseError
        If the case is not three-dimensional.
    """
    data = mesh_data(case)
    cell = CELLS.get(data.cell_type)
    if cell is None:
        raise CaseError(f"case {case.name} is not three-dimensional: only large 3D runs are planned")
    sizes, rates = cell_sizes(cell), rates or MEASURED[cell]
    counts = expected_counts(sizes, unknowns, machine.ranks, _plastic_share(case, data))
    choice = case.output.fields
    cells = counts.cells * machine.ranks
    written = cells * _share(data, list(choice.regions or data.region_names))
    numbers = field_numbers(choice) * written / cells
    needed = memory(counts, sizes, machine.index_bytes, int(np.ceil(rates.iterations)), numbers)
    return Plan(
        cell=cell,
        unknowns=unknowns,
        machine=machine,
        rates=rates,
        counts=counts,
        memory=needed,
        time=step_time(counts, machine.ranks, rates, machine.network),
        step_bytes=step_bytes(choice, sizes, written),
        full_step_bytes=step_bytes(type(choice)(), sizes, cells),
        checkpoint_bytes=checkpoint_bytes(sizes, cells, counts.plastic_cells * machine.ranks),
        limits=limits(counts, machine.ranks, machine.index_bytes, machine.memory_per_rank, sum(needed.values()), sizes),
    )


def _plastic_share(case: Case, data: MeshData) -> float:
    """Share of the cells whose material flows."""
    return _share(data, [name for name, material in case.materials.items() if material.viscoplasticity.law != "none"])


def _share(data: MeshData, names: list[str]) -> float:
    """Share of the cells in some regions."""
    return float(np.isin(data.cell_regions, [data.region_names[name] for name in names]).mean())


def rates_of_run(folder: Path) -> Rates:
    """Rates measured by ``platingx run --profile``.

    Parameters
    ----------
    folder
        Its run folder.

    Raises
    ------
    OutputError
        If the run was not profiled, or has not used the iterative solver.
    """
    profile = read_profile(folder)
    if not profile["counts"].get("Krylov iterations"):
        raise OutputError(f"{folder}: the run has no Krylov iterations; repeat it with solver.preset=iterative")
    data = mesh_data(load_case(folder / "case.resolved.yaml"))
    return Rates.of_profile(profile, len(data.cells), int(profile["unknowns"]), str(folder))


def markdown(plan: Plan) -> str:
    """Write a plan as Markdown tables."""
    return "\n\n".join([_size_text(plan), _memory_text(plan), _cost_text(plan), _limit_text(plan)]) + "\n"


def _size_text(plan: Plan) -> str:
    counts, machine = plan.counts, plan.machine
    return (
        f"{plan.unknowns:.3g} displacement unknowns on {machine.ranks} ranks, {plan.cell} cells: "
        f"{counts.cells * machine.ranks:.3g} cells, of which {counts.plastic_cells / counts.cells:.0%} flow; "
        f"a rank has {counts.cells:.3g} cells, {counts.nodes:.3g} nodes and {counts.ghost_nodes:.3g} ghosts."
    )


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _memory_text(plan: Plan) -> str:
    unknowns = plan.counts.nodes * DIMENSION
    rows = [
        (name, f"{size / 1e6:.3g}", f"{size / unknowns:.3g}")
        for name, size in sorted(plan.memory.items(), key=lambda item: -item[1])
    ]
    total = plan.memory_of_rank
    rows.append(("**all**", f"**{total / 1e6:.3g}**", f"**{total / unknowns:.3g}**"))
    return _table(("memory of a rank", "MB", "bytes per unknown"), rows)


def _cost_text(plan: Plan) -> str:
    rates, time, latency = plan.rates, plan.time, plan.machine.network
    exchanges = FINE_PRODUCTS + OTHER_EXCHANGES
    rows = [
        (
            "received in a Krylov iteration, a rank",
            f"{exchanges} exchanges, {exchanges * halo_bytes(plan.counts):.3g} B",
        ),
        ("sums over all ranks in a Krylov iteration", f"{REDUCTIONS}"),
        ("Krylov iterations of a step", f"{rates.newton * rates.iterations:.3g}"),
        ("time of a step: elements", f"{time.elements:.3g} s"),
        ("assembly and set-up", f"{time.assembly:.3g} s"),
        ("linear solves", f"{time.solve:.3g} s"),
        ("exchange of ghosts", f"{time.exchange:.3g} s"),
        ("sums over all ranks", f"{time.reductions:.3g} s"),
        ("**a step**", f"**{time.total:.3g} s**"),
        ("fields of a step, as the case chooses", f"{plan.step_bytes / 1e9:.3g} GB"),
        ("fields of a step, everything", f"{plan.full_step_bytes / 1e9:.3g} GB"),
        ("a checkpoint", f"{plan.checkpoint_bytes / 1e9:.3g} GB"),
    ]
    network = f"{latency.latency:.3g} s a message, {latency.bandwidth:.3g} B/s a rank"
    note = f"Rates: {rates.source}. Network (assumed): {network}."
    return _table(("cost", ""), rows) + "\n\n" + note


def _limit_text(plan: Plan) -> str:
    return _table(("met", "what breaks first"), [("**yes**" if met else "no", text) for met, text in plan.limits])
