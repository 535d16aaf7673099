"""All nodes of a contact, on every rank: what pages read pressures, widths and outlines from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.errors import OutputError
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.parallel import on_rank_0
from platingx.physics.solid_model import SolidModel
from platingx.problems.contact_state import ContactState
from platingx.problems.nodal_contact import NodalContact

__all__ = ["ContactNodes", "contact_nodes", "gathered", "one_folder", "worst_stress"]


@dataclass(frozen=True)
class ContactNodes:
    """Nodes of the facets of a contact, those of one rank after those of the other; on one rank as they are there.

    Attributes
    ----------
    coordinates, moved
        Where they are at rest and at present, shape (nodes, dimension), m.
    areas, heights, penalty
        Areas at rest, m2 (m in plane strain), heights of the cells behind them, m, and stiffness, Pa/m.
    state
        State of the contact.
    """

    coordinates: Array
    moved: Array
    areas: Array
    heights: Array
    penalty: Array
    state: ContactState


def gathered(comm: MPI.Intracomm, values: Array) -> Array:
    """Rows of all ranks, one rank after the other. Collective."""
    return np.concatenate(comm.allgather(np.asarray(values)))


def contact_nodes(contact: NodalContact, model: SolidModel) -> ContactNodes:
    """Nodes of a contact on all ranks. Collective."""
    comm, state = model.problem.comm, contact.state
    moved = contact.coordinates + model.problem.fields[DISPLACEMENT].values[contact.nodes]
    return ContactNodes(
        gathered(comm, contact.coordinates),
        gathered(comm, moved),
        gathered(comm, contact.areas),
        gathered(comm, contact.heights),
        gathered(comm, contact.penalty),
        ContactState(**{field.name: gathered(comm, getattr(state, field.name)) for field in fields(ContactState)}),
    )


def worst_stress(model: SolidModel, region: str, component: int, expected: float) -> float:
    """Component of the stress that is farthest from what is expected of all points of a region, Pa. Collective."""
    stress = gathered(model.problem.comm, model.stress(region)[..., component].ravel())
    return float(stress[np.abs(stress - expected).argmax()])


@contextmanager
def one_folder(comm: MPI.Intracomm) -> Iterator[Path]:
    """Make a folder for all ranks, which is removed at the end. Collective.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    kept: list[TemporaryDirectory[str]] = []

    def make() -> str:
        try:
            kept.append(TemporaryDirectory(prefix="platingx"))
        except OSError as error:
            raise OutputError(f"cannot make a folder of temporary files: {error.strerror or error}") from error
        return kept[0].name

    name = on_rank_0(comm, make)
    try:
        yield Path(name)
        comm.Barrier()
    finally:
        for folder in kept:
            folder.cleanup()
