"""The same mesh, materials and growth solved by CalculiX: ratios of processor time."""

from __future__ import annotations

import resource
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from mpi4py import MPI

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.errors import ConvergenceError, OutputError
from platingx.exchange.calculix import calculix_deck
from platingx.exchange.calculix_deck import MEGAPASCAL, MICROMETRE, Deck
from platingx.exchange.calculix_results import read_energies
from platingx.exchange.ccx import LOG, CalculixRun, ccx_program, run_ccx
from platingx.physics.model import build_model
from platingx.run.meshing import load_mesh
from platingx.run.shipped import shipped_cases_folder
from platingx_benchmarks.cases import NO_PICTURES, STRETCH, Job, run_job
from platingx_benchmarks.linear_solve import measure_solve
from platingx_benchmarks.measurement import ALL, CPU, Collector, Context, Row
from platingx_benchmarks.pit import PIT_3D
from platingx_benchmarks.solve import PIT_SIZES

__all__ = ["PARTS_OF_THE_RUN", "SMALL_STRAIN", "run"]

MINUTES = 3.0
"""Time after which a run of CalculiX is given up."""
PARTS_OF_THE_RUN = 128
"""Smallest number of increments of a creeping run: that of the reference figures."""
ANY_CREEP_ERROR = 1.0
"""CETOL that asks for nothing: with the default of an exported deck the run needs some ten thousand increments."""
JOULE = MEGAPASCAL * MICROMETRE**3
PIT_2D = "benchmarks/closed_pit.yaml"
SMALL_STRAIN = 1e-6
_SMALL_GROWTH = "18.5185185 us"  # growth by SMALL_STRAIN
ELASTIC = {
    **NO_PICTURES,
    "materials.li.viscoplasticity": "{law: none}",
    "time.end": _SMALL_GROWTH,
    "time.initial_step": _SMALL_GROWTH,
    "time.maximum_step": _SMALL_GROWTH,
}
REFINEMENT = "geometry.mesh.refinement"
BOTH, ITERATIVE = PIT_SIZES[0].presets, PIT_SIZES[-1].presets
ELASTIC_MESHES = {"0.95": BOTH, "1.3": BOTH, "2.1": ITERATIVE, "3.25": ITERATIVE}
QUICK_MESHES = {"0.4": BOTH}
Meshes = tuple[tuple[str, dict[str, str]], ...]
CREEPING: Meshes = ((PIT_2D, {}), (PIT_3D, {}), (PIT_3D, {REFINEMENT: "0.95"}))
QUICK_CREEPING: Meshes = ((PIT_2D, {REFINEMENT: "0.3", "time.end": "20 ms"}),)
STATIC = "*STATIC"
SOLVERS = {"direct": STATIC, "iterative": f"{STATIC}, SOLVER=ITERATIVE CHOLESKY"}


@dataclass(frozen=True)
class Theirs:
    """A run of CalculiX.

    Attributes
    ----------
    run
        Its results, or None if it failed or was given up.
    cpu
        Processor time, s.
    increments
        Iterations of each increment, and the time at its end, s.
    equations
        As it counts them; 0 if it does not say.
    energy
        Internal energy of all regions, J; 0 where it is not asked for.
    stopped
        Why it did not get to the end.
    """

    run: CalculixRun | None
    cpu: float
    increments: tuple[tuple[int, float], ...]
    equations: int
    energy: float
    stopped: str


def run(context: Context) -> list[Row]:
    """Compare elastic solves and creeping runs with CalculiX, on one rank and where it is installed."""
    program = ccx_program()
    if program is None:
        context.say("    left out: there is no ccx on the path, and PLATINGX_CCX names none")
        return []
    if context.comm.size > 1:
        context.say("    left out: CalculiX is compared on one rank")
        return []
    collector = context.collector("calculix")
    for refinement, presets in (QUICK_MESHES if context.quick else ELASTIC_MESHES).items():
        _compare_elastic(context, collector, program, refinement, presets)
        collector.save()
    for file, settings in QUICK_CREEPING if context.quick else CREEPING:
        _compare_creep(context, collector, program, file, settings)
        collector.save()
    return collector.rows


def _case(file: str, settings: dict[str, str]) -> Case:
    return load_case(shipped_cases_folder() / file, settings.items())


def _solved_by_calculix(program: str, text: str, energies: bool = False) -> Theirs:
    """Run a deck and take the processor time of its process."""
    done: CalculixRun | None = None
    stopped, energy = "", 0.0
    with tempfile.TemporaryDirectory(prefix="platingx-ccx-") as name:
        folder = Path(name)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            done = run_ccx(program, text, folder, MINUTES)
            if energies:
                energy = JOULE * sum(read_energies(folder / "deck.dat").values())
        except ConvergenceError as error:
            stopped = f"time limit of {MINUTES:g} minutes" if "timed out" in str(error) else "stopped by itself"
        except OutputError as error:
            stopped = str(error)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        increments, log = _increments(_text(folder / "deck.sta")), _text(folder / LOG)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    complaint = _last_complaint(log) if stopped else ""
    why = "; its last message: ".join(filter(None, (stopped, complaint)))
    return Theirs(done, cpu, increments, _equations(log), energy, why)


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii", errors="replace") if path.exists() else ""


def _increments(status: str) -> tuple[tuple[int, float], ...]:
    """Iterations and end of each increment, from a .sta file: rows of step, increment, attempt, iterations, times.

    A ``U`` behind the number of the attempt says that it was given up.
    """
    rows = (line.split() for line in status.splitlines())
    return tuple((int(row[3]), float(row[4])) for row in rows if len(row) == 7 and row[2].isdigit())


