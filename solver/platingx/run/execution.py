"""One execution of a case, step by step from its mesh to its outcome, on every way out."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from mpi4py import MPI

from platingx.columns import ColumnTable
from platingx.config.case import Case
from platingx.config.current_points import StepPoints
from platingx.config.geometry import FileGeometry
from platingx.config.resolved import resolved_files
from platingx.config.switched_case import case_in_force
from platingx.errors import ConvergenceError, InterruptedRunError, OutputError, PlatingxError, SingleRankError
from platingx.parallel import on_rank_0, raised_everywhere
from platingx.physics.electrochemistry import CIRCUIT
from platingx.physics.local_current import LocalCurrent
from platingx.physics.model import Builder, Model, build_model
from platingx.physics.python_terms import Term, builder_of
from platingx.physics.region_surfaces import RegionSurfaces
from platingx.physics.snapshot import Snapshot, take_snapshot
from platingx.post.results import RunResults, open_run
from platingx.run import provenance, summary
from platingx.run.balances import Balances
from platingx.run.case_events import note_switches
from platingx.run.checkpointing import CheckpointManager
from platingx.run.closing import closing_lines
from platingx.run.coble import CobleWatch
from platingx.run.control_limit import ControlLimit
from platingx.run.diagnostics import explain
from platingx.run.figures import draw_figures
from platingx.run.flaw_probe import FlawProbe
from platingx.run.flaw_table import flaw_columns
from platingx.run.flaws import case_probe, flaw_summary, with_flaws
from platingx.run.folder import prepare_folder, reopen_folder
from platingx.run.judged_stresses import JudgedStresses
from platingx.run.log import RunLog, short_names
from platingx.run.log_header import log_case, log_local_current, log_model
from platingx.run.mesh_of_run import mesh_of_run
from platingx.run.mesh_store import MeshStore
from platingx.run.monitors import Monitors
from platingx.run.resume import Resumption, check_terms
from platingx.run.run_files import RunFiles
from platingx.run.settings import step_limits, wants_fields
from platingx.run.signals import SignalWatch
from platingx.run.state import RunState, happened_in
from platingx.run.until import until_events
from platingx.run.verdict import strength_watches
from platingx.run.vtk_fields import write_vtk_fields
from platingx.stepping.checkpoint import restore_checkpoint
from platingx.stepping.controller import StepController
from platingx.stepping.march import NoEquilibriumError, Step, march
from platingx_meshes.io import LoadedMesh

__all__ = ["Run"]


class Run:
    """One execution of a case; whatever happens, its files are closed and the outcome is on disk.

    Parameters
    ----------
    case, folder, comm
        The case, its run folder, and who runs it.
    force
        Replace the results of a folder that already holds a run.
    verbose, quiet
        Lines instead of a bar on a terminal; nothing on the terminal.
    resumption
        What it goes on from, or None.
    watch
        Signals.
    terms
        Physics in Python beside the case.
    meshes
        Where runs of the same geometry share its mesh.
    mesh
        The distributed mesh and its digest, of the part of the run that an event has ended; None makes it.
    """

    def __init__(
        self,
        case: Case,
        folder: Path,
        comm: MPI.Intracomm,
        force: bool,
        verbose: bool,
        quiet: bool,
        resumption: Resumption | None,
        watch: SignalWatch,
        terms: tuple[Term | Builder, ...],
        meshes: MeshStore | None,
        mesh: tuple[LoadedMesh, str] | None = None,
    ) -> None:
        self.meshes = meshes
        self.case, self.folder, self.comm, self.watch = case, folder, comm, watch
        self.terms = terms
        self.resumption = resumption
        self.checkpoint = None if resumption is None else resumption.checkpoint
        mesh_file = Path(case.geometry.path) if isinstance(case.geometry, FileGeometry) else None
        if self.checkpoint is None:
            on_rank_0(comm, lambda: prepare_folder(folder, resolved_files(case, False), force, mesh_file))
        self.clock = time.perf_counter()
        end, append = float(case.time.end), self.checkpoint is not None
        self.log = RunLog(folder / "run.log", end, comm.rank, verbose, quiet, append, short_names(case))
        self.files = RunFiles(case, folder, comm, resumption)
        self.columns = ColumnTable()
        self.last: Snapshot | None = None
        self.step_points: StepPoints | None = None
        self.local_current: LocalCurrent | None = None
        self.keeper: CheckpointManager | None = None
        self.probe: FlawProbe | None = None
        self.state = RunState(strength_watches=strength_watches(case))
        self.mesh = mesh
        self.files.write_manifest()
        if self.checkpoint is not None:  # after the manifest, which says what has changed
            on_rank_0(comm, lambda: reopen_folder(folder, resolved_files(case, True)))

    def execute(self) -> RunResults | None:
        """Run; whatever happens, files are closed and the outcome is on disk.

        Returns
        -------
        RunResults or None
            None where an event has switched something: a run that is resumed from here goes on with that.
        """
        try:
            if not self.watch.watching:
                self.log.say("not in the main thread: signals that ask a run to save and stop are not watched")
            log_case(self.log.say, self.case, self.files.manifest, self.comm.size, self.resumption)
            case, happened = self.case, [] if self.checkpoint is None else happened_in(self.checkpoint.index)
            in_force = case_in_force(case, happened)
            self.mesh = self.mesh or mesh_of_run(case, self.folder, self.comm, self.terms, self.checkpoint, self.meshes)
            model = build_model(in_force, self.mesh[0], [builder_of(term) for term in self.terms])
            self.state.layer_thickness = model.growth.thickness
            log_model(self.log.say, model)
            self.local_current = log_local_current(self.log.say, model)
            steps = self.march(model)
            switched = self.switch()
            self.save()
            self.files.close(None if switched else self.log.say)
        except PlatingxError as error:
            ended = self.ended_by(error)
            if ended is error:
                raise
            raise ended from error
        if switched:
            self.conclude("running", switched, steps)
            self.log.close()
            return None
        return self.finish(steps)

    def switch(self) -> str:
        """Note the events that have ended the march and switch something; gives what they do. Collective."""
        last = self.last
        if last is None:
            return ""
        for sentence in (said := note_switches(self.case, self.state, last)):
            self.log.say(sentence)
        return "; ".join(said)

    def ended_by(self, error: PlatingxError) -> PlatingxError:
        """Put an error of all ranks on disk, with the last state; give what is to be raised."""
        if isinstance(error, SingleRankError):
            return error
        if not raised_everywhere(self.comm):
            return SingleRankError(self.comm.rank, error)
        if isinstance(error, NoEquilibriumError):
            error = ConvergenceError(explain(self.case, error, self.folder, self.keep_last_state()))
        self.fail(error)
        return error

    def keep_last_state(self) -> bool:
        """Leave the last state that was found in fields and checkpoint; whether that was possible."""
        try:
            self.files.write_fields(self.last, self.state)
            self.save()
        except OutputError as error:
            self.log.say(str(error))
            return False
        return True

    def fail(self, error: PlatingxError) -> None:
        """Close the files and put the failure on disk."""
        with suppress(OutputError):  # the first error says it already
            self.files.close()
        outcome = "interrupted" if isinstance(error, InterruptedRunError) else "failed"
        self.log.say(f"{outcome}: {error}", terminal=False)  # whoever catches the error says it
        try:
            self.log.conclude(closing_lines(self.conclude(outcome, str(error))))
        except OutputError:
            if not isinstance(error, OutputError):
                raise  # else: the first error says it already
        finally:
            self.log.close()

    def march(self, model: Model) -> int:
        """Step to the end; gives the number of steps. Collective."""
        case, state = model.case, self.state
        state.happened = [] if self.checkpoint is None else happened_in(self.checkpoint.index)
        state.until = until_events(case, model, state.happened)
        surfaces = RegionSurfaces(model)
        self.probe = case_probe(model, surfaces.table)
        self.columns = model.columns if self.probe is None else model.columns.joined(flaw_columns(self.probe))
        state.monitors, state.judged = Monitors(model, surfaces), JudgedStresses(model, surfaces)
        state.coble = CobleWatch(model)
        if self.checkpoint is not None:
            check_terms(self.checkpoint, self.terms)
            restore_checkpoint(model.stages.problems, self.checkpoint)
        state.until.start(0.0 if self.checkpoint is None else self.checkpoint.index["time_s"])
        self.step_points = model.step_points
        limits = step_limits(case, model.step_points)
        if CIRCUIT in model.parts:
            state.control = ControlLimit(model, self.log.say)
        if self.checkpoint is not None:
            state.restore(self.checkpoint.index)
        self.controller = StepController(limits, state.time, state.proposed_step)
        if state.until.reached is not None:
            self.controller.stop()
        if state.control is not None:
            state.control.start(self.controller, self.checkpoint is not None)
        balances = Balances(model, state.balances)
        if self.checkpoint is not None:
            self.last = balances.resume(take_snapshot(model, state.time))
        self.files.open(model, self.state, self.columns)
        self.keeper = CheckpointManager(
            self.case,
            self.folder,
            model,
            "" if self.mesh is None else self.mesh[1],
            state,
            self.checkpoint,
            self.files.sync,
            self.clock,
            self.terms,
        )
        self.log.start()
        return march(
            model.stages,
            self.controller,
            (*model.step_limits, *([] if state.control is None else [state.control]), state.until),
            [lambda step: self.observe(model, balances, step)],
            self.log.say,
            state.progress,
        )

    def observe(self, model: Model, balances: Balances, step: Step) -> None:
        """Record a converged step. Collective."""
        snapshot, news = balances.step(take_snapshot(model, step.time))
        news += self.state.monitors.update(snapshot)
        snapshot = with_flaws(self.probe, snapshot)
        self.last = snapshot
        self.state.accepted(step, snapshot, self.controller)
        self.files.write_row(step, snapshot)
        if self.controller.finished or wants_fields(self.case, step.number, step.time, step.dt):
            self.files.write_fields(snapshot, self.state)
        self.log.step(step, snapshot)
        for sentence in news:
            self.log.say(f"warning: {sentence}")
        if self.keeper is not None and not self.controller.finished:
            self.keeper.after_step(self.watch)

    def save(self) -> None:
        """Save the last converged state, once. Collective."""
        if self.keeper is not None:
            self.keeper.save()

    def conclude(self, outcome: str, message: str, steps: int | None = None) -> dict[str, Any]:
        """Write summary.json, which is given back, and the end of the manifest. Collective."""
        content: dict[str, Any] = {"outcome": outcome, "message": message, "case": self.case.name}
        content |= summary.content(self.case, self.last, self.state, self.columns, self.step_points)
        if self.local_current is not None:
            content["local_current"] = self.local_current.as_record()
        content |= flaw_summary(self.probe, self.folder, self.comm)
        end = {
            "outcome": outcome,
            "finished": provenance.now(),
            "wall_seconds": round(self.state.wall_seconds + time.perf_counter() - self.clock, 2),
            "steps": steps,
            **({} if self.mesh is None else {"mesh_sha256": self.mesh[1]}),
        }
        self.files.conclude(content, end)
        return content

    def finish(self, steps: int) -> RunResults:
        """Write what a completed run ends with, pictures included. Collective."""
        content = self.conclude("completed", summary.completed(self.case, self.state, steps, self.columns), steps)
        if self.case.output.vtkhdf:
            write_vtk_fields(self.folder, self.log.say, self.comm)
        pictures = []
        if self.case.output.figures:
            pictures = draw_figures(self.folder, self.case.output.movie, self.log.say, self.comm)
        ended = summary.ended(self.case, self.state, steps, self.columns)
        self.log.conclude([f"completed: {ended}", *closing_lines(content, pictures)])
        self.log.close()
        return open_run(self.folder)
