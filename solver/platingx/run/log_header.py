"""First lines of a log: what runs, where, and on which numbers it rests."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from mpi4py import MPI

from platingx.config.case import Case
from platingx.config.doubts import mesh_doubts
from platingx.config.remarks import remarks
from platingx.physics.local_current import LocalCurrent, measure_local_current
from platingx.physics.model import Model
from platingx.rank_variables import apart
from platingx.run.field_compression import warn_of_compression
from platingx.run.resume import Resumption


def log_case(
    say: Callable[[str], None], case: Case, manifest: dict[str, Any], ranks: int, resumption: Resumption | None
) -> None:
    """Say it.

    Parameters
    ----------
    say
        Receives each line.
    case
        The case.
    manifest
        Of the run; the environment of its newest start counts.
    ranks
        Number of MPI ranks.
    resumption
        What the run goes on from, or None.
    """
    here = manifest
    if resumption is not None:
        here = manifest["resumed"][-1]
        for line in resumption.messages:
            say(line)
    say(f"platingx {here['platingx']}: {case.name}" + (f": {case.description}" if case.description else ""))
    say(f"{ranks} rank(s), {here['machine']['processor']}, BLAS {here['blas']}, dolfinx {here['packages']['dolfinx']}")
    if remark := apart(MPI.COMM_WORLD.size, os.environ):
        say(remark)
    for line in remarks(case):
        say(line)
    warn_of_compression(case, say)


def log_model(say: Callable[[str], None], model: Model) -> None:
    """Say how large a model is, and what its deposit is spread over. Collective.

    Parameters
    ----------
    say
        Receives each line.
    model
        The model.
    """
    for boundary, condition in model.case.boundary_conditions.items():
        say(f"boundary {boundary}: {condition}")
    for boundary, contact in model.case.contact.items():
        parts = boundary in model.case.two_sided and contact.on is None
        say(f"boundary {boundary}: {contact.describe('may part') if parts else contact}")
    for note in model.loaded.notes:
        say(f"mesh: {note}")
    domain = model.loaded.mesh
    cells = domain.topology.index_map(domain.topology.dim).size_global
    say(
        f"{cells} {domain.topology.cell_name()} cells, {model.problem.unknowns} displacement "
        f"unknowns, solver {_solver(model)}"
    )
    for text in mesh_doubts(model.case, model.growth.thickness, model.step_points):
        say(f"doubtful: {text}")
    say(
        f"deposit spread over {model.growth.thickness:.6e} m, plated area {model.interface_area:.6e}"
        f" {'m2' if model.forces_are_total else 'm (per depth)'}"
    )


def log_local_current(say: Callable[[str], None], model: Model) -> LocalCurrent | None:
    """Say what uniform growth means for the local current density, and give it; None if it was not found. Collective.

    Parameters
    ----------
    say
        Receives each line.
    model
        The model.
    """
    found = measure_local_current(model)
    if found is None:
        say("the local current density was not found: the equations along the growth direction did not converge")
        return None
    for sentence in found.sentences():
        say(sentence)
    return found


def _solver(model: Model) -> str:
    """The linear solver in use, and whose choice it was."""
    used, wanted = model.problem.linear.preset, model.case.solver.preset
    return used if used == wanted else f"{used} (chosen by size and dimension)"
