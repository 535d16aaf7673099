"""The files that a run fills while it runs: manifest, history, fields and summary."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mpi4py import MPI

from platingx.columns import ColumnTable
from platingx.config.case import Case
from platingx.parallel import on_rank_0
from platingx.physics.model import Model
from platingx.physics.snapshot import Snapshot
from platingx.run.field_output import FieldOutput
from platingx.run.history import HistoryWriter
from platingx.run.interface_output import InterfaceTable, interface_table
from platingx.run.provenance import write_json
from platingx.run.resume import Resumption, start_manifest
from platingx.run.state import RunState
from platingx.stepping.march import Step

__all__ = ["RunFiles"]


class RunFiles:
    """Files of a run, opened once there is a model and closed on every way out. All methods are collective.

    Parameters
    ----------
    case, folder, comm
        The case, its run folder, and who runs it.
    resumption
        What the run goes on from, or None.

    Attributes
    ----------
    manifest
        Content of manifest.json; on rank 0 it is what counts.
    """

    def __init__(self, case: Case, folder: Path, comm: MPI.Intracomm, resumption: Resumption | None) -> None:
        self._folder, self._comm, self._resumed = folder, comm, resumption is not None
        self.manifest: dict[str, Any] = on_rank_0(comm, lambda: start_manifest(case, comm.size, resumption))
        self._history: HistoryWriter | None = None
        self._fields: FieldOutput | None = None
        self._interface: InterfaceTable | None = None

    def write_manifest(self) -> None:
        """Write manifest.json."""
        on_rank_0(self._comm, lambda: write_json(self._folder / "manifest.json", self.manifest))

    def open(self, model: Model, state: RunState, columns: ColumnTable) -> None:
        """Open history and fields, behind what a checkpoint goes on from."""
        rows = state.progress.number

        def open_history() -> None:
            self._history = HistoryWriter(self._folder / "history.csv", columns, rows)

        on_rank_0(self._comm, open_history)
        after = state.time if rows else None
        self._fields = FieldOutput(self._folder / "fields.bp", model, after)
        self._interface = interface_table(self._folder, model, after)
        if self._resumed:
            self.manifest["resumed"][-1]["fields"] = self._fields.path.name
            self.write_manifest()

    def write_row(self, step: Step, snapshot: Snapshot) -> None:
        """Write the row of a step to the history."""
        writer = self._history
        on_rank_0(self._comm, lambda: writer.write(step, snapshot) if writer else None)

    def write_fields(self, snapshot: Snapshot | None, state: RunState) -> None:
        """Write the fields of the last converged step, once; nothing before the first."""
        if self._fields is not None and snapshot is not None and snapshot.time != state.fields_written:
            self._fields.write(snapshot)
            if self._interface is not None:
                self._interface.write(snapshot.time)
            state.fields_written = snapshot.time

    def sync(self) -> None:
        """Wait until the rows of the history are on the disk."""
        writer = self._history
        on_rank_0(self._comm, lambda: writer.sync() if writer else None)

    def close(self, say: Callable[[str], None] | None = None) -> None:
        """Close history and fields; compress the fields of a run that has come to its end, which is said by ``say``."""
        if self._history is not None:
            self._history.close()
        fields, self._fields = self._fields, None
        if fields is not None:
            fields.close(say)

    def conclude(self, content: dict[str, Any], end: dict[str, Any]) -> None:
        """Write summary.json and the end of the manifest."""
        self.manifest |= end

        def write() -> None:
            write_json(self._folder / "summary.json", content)
            write_json(self._folder / "manifest.json", self.manifest)

        on_rank_0(self._comm, write)
