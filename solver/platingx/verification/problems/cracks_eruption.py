"""Critical pressures of flaws at the pit of the main case: superposition against runs with a slit in their mesh."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.config.loader import load_case
from platingx.post.history import read_history, read_summary
from platingx.run.flaw_table import toughness_of
from platingx.run.runner import run_case
from platingx.run.shipped import shipped_cases_folder
from platingx.verification.models.slit_runs import CrackedRun, cracked_run
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row

TOLERANCE = 0.03
LENGTHS = {"coarse": (100.0,), "full": (1.0, 10.0, 100.0, 500.0)}
"""nm."""

STATEMENT = r"""
The flaws of a run are judged by superposition: the finite-strain stress of the whole ceramic loads a slit in a linear
elastic ceramic. Here the same flaws are in the mesh of the run itself: part of the plane of symmetry below the tip of
the pit is released and bears the pressure that the metal has at the tip, and the energy release rate of the
finite-strain solution is the domain integral of the energy-momentum tensor,

$$J = \int_A (P_{iJ}\,u_{i,1} - W\,\delta_{1J})\,q_{,J}\,dA - \int_{faces} t_i\,u_{i,1}\,q\,ds .$$

The run with the slit ends when the probe says that the flaw begins to grow (in the short run of the tests: earlier);
with $K=\sqrt{J E'}$ there its own critical
pressure is $p\,K_{IC}/K$. The metal just above the tip is released with the slit: its node at the mouth is that of the
ceramic, and held on the plane of symmetry it would keep the flaw shut (10 to 16 % less K).

A prototype, linear elastic with a slit in a mesh of its own under the stress of the pit, gave $K$ at a pressure of
4.9 GPa in proportion to it, and so critical pressures of its own.
"""
PROTOTYPE = {1.0: 4.44, 10.0: 2.98, 100.0: 2.02, 500.0: 1.68}
"""Critical pressures by length (nm), GPa."""


def run(effort: Effort) -> Outcome:
    """The run with its probe, then one run for each length."""
    lengths, coarse = LENGTHS[effort], effort == "coarse"
    changes: dict[str, Any] = {"output.figures": False, "output.fields_every": "milestones"}
    changes |= {"geometry.mesh.refinement": 0.4, "time.end": "2 ms"} if coarse else {}
    flaw = {"name": "tip", "at": "pit_tip", "lengths": [f"{length:g} nm" for length in lengths], "faces": "metal"}
    case = load_case(shipped_cases_folder() / "eruption.yaml")
    with TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        probed = case.with_values({**changes, "fracture": {"flaws": [flaw]}})
        run_case(probed, out, quiet=True, comm=MPI.COMM_SELF)
        history, found = read_history(out), read_summary(out)["fracture"]["flaws"][0]["lengths"]
    times, pressures = history["time_s"].to_numpy(float), history["flaw_pressure_tip_Pa"].to_numpy(float)
    plain = case.with_values(changes)
    toughness = toughness_of(case, "llzo")
    rows, points = [], []
    for length, judged in zip(lengths, found, strict=True):
        end = float(judged.get("time_s", times[-1]))
        cracked = cracked_run(plain, length * 1e-9, times, pressures, end, 0.6 if coarse else 1.0)
        critical = cracked.pressure * toughness / cracked.intensity
        points.append((length, float(judged["critical_pressure_Pa"]), critical))
        rows.append(_row(length, judged, critical, cracked))
    for length, judged in zip(lengths, found, strict=True) if not coarse else ():
        label, value = f"flaw of {length:g} nm", judged["critical_pressure_Pa"] / 1e9
        expected, source = PROTOTYPE[length], "dolfinx prototype"
        rows.append(Row(label, "critical pressure", "GPa", expected, value, 0.05, source, "independent"))
    return Outcome(
        rows=tuple(rows),
        pictures=(
            Picture("pressure", "Critical pressure of filled flaws.", lambda figure: _draw(figure, np.array(points))),
        ),
        notes=("The probe lies below the runs with a slit: it is on the safe side.",),
        input=f"cases/eruption.yaml{', coarse mesh, to 2 ms, pressures in proportion' if coarse else ''}",
    )


def _row(length: float, judged: dict[str, Any], critical: float, cracked: CrackedRun) -> Row:
    label = f"flaw of {length:g} nm"
    source = f"slit in the mesh ({cracked.triangles} triangles), finite strain"
    return Row(
        label, "critical pressure", "GPa", critical / 1e9, judged["critical_pressure_Pa"] / 1e9, TOLERANCE, source,
        "own",
    )  # fmt: skip


def _draw(figure: Figure, points: Array) -> None:
    axes = figure.subplots()
    axes.semilogx(points[:, 0], points[:, 1] / 1e9, "o-", color="#1f4e79", ms=4, label="probe")
    axes.semilogx(
        points[:, 0], points[:, 2] / 1e9, "s", color="#c55a11", ms=4, fillstyle="none", label="slit in the mesh"
    )
    axes.set_xlabel("length of the flaw (nm)")
    axes.set_ylabel("critical pressure (GPa)")
    axes.legend()


PROBLEM = Problem(
    name="cracks-eruption",
    title="Flaws at the pit of the main case against runs with a slit",
    part="verification",
    statement=STATEMENT.strip(),
    sources=("J. D. Eshelby, in Inelastic Behaviour of Solids (1970) 77: energy-momentum tensor at finite strain",),
    run=run,
    minutes=2.0,
)
