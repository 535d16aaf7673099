"""Notes when a contact is not what it is taken for: nodes deep in a tool, or an adhesion that gives all it has."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from mpi4py import MPI

from platingx.physics.model import Model
from platingx.physics.region_surfaces import RegionSurfaces
from platingx.physics.snapshot import Snapshot
from platingx.post.scales import format_value
from platingx.problems.nodal_contact import NodalContact

__all__ = ["ContactMonitor"]

DEEP = 0.01
"""Penetration over the height of the cell, from which it is told."""
AT_LIMIT = 0.99
"""Tensile traction over the largest one, from which a node counts as at its limit."""
MANY = 0.1
"""Share of a face at this limit, from which it is told."""


@dataclass
class Noted:
    """What is known of one contact.

    Attributes
    ----------
    deep_since, deepest
        Time of the first step that is too deep, s, or None, and the largest penetration so far.
    pulled_since, most
        Time of the first step with too many nodes at their limit, s, or None, and the largest share so far.
    """

    deep_since: float | None = None
    deepest: float = 0.0
    pulled_since: float | None = None
    most: float = 0.0


class ContactMonitor:
    """Looks at every contact after each step.

    Parameters
    ----------
    model
        Model of the run.
    """

    name = "contact"

    def __init__(self, model: Model, _surfaces: RegionSurfaces | None = None) -> None:
        self._comm = model.problem.comm
        self._contacts = [part for part in model.problem.contributions if isinstance(part, NodalContact)]
        self._found = {contact.name: Noted() for contact in self._contacts}

    def update(self, snapshot: Snapshot) -> list[str]:
        """Take a step into account; gives the sentences that are new. Collective."""
        news = []
        for contact in self._contacts:
            known = self._found[contact.name]
            deep, pulled = self._measure(contact)
            known.deepest, known.most = max(known.deepest, deep), max(known.most, pulled)
            if deep > DEEP and known.deep_since is None:
                known.deep_since = snapshot.time
                news.append(_too_deep(contact.name, known))
            if pulled > MANY and known.pulled_since is None:
                known.pulled_since = snapshot.time
                news.append(_at_limit(contact.name, known))
        return news

    def _measure(self, contact: NodalContact) -> tuple[float, float]:
        """Largest penetration over height, and share of the face at the largest tensile traction."""
        bears = contact.areas != 0.0
        depth = float((-contact.state.gap / contact.heights)[bears].max(initial=0.0))
        depth = float(self._comm.allreduce(depth, MPI.MAX))
        if contact.adhesion is None:
            return depth, 0.0
        pulled = contact.state.pressure < -AT_LIMIT * contact.adhesion.traction
        areas = np.array([contact.areas[pulled].sum(), contact.areas.sum()])
        self._comm.Allreduce(MPI.IN_PLACE, areas)
        return depth, float(areas[0] / areas[1])

    def sentences(self) -> list[str]:
        """All that is known of the run so far."""
        found = []
        for name, known in self._found.items():
            found += [_too_deep(name, known)] if known.deep_since is not None else []
            found += [_at_limit(name, known)] if known.pulled_since is not None else []
        return found

    def saved(self) -> dict[str, Any]:
        """What a checkpoint keeps of it; JSON."""
        return {name: asdict(known) for name, known in self._found.items()}

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over what a checkpoint has kept."""
        self._found = {name: Noted(**known) for name, known in saved.items()}


def _too_deep(name: str, known: Noted) -> str:
    since = format_value(known.deep_since or 0.0, "s")
    return (
        f"nodes of the boundary {name} lie in what they touch from t = {since}, at most {known.deepest:.2g} of the "
        "height of a cell: take smaller steps, or a larger solver.contact.stiffness"
    )


def _at_limit(name: str, known: Noted) -> str:
    since = format_value(known.pulled_since or 0.0, "s")
    return (
        f"the boundary {name} is pulled by the largest tensile traction of its adhesion on {100 * known.most:.0f} % of "
        f"its area from t = {since}: the result there is what was given for contact.{name}.adhesion.traction"
    )
