"""The iterative solver against the direct one on the shipped cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.post.history_differences import history_differences
from platingx.post.run_difference import Tolerance
from platingx.post.scales import display_scale
from platingx.run.meshing import load_mesh
from platingx.run.shipped import shipped_case_files, shipped_cases_folder
from platingx.verification.drawing import COLOURS
from platingx.verification.models.case_march import MarchedCase, march_case
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row

__all__ = ["PROBLEM", "STRESS_TOLERANCE", "YIELDING_TOLERANCE", "compare", "rows_of"]

COARSE = {"eruption.yaml": "0.3", "low_rate.yaml": "0.3", "eruption_3d.yaml": "0.4"}
"""Cases of the coarse effort, with their refinement."""
FULL = {"": "0.4", "_3d.yaml": "0.6", "confined_pit_3d.yaml": None}
"""Refinement of the full effort, by how the name of a case ends, the last that fits; None: that of the case."""

NEWTON_TOLERANCE = 1e-9
"""A tenth of the default, so that the linear solvers are compared rather than where Newton's method happens to stop."""

STRESS_TOLERANCE = 5e-6
"""Both runs stop at a share e of the forces at work, in the norm over N components. A single one of them may be off by
sqrt(N) times as much: 2 sqrt(50,000) 1e-8 at the size from which `automatic` iterates and at Newton's default."""
YIELDING_TOLERANCE = 2e-5
"""What changes of shape of flowing metal decide: twice 1e-8 of the forces of GPa, over a resistance of MPa."""

PEAKS = {
    "max_pressure_li": "peak pressure of the metal",
    "max_principal_stress_llzo": "peak principal stress of the ceramic",
}

STATEMENT = r"""Every shipped case is run twice on the same mesh: with `solver.preset: direct` (MUMPS factorises the
tangent), and with `iterative` (Krylov's method on displacement and volume strain with multigrid, `docs/theory.md`). The
first run chooses the time steps, the second takes the same ones: otherwise one Newton iteration more or less would
change the next step, and the error of integration in time would hide that of the solver. Nothing else differs.

The results may differ by what Newton's method leaves, a share $e$ of the forces at work in the norm over $N$
components. The tolerances are those of the default $e=10^{-8}$:

- **Stress.** A single force may be off by $\sqrt N$ times $e$. With two runs and the $N=50\,000$ from which `automatic`
  iterates: $2\sqrt N\,e=5\cdot10^{-6}$ of the largest value.
- **Displacement, and every column of the history.** Metal that flows under a pressure of GPa resists changes of its
  shape with MPa, so a share $e$ of the forces is $10^3e$ of its strains: $2\cdot10^3e=2\cdot10^{-5}$ of the largest
  value.

Both bounds were set before the runs. Two cases do not keep them at that tolerance, those whose metal is closed in under
GPa in three dimensions. In `confined_pit_3d` 6 GPa stand against 2 MPa, and the metal moves by 1.2 nm while 57 nm are
plated: displacements differ by $4\cdot10^{-4}$ and stresses by $3\cdot10^{-5}$; those of the direct solver alone move
by $7\cdot10^{-5}$ and $3\cdot10^{-6}$ when Newton's tolerance is tightened. In `eruption_3d` the shear stress of the
metal differs by $4\cdot10^{-5}$. So it is Newton's stop that is seen, and all runs of this page have
`solver.newton.relative_tolerance: 1e-9`."""


@dataclass(frozen=True)
class Compared:
    """A case with its two runs."""

    name: str
    direct: MarchedCase
    iterative: MarchedCase

    @property
    def displacement(self) -> float:
        """Largest difference of the displacements at the end over the largest displacement."""
        return _largest(self.iterative.displacement - self.direct.displacement) / _largest(self.direct.displacement)

    @property
    def stress(self) -> float:
        """Largest difference of the nodal stresses at the end over the largest stress."""
        return _largest(self.iterative.stresses - self.direct.stresses) / _largest(self.direct.stresses)

    @property
    def history(self) -> float:
        """Largest difference of a column of the history over its largest value."""
        found = history_differences(self.direct.history, self.iterative.history, Tolerance(0.0))[0]
        return max((entry.relative or 0.0 for entry in found), default=0.0)


def _largest(values: Any) -> float:
    return float(np.abs(values).max())


