"""Impedance of a run at its last state, or of a case at rest: table, apexes and direct-current limit."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from mpi4py import MPI
from petsc4py import PETSc

from platingx.arrays import Array
from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.errors import CaseError, OutputError
from platingx.parallel import on_rank_0
from platingx.physics.electrochemistry import CIRCUIT, CircuitPart
from platingx.physics.impedance import FieldImpedance, LumpedImpedance, impedance_of
from platingx.physics.model import Model, build_model
from platingx.post.impedance import Spectrum
from platingx.run.meshing import load_mesh
from platingx.run.resume import CHECKPOINTS
from platingx.run.run_inputs import case_of, mesh_of
from platingx.stepping.checkpoint import newest_checkpoint, restore_checkpoint

__all__ = ["IMPEDANCE_TABLE", "ImpedanceResult", "impedance"]

IMPEDANCE_TABLE = "impedance.csv"


@dataclass(frozen=True)
class ImpedanceResult:
    """What has been found.

    Attributes
    ----------
    spectrum
        Impedance over frequency.
    state
        Words for the state that it is of.
    table
        File that was written.
    """

    spectrum: Spectrum
    state: str
    table: Path


def impedance(
    source: Path,
    frequencies: Array,
    folder: Path,
    overrides: tuple[tuple[str, str], ...] = (),
    comm: MPI.Intracomm = MPI.COMM_WORLD,
) -> ImpedanceResult:
    """Find the impedance of a run or a case, and write its table. Collective.

    Parameters
    ----------
    source
        Run folder, or case file.
    frequencies
        Hz.
    folder
        Where the table goes.
    overrides
        Values over the case of a file.
    comm
        Communicator.

    Raises
    ------
    CaseError
        If the case has no circuit.
    OutputError
        If the run has no checkpoint, or the table cannot be written.
    """
    is_run = on_rank_0(comm, source.is_dir)
    case = on_rank_0(comm, lambda: _case_of(source, is_run, overrides))
    model = build_model(case, mesh_of(source, case, comm) if is_run else load_mesh(case, comm))
    part = model.parts[CIRCUIT]
    if not isinstance(part, CircuitPart):
        raise TypeError("the part of the circuit is not what its builder gives")
    state = _restore(model, part, source, comm) if is_run else _rest(model)
    found = impedance_of(case, model.discretisation, part)
    values = np.array([found.at(float(frequency)) for frequency in frequencies])
    spectrum = Spectrum(frequencies, values, _direct(found), part.area)
    return ImpedanceResult(spectrum, state, on_rank_0(comm, lambda: _write(folder, spectrum)))


def _direct(found: LumpedImpedance | FieldImpedance) -> float:
    """Slope of the voltage of a direct current, ohm m2; infinite where none can flow."""
    try:
        value = found.at(0.0)
    except PETSc.Error:
        return math.inf
    return float(value.real)


def _case_of(source: Path, is_run: bool, overrides: tuple[tuple[str, str], ...]) -> Case:
    if is_run and overrides:
        raise CaseError(f"{source}: --set changes the case of a file, not that of a run")
    case = case_of(source) if is_run else load_case(source, overrides)
    if case.electrochemistry is None:
        raise CaseError(f"{source}: the case has no electrochemistry, and so no impedance")
    return case


def _restore(model: Model, part: CircuitPart, folder: Path, comm: MPI.Intracomm) -> str:
    """Take the model to the last state of a run; words for it. Collective."""
    checkpoint, _ = newest_checkpoint(folder / CHECKPOINTS, comm)
    if checkpoint is None:
        raise OutputError(f"{folder}: no usable checkpoint in this folder, so that its last state is not known")
    restore_checkpoint(model.stages.problems, checkpoint)
    for stage in model.stages.stages:
        for state in stage.problem.states:
            state.rollback()
    return f"at t {checkpoint.index['time_s']:.6g} s, {part.deposit.current:.6g} A/m2"


def _rest(model: Model) -> str:
    """Take the state of no current and no stress, that of the model as it is built. Collective."""
    stage = next(stage for stage in model.stages.stages if stage.name == CIRCUIT)
    stage.problem.rollback()
    return "at rest"


def _write(folder: Path, spectrum: Spectrum) -> Path:
    path = folder / IMPEDANCE_TABLE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(spectrum.header)
            writer.writerows([[repr(float(value)) for value in row] for row in spectrum.rows])
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    return path