def _equations(log: str) -> int:
    """Number of equations that CalculiX prints in the line after the words."""
    after = log.partition("number of equations")[2].split()
    return int(after[0]) if after and after[0].isdigit() else 0


def _last_complaint(log: str) -> str:
    """Last error or cut of an increment that CalculiX told."""
    lines = [line.strip() for line in log.splitlines() if "*ERROR" in line or "increment size is decreased" in line]
    return lines[-1] if lines else ""


def _compare_elastic(
    context: Context, collector: Collector, program: str, refinement: str, presets: tuple[str, ...]
) -> None:
    """One linear elastic solve of the pit: our matrices and solve, our whole run, theirs with either solver.

    The energies of both are compared as well: see ``docs/exchange.md``.
    """
    settings = {**ELASTIC, REFINEMENT: refinement}
    case = _case(PIT_3D, settings)
    model = build_model(case, load_mesh(case, MPI.COMM_SELF))
    problem, end, subject = model.problem, float(case.time.end), "confined_pit_3d, elastic"
    unknowns = problem.unknowns
    context.say(f"    {subject}, {unknowns} unknowns")
    problem.begin(end, end, 0.0)
    problem.evaluate()
    ours = {}
    for preset in presets:
        times = measure_solve(MPI.COMM_SELF, problem, preset, evaluates=True)
        quantity = f"{CPU}, platingx, kernel, assembly and {preset} solve"
        ours[preset] = collector.add(subject, unknowns, quantity, "s", times.cpu[ALL], times.warm_ups)
    own = run_job(context, Job(PIT_3D, settings, 1))
    whole = collector.add(subject, unknowns, f"{CPU}, platingx, whole run", "s", [own.cpu])
    text = replace(calculix_deck(case, small_strain=True), energies=True).text()
    for solver, command in SOLVERS.items():
        theirs = _solved_by_calculix(program, text.replace(STATIC, command), energies=True)
        _tell(context, theirs, f"{subject}, {unknowns} unknowns, {solver} solver")
        if theirs.run is None:
            continue
        row = collector.add(subject, unknowns, f"{CPU}, CalculiX, {solver}", "s", [theirs.cpu])
        if solver == "direct":
            collector.add(subject, unknowns, "equations, CalculiX", "1", [theirs.equations])
        if solver in ours:
            collector.ratio(subject, unknowns, f"CalculiX over platingx, {solver} solve", row, ours[solver])
        collector.ratio(subject, unknowns, f"CalculiX, {solver}, over the whole run of platingx", row, whole)
        excess = model.symmetry_multiplicity * theirs.energy / own.value("stored_energy")
        collector.add(subject, unknowns, f"elastic energy, CalculiX over platingx, {solver}", "1", [excess])


def _compare_creep(context: Context, collector: Collector, program: str, file: str, changes: dict[str, str]) -> None:
    """A whole run with creep at finite strain, both from start to end or as far as they get."""
    settings = {**NO_PICTURES, **changes}
    job = Job(file, settings, 1)
    if not context.quick:
        run_job(context, job)  # compiles what is not in the cache yet
    ours = run_job(context, job)
    subject, unknowns = f"{job.name}, creeping", ours.unknowns
    context.say(f"    {subject}, {unknowns} unknowns")
    mine = collector.add(subject, unknowns, f"{CPU}, platingx, whole run", "s", [ours.cpu])
    collector.add(subject, unknowns, f"{STRETCH}, platingx", "1", [ours.value("growth_stretch")])
    for name in ("steps", "Newton iterations"):
        collector.add(subject, unknowns, f"{name}, platingx", "1", [ours.profile["counts"][name]])
    collector.save()
    case = _case(file, settings)
    theirs = _solved_by_calculix(program, _creeping_deck(case).text())
    _tell(context, theirs, f"{subject}, {unknowns} unknowns")
    ended = "" if theirs.run is not None else ", which did not get to the end"
    row = collector.add(subject, unknowns, f"{CPU}, CalculiX{ended}", "s", [theirs.cpu])
    reached = theirs.increments[-1][1] / float(case.time.end) if theirs.increments else 0.0
    collector.add(subject, unknowns, "equations, CalculiX", "1", [theirs.equations])
    collector.add(subject, unknowns, "share of the time that CalculiX reached", "1", [reached])
    collector.add(subject, unknowns, "steps, CalculiX", "1", [len(theirs.increments)])
    spent = sum(number for number, _ in theirs.increments)
    collector.add(subject, unknowns, "Newton iterations, CalculiX", "1", [spent])
    collector.ratio(subject, unknowns, f"CalculiX{ended}, over platingx, whole run", row, mine)


def _creeping_deck(case: Case) -> Deck:
    """Deck whose increments are bounded by their number alone: the furthest that CalculiX 2.20 was seen to get."""
    deck, end = calculix_deck(case), float(case.time.end)
    step = replace(deck.step, creep_tolerance=ANY_CREEP_ERROR, maximum=end / PARTS_OF_THE_RUN)
    return replace(deck, step=step)


def _tell(context: Context, theirs: Theirs, subject: str) -> None:
    """Note version and end of a run."""
    if theirs.run is not None:
        context.note(f"{subject}: CalculiX {theirs.run.version}, to the end.")
        return
    reached = f"t = {theirs.increments[-1][1]:.3g} s" if theirs.increments else "the start"
    context.note(f"{subject}: got to {reached}; {theirs.stopped}.")
