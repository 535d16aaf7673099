"""The flaws of a case while it runs: a probe beside the steps, and the verdicts from its history."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from mpi4py import MPI

from platingx.columns import split_unit
from platingx.config.flaw_file import flaws_of_case
from platingx.errors import OutputError
from platingx.parallel import on_rank_0
from platingx.physics.model import Model
from platingx.physics.region_surfaces import SurfaceTable
from platingx.physics.snapshot import Snapshot
from platingx.post.history import read_columns
from platingx.run.flaw_probe import FlawProbe
from platingx.run.flaw_table import flaw_row
from platingx.run.flaw_verdicts import fracture_content

__all__ = ["case_probe", "flaw_summary", "with_flaws"]


def case_probe(model: Model, table: SurfaceTable | None) -> FlawProbe | None:
    """Probe of the flaws of a case; None where it has none. Collective.

    Parameters
    ----------
    model
        The model.
    table
        Surfaces of its regions, on rank 0.

    Raises
    ------
    CaseError, MeshError
        As :class:`FlawProbe`.
    """
    if model.case.fracture is None:
        return None
    given = flaws_of_case(model.case)
    return FlawProbe(model, table, given.block, given.refusal)


def with_flaws(probe: FlawProbe | None, snapshot: Snapshot) -> Snapshot:
    """Add the numbers of the flaws to a snapshot. Collective."""
    if probe is None:
        return snapshot
    stresses = {flaw.placed.region: snapshot.regions[flaw.placed.region].cauchy_stress for flaw in probe.flaws}
    states = probe.look(stresses, snapshot.regions[probe.case.growth.region].pressure)
    return replace(snapshot, flaws=flaw_row(probe, states))


def flaw_summary(probe: FlawProbe | None, folder: Path, comm: MPI.Intracomm) -> dict[str, Any]:
    """Block ``fracture`` of summary.json from the closed history of a run; nothing without flaws or steps.

    A resumed run has the rows before it there, so that nothing else has to be kept. Collective.
    """
    if probe is None:
        return {}

    def read() -> dict[str, Any]:
        try:
            history = read_columns(folder)
        except OutputError:  # no step yet
            return {}
        table = {split_unit(header)[0]: values for header, values in history.items()}
        return {"fracture": fracture_content(probe, table)}

    return on_rank_0(comm, read)
