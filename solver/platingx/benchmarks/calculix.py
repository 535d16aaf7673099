"""The same mesh, materials and growth solved by CalculiX: ratios of processor time."""

from __future__ import annotations

import resource
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from mpi4py import MPI

from platingx.benchmarks.cases import NO_PICTURES, Job, run_job
from platingx.benchmarks.measurement import ALL, CPU, Collector, Context, Row
from platingx.benchmarks.solve import TOLERANCE, measure_solve, right_side
from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.errors import ConvergenceError
from platingx.exchange.calculix import calculix_deck
from platingx.exchange.ccx import CalculixRun, ccx_program, run_ccx
from platingx.run.meshing import load_mesh
from platingx.run.model import build_model
from platingx.run.shipped import shipped_cases_folder

__all__ = ["run"]

MINUTES = 10.0
"""Time after which a run of CalculiX is given up."""
CREEP_TOLERANCE = 0.01
"""CETOL of the deck: creep strain by which an increment may err, of the size that steps of ours may have."""
MICROMETRE = 1e-6
PIT_3D, PIT_2D = "benchmarks/confined_pit_3d.yaml", "benchmarks/closed_pit.yaml"
SMALL_GROWTH = "1.85 ms"  # growth by 1e-4: finite strain does not matter
ELASTIC = {
    **NO_PICTURES,
    "materials.li.viscoplasticity": "{law: none}",
    "time.end": SMALL_GROWTH,
    "time.initial_step": SMALL_GROWTH,
    "time.maximum_step": SMALL_GROWTH,
}
STATIC = "*STATIC"
SOLVERS = {"direct": STATIC, "iterative": f"{STATIC}, SOLVER=ITERATIVE CHOLESKY"}


@dataclass(frozen=True)
class Theirs:
    """A run of CalculiX (None if it failed or was given up), its processor time (s), and its increments.

    These have iterations, and the time at their end (s).
    """

    run: CalculixRun | None
    cpu: float
    increments: tuple[tuple[int, float], ...]

    def largest_displacement(self) -> float:
        """Largest displacement of a node of a run that ended well, m."""
        assert self.run is not None
        return MICROMETRE * float(np.linalg.norm(self.run.field("DISP").values[:, :3], axis=1).max())


def run(context: Context) -> list[Row]:
    """Compare elastic solves and creeping runs with CalculiX, on one rank and where it is installed."""
    program = ccx_program()
    if program is None:
        context.say("    left out: there is no ccx on the path, and PLATINGX_CCX names none")
        return []
    if context.comm.size > 1:
        context.say("    left out: CalculiX is compared on one rank")
        return []
    collector = Collector("calculix", 1)
    for refinement in ("0.5",) if context.quick else ("0.9", "2.1", "3.25"):
        _compare_elastic(context, collector, program, refinement)
    for file in (PIT_2D,) if context.quick else (PIT_2D, PIT_3D):
        _compare_creep(context, collector, program, file)
    return collector.rows


def _case(file: str, settings: dict[str, str]) -> Case:
    return load_case(shipped_cases_folder() / file, settings.items())


def _solved_by_calculix(program: str, text: str, to_the_end: bool = True) -> Theirs:
    """Run a deck and take the processor time of its process; ConvergenceError where it must get to the end."""
    done: CalculixRun | None = None
    with tempfile.TemporaryDirectory(prefix="platingx-ccx-") as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            done = run_ccx(program, text, Path(folder), MINUTES)
        except ConvergenceError:
            if to_the_end:
                raise
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        status = Path(folder) / "deck.sta"
        increments = _increments(status.read_text(encoding="ascii", errors="replace") if status.exists() else "")
    return Theirs(done, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, increments)


def _increments(status: str) -> tuple[tuple[int, float], ...]:
    """Iterations and end of each increment, from a .sta file: rows of step, increment, attempt, iterations, times.

    A ``U`` behind the number of the attempt says that it was given up.
    """
    rows = (line.split() for line in status.splitlines())
    return tuple((int(row[3]), float(row[4])) for row in rows if len(row) == 7 and row[2].isdigit())