def compare(file: str, refinement: str | None) -> Compared:
    """Run a shipped case with both solvers, on its own mesh or at a given refinement."""
    changes = [] if refinement is None else [("geometry.mesh.refinement", refinement)]
    case = load_case(shipped_cases_folder() / file, changes)
    case = case.with_values({"solver.newton.relative_tolerance": NEWTON_TOLERANCE})
    loaded = load_mesh(case, MPI.COMM_SELF)
    direct = march_case(case.with_values({"solver.preset": "direct"}), loaded)
    iterative = march_case(case.with_values({"solver.preset": "iterative"}), loaded, direct.steps)
    return Compared(case.name, direct, iterative)


def run(effort: Effort) -> Outcome:
    """Compare the solvers on all shipped cases, or on three of them with coarse meshes."""
    chosen: dict[str, str | None] = dict(COARSE)
    if effort == "full":
        chosen = {file: _refinement(file) for file in shipped_case_files(Case)}
    found = [compare(file, refinement) for file, refinement in chosen.items()]
    meshes = [f"cases/{file}" + (f", refinement {value}" if value else "") for file, value in chosen.items()]
    caption = (
        "Largest difference between the results of the iterative and of the direct solver, over the largest value."
        " Dashes: tolerances of stress (left) and of displacement and history (right)."
    )
    return Outcome(
        rows=tuple(row for case in found for row in rows_of(case)),
        pictures=(Picture("differences", caption, lambda figure: draw(figure, found), (6.4, 4.0)),),
        notes=(SIZES + "\n" + "\n".join(_size(case) for case in found),),
        input="\n".join(meshes),
    )


def _refinement(file: str) -> str | None:
    return [value for ending, value in FULL.items() if file.endswith(ending)][-1]


def rows_of(case: Compared) -> list[Row]:
    """Give the numbers of a case beside those of the direct solver."""
    source = "direct solver, same steps"
    rows = []
    for quantity, words in PEAKS.items():
        expected, computed = case.direct.peak(quantity), case.iterative.peak(quantity)
        scale = display_scale([expected], "Pa")
        pair = (expected / scale.factor, computed / scale.factor)
        rows.append(Row(case.name, words, scale.label, *pair, STRESS_TOLERANCE, source, "independent"))
    for words, difference, tolerance in (
        ("stresses at the end, largest difference", case.stress, STRESS_TOLERANCE),
        ("displacements at the end, largest difference", case.displacement, YIELDING_TOLERANCE),
        ("all columns of the history, largest difference", case.history, YIELDING_TOLERANCE),
    ):
        rows.append(Row(case.name, words, "", 0.0, difference, tolerance, source, "independent", absolute=True))
    return rows


SIZES = """Sizes of the runs:

| case | displacement unknowns | steps | Krylov iterations of a linear solve, mean |
|---|---|---|---|"""


def _size(case: Compared) -> str:
    iterative = case.iterative
    return f"| {case.name} | {iterative.unknowns:,} | {len(iterative.steps)} | {iterative.iterations:.0f} |"


def draw(figure: Figure, found: list[Compared]) -> None:
    """Differences by case, logarithmic, beside their tolerances."""
    axes: Any = figure.subplots()
    places = np.arange(len(found))[::-1]
    kinds = {
        "stress": [case.stress for case in found],
        "displacement": [case.displacement for case in found],
        "history": [case.history for case in found],
    }
    for (label, values), colour, marker in zip(kinds.items(), COLOURS, "osD", strict=False):
        axes.semilogx(np.maximum(values, 1e-16), places, marker, color=colour, markersize=5, label=label)
    for tolerance in (STRESS_TOLERANCE, YIELDING_TOLERANCE):
        axes.axvline(tolerance, color="0.4", linestyle="--", linewidth=1)
    axes.set_yticks(places, [case.name for case in found])
    axes.set_xlabel("difference over largest value")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False)


PROBLEM = Problem(
    name="iterative-direct",
    title="Iterative and direct solver on the shipped cases",
    part="verification",
    statement=STATEMENT,
    sources=(
        "P. R. Amestoy et al., SIAM J. Matrix Anal. Appl. 23 (2001) 15: MUMPS",
        "`docs/theory.md`, large problems",
    ),
    run=run,
    minutes=3.0,
)
