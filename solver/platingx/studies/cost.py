"""What a study is going to cost: time and disk, from the points that have run, or from sizes and steps before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from platingx.config.case import Case
from platingx.config.reduced_case import ReducedCase
from platingx.run.meshing import mesh_data
from platingx.studies.points import Plan, Point

__all__ = ["Cost", "estimate", "estimate_runs"]

SECONDS_OF_CELL = {2: 1.0e-4, 3: 1.2e-3}
"""Wall time of a cell and step on one core by dimension: shipped cases on coarse meshes, one of two cores, AMD EPYC."""
SECONDS_OF_RUN = 0.2
"""Mesh, folder and files of a point in a warm worker on the same machine."""
SECONDS_OF_STUDY = 10.0
"""Start of driver and workers with their kernels, and table, figures and report at the end, on the same machine."""
BYTES_OF_CELL = 2200
"""Checkpoint, mesh and fields of one instant, for each cell, in the folders of the same runs."""
STEPS_OF_START = 8
"""Steps in which the size grows from its first value, as in the shipped cases."""
FLOWING = 5.5
"""How much longer a run takes in which the metal can flow to a free side: two to four times the steps, twice the
iterations (shipped studies: 3.6 to 9.1)."""
LARGEST_SAMPLE = 30
_TRUST = "a rough estimate for an idle machine; it may be off several times"


@dataclass(frozen=True)
class Cost:
    """Estimated cost of points.

    Attributes
    ----------
    seconds
        Wall time of all of them, one after the other.
    size
        Bytes on disk.
    source
        What the estimate rests on.
    """

    seconds: float
    size: float
    source: str

    @property
    def disk(self) -> str:
        """The bytes in words: two digits in MB, or GB."""
        size, unit = (self.size / 1e9, "GB") if self.size >= 995e6 else (self.size / 1e6, "MB")
        return f"{float(f'{size:.2g}'):g} {unit}"

    def wall(self, workers: int) -> float:
        """Wall time of the study with some workers, s, from its command to its report."""
        return SECONDS_OF_STUDY + self.seconds / workers


def estimate(plan: Plan, points: Sequence[Point]) -> Cost:
    """Estimate the cost of points that have not run.

    Parameters
    ----------
    plan
        The study.
    points
        Those of it that are to run.

    Notes
    -----
    Steps follow from the largest growth in a step and the start with small steps, and time from the number of cells of
    the first point's mesh; metal that can flow takes longer by what the shipped studies took.
    """
    if not points:
        return Cost(0.0, 0.0, "nothing is left to run")
    every = max(1, len(points) // LARGEST_SAMPLE)
    cases = [plan.case_at(point) for point in points[::every]]
    solids = [case for case in cases if isinstance(case, Case)]
    if not solids:
        return _of_reduced([case for case in cases if isinstance(case, ReducedCase)], len(points))
    data = mesh_data(solids[0])
    cells = len(data.cells)
    steps = sum(_steps(case) for case in solids) / len(solids)
    seconds = SECONDS_OF_RUN + steps * cells * SECONDS_OF_CELL[data.dimension]
    text = f"{cells} cells a point; {_TRUST}"
    return Cost(seconds * len(points), float(BYTES_OF_CELL * cells * len(points)), text)


def estimate_runs(runs: Sequence[tuple[Case, float, float]]) -> Cost:
    """Estimate the cost of runs of cases on meshes of other fineness, with other steps.

    Parameters
    ----------
    runs
        Cases, with the factors on the refinement of their mesh and on the number of their steps.
    """
    meshes: dict[int, tuple[int, int]] = {}
    seconds = size = 0.0
    for case, finer, more in runs:
        if id(case) not in meshes:
            data = mesh_data(case)
            meshes[id(case)] = len(data.cells), data.dimension
        cells, dimension = meshes[id(case)]
        cells_of_run = cells * finer**dimension
        seconds += SECONDS_OF_RUN + more * _steps(case) * cells_of_run * SECONDS_OF_CELL[dimension]
        size += BYTES_OF_CELL * cells_of_run
    return Cost(seconds, size, _TRUST if runs else "nothing is left to run")


def _of_reduced(cases: Sequence[ReducedCase], points: int) -> Cost:
    """Cost of cases without a mesh, as each estimates it."""
    seconds, rows = (sum(values) / len(cases) for values in zip(*(case.estimated_cost for case in cases), strict=True))
    size = sum(case.estimated_cost[1] * case.bytes_of_row for case in cases) / len(cases)
    text = f"{rows:.0f} rows a point; {_TRUST}"
    return Cost((SECONDS_OF_RUN + seconds) * points, size * points, text)


def _steps(case: Case) -> float:
    """Number of steps that the growth needs, in steps of metal that cannot flow."""
    thickness = case.nominal_thickness
    smallest, largest = (1.0, 1.0) if thickness is None else case.layer.stretches(thickness)
    way = math.log(max(largest, 1.0)) - math.log(max(min(smallest, 1.0), 1e-3))
    steps = STEPS_OF_START + way / float(case.time.maximum_growth_increment) + len(case.time.milestones)
    flows = "free" in (case.constraints.metal_side, case.constraints.collector) or bool(case.contact)
    return steps * (FLOWING if flows else 1.0)
