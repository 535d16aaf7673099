"""Run a case from mesh to summary, leaving a folder that explains itself."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any

from mpi4py import MPI

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.config.resolved import dump_resolved, fingerprint
from platingx.config.sources import unverified_values
from platingx.errors import ConvergenceError, OutputError, PlatingxError
from platingx.parallel import on_rank_0
from platingx.post.results import RunResults, open_run
from platingx.problems.newton import NewtonOptions
from platingx.run import provenance, summary
from platingx.run.field_output import FieldOutput
from platingx.run.history import HistoryWriter
from platingx.run.log import RunLog
from platingx.run.meshing import load_mesh
from platingx.run.model import Model, build_model
from platingx.run.snapshot import Snapshot, take_snapshot
from platingx.stepping.controller import StepController, StepLimits
from platingx.stepping.march import Step, march

FILES = ("case.resolved.yaml", "manifest.json", "run.log", "history.csv", "summary.json", "mesh.msh")


def run_case(
    case: Case | str | Path,
    out: str | Path | None = None,
    *,
    force: bool = False,
    verbose: bool = False,
    quiet: bool = False,
    comm: MPI.Intracomm = MPI.COMM_WORLD,
) -> RunResults:
    """Run a case. Collective.

    Parameters
    ----------
    case
        A case, or the path of a case file.
    out
        Run folder; ``runs/<name of the case>`` if left out.
    force
        Replace the results of a folder that already holds a run.
    verbose, quiet
        Lines instead of a bar on a terminal; nothing on the terminal.
    comm
        Communicator.

    Returns
    -------
    RunResults
        Reads the folder when asked; the same on all ranks.

    Raises
    ------
    CaseError, MeshError, ConvergenceError, OutputError
        The folder then says how far the run came.
    """
    if not isinstance(case, Case):
        path = case
        case = on_rank_0(comm, lambda: load_case(path))
    folder = Path(out) if out is not None else Path("runs") / case.name
    return _Run(case, folder, comm, force, verbose, quiet).execute()


class _Run:
    """One execution; keeps the open files together so that they are closed on every way out."""

    def __init__(self, case: Case, folder: Path, comm: MPI.Intracomm, force: bool, verbose: bool, quiet: bool) -> None:
        self.case, self.folder, self.comm = case, folder, comm
        resolved = dump_resolved(case)
        on_rank_0(comm, lambda: prepare_folder(folder, resolved, force))
        self.log = RunLog(folder / "run.log", float(case.time.end), comm.rank, verbose, quiet)
        self.started, self.clock = provenance.now(), time.perf_counter()
        self.manifest = {
            **provenance.describe_environment(comm.size),
            "case_sha256": fingerprint(case),
            "started": self.started,
            "outcome": "running",
        }
        self.force_unit = "N_per_m"
        self.history: HistoryWriter | None = None
        self.fields: FieldOutput | None = None
        self.peaks = summary.Peaks()
        self.last: Snapshot | None = None
        self.written = -1.0  # time of the last step in fields.bp, s
        self.crossing = summary.StrengthCrossing(None)
        self.write_manifest()

    def write_manifest(self) -> None:
        on_rank_0(
            self.comm,
            lambda: provenance.write_json(self.folder / "manifest.json", self.manifest),
        )

    def execute(self) -> RunResults:
        """Run; whatever happens, files are closed and the outcome is on disk."""
        try:
            self.introduce()
            loaded = load_mesh(self.case, self.comm, self.folder / "mesh.msh")
            model = build_model(self.case, loaded)
            self.describe(model)
            steps = self.march(model)
        except ConvergenceError as error:
            self.write_fields()  # the last state that was found
            self.fail(error)
            raise
        except PlatingxError as error:
            self.fail(error)
            raise
        self.close()
        return self.finish(steps)

    def fail(self, error: PlatingxError) -> None:
        """Close the files and put the failure on disk."""
        self.close()
        self.log.say(f"failed: {error}")
        self.log.close()
        self.conclude("failed", str(error))

    def introduce(self) -> None:
        case, machine = self.case, self.manifest["machine"]
        self.log.say(f"platingx {self.manifest['platingx']}: {case.name}: {case.description}")
        self.log.say(
            f"{self.comm.size} rank(s), {machine['processor']}, BLAS {self.manifest['blas']}, "
            f"dolfinx {self.manifest['packages']['dolfinx']}"
        )
        for line in unverified_values(case):
            self.log.say(f"unverified: {line}")
        for entry in case.calibration:
            self.log.say(f"calibrated: {entry.parameter} was fitted to {entry.quantity}")

    def describe(self, model: Model) -> None:
        domain = model.loaded.mesh
        cells = domain.topology.index_map(domain.topology.dim).size_global
        self.log.say(
            f"{cells} {domain.topology.cell_name()} cells, {model.problem.unknowns} displacement "
            f"unknowns, solver {self.case.solver.preset}"
        )
        self.log.say(
            f"deposit spread over {model.growth.thickness:.6e} m, plated area {model.interface_area:.6e}"
            f" {'m2' if self.in_newton(model) else 'm (per depth)'}"
        )

    def in_newton(self, model: Model) -> bool:
        return model.axisymmetric or model.loaded.mesh.geometry.dim == 3

    def march(self, model: Model) -> int:
        case = self.case
        self.force_unit = "N" if self.in_newton(model) else "N_per_m"
        if self.comm.rank == 0:
            self.history = HistoryWriter(self.folder / "history.csv", self.force_unit)
        self.fields = FieldOutput(self.folder / "fields.bp", model)
        ceramic = case.materials.get("llzo")
        if ceramic is not None and ceramic.fracture is not None:
            strength = ceramic.fracture.theoretical_strength
            self.crossing.strength = None if strength is None else float(strength)
        controller = StepController(step_limits(case))
        newton = case.solver.newton
        options = NewtonOptions(
            float(newton.relative_tolerance),
            newton.maximum_iterations,
            "basic" if newton.line_search == "none" else newton.line_search,
        ).with_petsc_options()
        self.log.start()
        return march(
            model.problem,
            controller,
            options,
            model.growth.increment,
            model.largest_plastic_increment,
            [lambda step: self.observe(model, step)],
            self.log.say,
        )

    def observe(self, model: Model, step: Step) -> None:
        """Record a converged step. Collective."""
        snapshot = take_snapshot(model, step.time)
        self.last = snapshot
        self.peaks.update(snapshot)
        stress = snapshot.extremes.get("max_principal_stress_llzo")
        if stress is not None:
            self.crossing.update(stress.value, step.time, snapshot.numbers["current_density"])
        writer = self.history
        on_rank_0(self.comm, lambda: writer.write(step, snapshot) if writer else None)
        if self.wants_fields(step):
            self.write_fields()
        self.log.step(step, snapshot)

    def write_fields(self) -> None:
        """Write the fields of the last converged step, once. Collective."""
        if self.fields is not None and self.last is not None and self.last.time != self.written:
            self.fields.write(self.last)
            self.written = self.last.time

    def wants_fields(self, step: Step) -> bool:
        every, limits = self.case.output.fields_every, self.case.time
        if step.time == float(limits.end) or step.time in {float(m) for m in limits.milestones}:
            return True
        return every != "milestones" and step.number % int(every) == 0

    def close(self) -> None:
        if self.history is not None:
            self.history.close()
        if self.fields is not None:
            self.fields.close()
            self.fields = None

    def conclude(self, outcome: str, message: str, steps: int | None = None) -> None:
        """Write summary.json and the end of the manifest. Collective."""
        content: dict[str, Any] = {"outcome": outcome, "message": message, "case": self.case.name}
        if self.last is not None:
            content["quantities"] = summary.quantities(self.last, self.peaks, self.crossing, self.force_unit)
            content["verdict"] = summary.verdict(self.case, self.peaks, self.crossing)
        else:
            content["quantities"] = {}
        content["calibrated"] = [
            {"quantity": entry.quantity, "parameter": entry.parameter} for entry in self.case.calibration
        ]
        content["unverified_inputs"] = list(unverified_values(self.case))
        mesh = self.folder / "mesh.msh"
        self.manifest |= {
            "outcome": outcome,
            "finished": provenance.now(),
            "wall_seconds": round(time.perf_counter() - self.clock, 2),
            "steps": steps,
        }

        def write() -> None:
            if mesh.exists():
                self.manifest["mesh_sha256"] = provenance.digest(mesh.read_bytes())
            provenance.write_json(self.folder / "summary.json", content)
            provenance.write_json(self.folder / "manifest.json", self.manifest)

        on_rank_0(self.comm, write)

    def finish(self, steps: int) -> RunResults:
        self.conclude("completed", f"{steps} steps", steps)
        if self.case.output.figures:
            try:
                on_rank_0(self.comm, lambda: draw(self.folder, self.case.output.movie))
            except OutputError as error:  # the results are whole without pictures
                self.log.say(f"not all figures could be drawn: {error}")
        self.log.close()
        return open_run(self.folder)


def draw(folder: Path, movie: bool) -> None:
    """Make the figures of a run from its files."""
    from platingx.post.figures import make_all

    make_all(folder, movie=movie)


def step_limits(case: Case) -> StepLimits:
    """Settings of the step controller from the case."""
    given = case.time
    return StepLimits(
        end=float(given.end),
        initial=float(given.initial_step),
        minimum=float(given.minimum_step),
        maximum=float(given.maximum_step),
        milestones=tuple(float(m) for m in given.milestones),
        growth_increment=float(given.maximum_growth_increment),
        plastic_increment=float(given.maximum_plastic_increment),
    )


def prepare_folder(folder: Path, resolved: str, force: bool) -> None:
    """Create the run folder; an older run in it is only replaced when asked for.

    Raises
    ------
    OutputError
        If the folder holds a run already, is not a folder or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        old = [name for name in (*FILES, "fields.bp", "figures") if (folder / name).exists()]
        if old and not force:
            raise OutputError(f"{folder} already holds a run ({', '.join(old)}); choose another --out, or --force")
        for name in old:
            target = folder / name
            shutil.rmtree(target) if target.is_dir() else target.unlink()
        (folder / "case.resolved.yaml").write_text(resolved, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {error.strerror or error}") from error
    if not os.access(folder, os.W_OK):
        raise OutputError(f"cannot write to {folder}: no permission")