def _compare_elastic(context: Context, collector: Collector, program: str, refinement: str) -> None:
    """One linear elastic solve of the pit: our matrices and solve, our whole run, theirs with either solver."""
    settings = {**ELASTIC, "geometry.mesh.refinement": refinement}
    case = _case(PIT_3D, settings)
    model = build_model(case, load_mesh(case, MPI.COMM_SELF))
    problem, end, subject = model.problem, float(case.time.end), "confined_pit_3d, elastic"
    context.say(f"    {subject}, {problem.unknowns} unknowns")
    problem.begin(end, 0.0)
    problem.evaluate(end)
    ours = {}
    for preset in ("direct", "iterative"):
        times = measure_solve(context, problem, preset, end)
        label = f"platingx, kernel, assembly and {preset} solve"
        ours[preset] = collector.add(subject, problem.unknowns, f"{CPU}, {label}", "s", times.cpu[ALL])
    job = Job(PIT_3D, settings, 1)
    whole = collector.add(subject, problem.unknowns, f"{CPU}, platingx, whole run", "s", [run_job(context, job).cpu])
    problem.linear.assemble()
    moved = problem.linear.solve(right_side(problem), TOLERANCE)[0]
    largest = float(np.linalg.norm(moved, axis=1).max())
    text = calculix_deck(case, small_strain=True).text()
    for solver, command in SOLVERS.items():
        theirs = _solved_by_calculix(program, text.replace(STATIC, command))
        row = collector.add(subject, problem.unknowns, f"{CPU}, CalculiX, {solver}", "s", [theirs.cpu])
        collector.ratio(subject, problem.unknowns, f"CalculiX over platingx, {solver} solve", row, ours[solver])
        collector.ratio(subject, problem.unknowns, f"CalculiX, {solver}, over the whole run of platingx", row, whole)
        agreement, quantity = theirs.largest_displacement() / largest, "largest displacement, CalculiX over platingx"
        collector.add(subject, problem.unknowns, f"{quantity}, {solver}", "1", [agreement])


def _compare_creep(context: Context, collector: Collector, program: str, file: str) -> None:
    """A whole run with creep at finite strain, both from start to end."""
    settings = {**NO_PICTURES}
    if context.quick:
        settings |= {"geometry.mesh.refinement": "0.3", "time.end": "20 ms"}
    job = Job(file, settings, 1)
    context.say(f"    {job.name}, creeping")
    if not context.quick:
        run_job(context, job)  # compiles what is not in the cache yet
    ours = run_job(context, job)
    subject, unknowns = f"{job.name}, creeping", ours.unknowns
    mine = collector.add(subject, unknowns, f"{CPU}, platingx, whole run", "s", [ours.cpu])
    for name in ("steps", "Newton iterations"):
        collector.add(subject, unknowns, f"{name}, platingx", "1", [ours.profile["counts"][name]])
    case = _case(file, settings)
    deck = calculix_deck(case)
    deck = replace(deck, step=replace(deck.step, creep_tolerance=CREEP_TOLERANCE))
    theirs = _solved_by_calculix(program, deck.text(), to_the_end=False)
    ended = "" if theirs.run is not None else ", which did not get to the end"
    row = collector.add(subject, unknowns, f"{CPU}, CalculiX{ended}", "s", [theirs.cpu])
    reached = theirs.increments[-1][1] / float(case.time.end) if theirs.increments else 0.0
    collector.add(subject, unknowns, "share of the time that CalculiX reached", "1", [reached])
    collector.add(subject, unknowns, "steps, CalculiX", "1", [len(theirs.increments)])
    collector.add(
        subject, unknowns, "Newton iterations, CalculiX", "1", [sum(number for number, _ in theirs.increments)]
    )
    collector.ratio(subject, unknowns, f"CalculiX{ended}, over platingx, whole run", row, mine)
